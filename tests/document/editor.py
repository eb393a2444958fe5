"""A process that edits a plan until it is killed: it says each step only after the step is done.

Started with a plan's path; for every line "seed" on stdin it forks a child that edits. Not a test.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from territorymap.document import Document


def edit(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    document = Document.open(path, author="Editor")
    print("open", os.getpid(), flush=True)
    while True:
        act(document, rng)
        last = document.history()[-1]
        print("done", last.uuid, flush=True)
        if rng.random() < 0.05:
            document.close()
            print("closed", flush=True)
            document = Document.open(path, author="Editor")


def act(document: Document, rng: random.Random) -> None:
    """Do, undo or redo one thing, small or large."""
    choice = rng.random()
    if choice < 0.15 and document.can_undo:
        document.undo()
        return
    if choice < 0.25 and document.can_redo:
        document.redo()
        return
    with document.step(f"Step {choice:.3f}") as writer:
        (territory,) = writer.insert("territory", [{"territory_name": f"T {choice}", "color": "#123456"}])
        n = 1200 if choice > 0.9 else 5
        writer.assign(rng.sample(range(1, 1201), n), territory)
        if choice > 0.7:
            writer.insert("account", [{"account_name": "x" * 100, "lon": choice, "lat": 1.0, "unit_id": 1}] * 20)
        if 0.5 < choice < 0.53:
            writer.add_measure(f"M {choice}", "account")


def main() -> None:
    path = Path(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            edit(path, int(line))
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
