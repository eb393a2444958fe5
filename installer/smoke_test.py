"""``make smoke``: tries the Linux bundle as a stranger's machine would, with no Python, no network and nothing else.

    python installer/smoke_test.py [dist/NAME.tar.gz | FOLDER] [--root ROOT] [--quick] [--no-user]

The archive is unpacked under a folder whose name has a space and Chinese letters, owned by root, where the ordinary
user that runs it may not write. Everything starts with an emptied environment: HOME, TMPDIR, and a PATH that leads to
an empty folder. ``--root`` names the root of a bare Debian (made with debootstrap, with the packages that the .deb
depends on): there it runs once more, with nothing of this machine in reach. What cannot be done here (no root, no user
namespaces, no strace) is said in the table, and is no failure. What a program writes to stderr is one, unless it is on
the list below.

Owns the list, the places in which the bundle runs, and the checks. What is tried in the window is the self-test's.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [path for path in (str(ROOT / "src"),) if path not in sys.path]

from territorymap import __version__  # noqa: E402

# Lines that may stand on stderr. Each says why; a line that is not here fails the test.
ALLOWED = (
    # Our own notice: as root Chromium does not start with its sandbox, so it is off there, and said.
    r"Running as root: the map's browser sandbox is off\..*",
    # Chromium asks the system's bus whether the laptop sleeps; a container or a bare root has no bus.
    r"\[.*dbus/bus\.cc.*\] Failed to connect to the bus: .*",
    # With its sandbox on, Qt's WebEngine tells that a process for pages, which may read no files, was not told where
    # files are.
    r"\[.*web_engine_library_info\.cpp.*\] Command line switch --webengine-(resources|locales)-path not passed to .*",
    # matplotlib says so where that takes more than five seconds: a user's first start on a slow or busy machine.
    r"Matplotlib is building the font cache; this may take a moment\.",
)
# Beside these, where the window is opened without --self-test, Qt tells of what an offscreen screen lacks.
ALLOWED_OFFSCREEN = (
    r"This plugin does not support propagateSizeHints\(\)",  # there is no window manager
    r"QRhiGles2: Failed to create .*|Failed to create RHI for backend: OpenGL",  # there is no graphics card
    r"GPUInfo not initialized on GpuInfoUpdate|GBM is not supported with the current configuration .*",  # the same
    r"This plugin does not support createPlatformVulkanInstance",  # the same
    r"QVulkanInstance: Failed to initialize Vulkan",  # the same
    r"Sandboxing disabled by user\.",  # as root
)
LONG_S = 600.0  # for a machine that is busy with something else
_NETWORK_FAMILY = re.compile(r"connect\(.*sa_family=AF_INET6?\b|sendto\(.*sa_family=AF_INET6?\b")
_USER = "nobody"


class SmokeError(Exception):
    """What is wrong, in a line or more."""


@dataclass
class Table:
    """What was checked, where, how long it took, and what is to be said of it."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    @contextmanager
    def row(self, place: str, what: str) -> Iterator[list[str]]:
        """Run one check; its failure is a row too, and the next check goes on."""
        notes: list[str] = []
        begin = time.monotonic()
        try:
            yield notes
            verdict = "ok"
        except (SmokeError, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            verdict = "FAILED"
            notes.append(f"{type(error).__name__}: {error}" if not isinstance(error, SmokeError) else str(error))
        seconds = f"{time.monotonic() - begin:.1f}"
        self.rows.append((f"{place}: {what}", verdict, seconds, "; ".join(notes)))
        print(f"{verdict:7} {seconds:>6} s  {place}: {what}  {'; '.join(notes)}", flush=True)

    def say(self, what: str, why: str) -> None:
        """Tell what was not done here."""
        self.rows.append((what, "not here", "", why))

    def print(self) -> None:
        """Print it as a table."""
        width = max(len(row[0]) for row in self.rows)
        print("\n" + f"{'checked':{width}}  verdict   seconds  note")
        for what, verdict, seconds, note in self.rows:
            print(f"{what:{width}}  {verdict:8}  {seconds:>7}  {note.splitlines()[0][:160] if note else ''}")

    @property
    def n_failed(self) -> int:
        return sum(row[1] == "FAILED" for row in self.rows)


@dataclass
class Done:
    """How a program ended."""

    code: int
    out: str
    err: str

    def refuse_stderr(self, allowed: Sequence[str] = ALLOWED) -> None:
        """Raise unless every line on stderr is on the list."""
        strange = [line for line in self.err.splitlines() if line and not _is_allowed(line, allowed)]
        if strange:
            raise SmokeError("on stderr stands:\n" + "\n".join(strange[:20]))

    def expect(self, code: int = 0) -> Done:
        """Return this, or raise if it ended otherwise."""
        if self.code != code:
            raise SmokeError(f"ended with {self.code}, not {code}:\n{self.out[-2000:]}\n{self.err[-4000:]}")
        return self


def _is_allowed(line: str, allowed: Sequence[str]) -> bool:
    return any(re.fullmatch(pattern, line) for pattern in allowed)


@dataclass
class Place:
    """Where and as whom the bundle runs: the words before its name, and folders that it may write to."""

    name: str
    bundle: Path  # as seen from in there
    desk: Path  # as seen from here
    prefix: list[str]
    env: dict[str, str]
    inside: Callable[[Path], str]  # a path as seen from in there
    is_offline: bool
    is_root: bool

    def command(self, program: str, *arguments: str, before: Sequence[str] = ()) -> list[str]:
        return [*self.prefix, *before, f"{self.bundle}/{program}", *arguments]

    def run(self, program: str, *arguments: str, before: Sequence[str] = (), **env: str) -> Done:
        """Run a program to its end."""
        done = subprocess.run(
            self.command(program, *arguments, before=before), env={**self.env, **env}, cwd="/", capture_output=True,
            stdin=subprocess.DEVNULL, timeout=LONG_S, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


# -- places ------------------------------------------------------------------------------------------------------------


def is_root() -> bool:
    return os.geteuid() == 0


def offline(table: Table) -> list[str]:
    """Return the words that take the network away: a namespace of its own with nothing in it, not even loopback."""
    unshare = shutil.which("unshare")
    if unshare and is_root():
        return [unshare, "--net", "--"]
    if unshare and not subprocess.run([unshare, "-cn", "true"], capture_output=True, check=False).returncode:
        return [unshare, "-c", "-n", "--"]
    table.say("network taken away", "neither root nor user namespaces; the program's own counters stand in for it")
    return []


def emptied(home: Path, inside: Callable[[Path], str]) -> dict[str, str]:
    """Return an environment with nothing of this machine in it."""
    for name in ("home", "tmp", "empty path"):
        (home / name).mkdir(parents=True, exist_ok=True)
    return {
        "HOME": inside(home / "home"), "TMPDIR": inside(home / "tmp"), "PATH": inside(home / "empty path"),
    }  # fmt: skip


def own(folder: Path, user: pwd.struct_passwd) -> None:
    """Give a folder and all in it to a user."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def places(table: Table, bundle: Path, desk: Path, options: argparse.Namespace) -> list[Place]:
    """Return every place in which the bundle can run here, the most telling first."""
    net = offline(table)
    found = []
    if not is_root():
        table.say("as root", "this user is not root")
        home = desk / "me"
        home.mkdir()
        found.append(Place("as a user", bundle, home, net, emptied(home, str), str, bool(net), False))
        return found
    setpriv = shutil.which("setpriv")
    if setpriv and not options.no_user:
        user = pwd.getpwnam(_USER)
        home = desk / "user"
        home.mkdir()
        env = emptied(home, str)
        own(home, user)
        become = [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs"]
        found.append(Place("as a user", bundle, home, [*net, *become], env, str, bool(net), False))
    else:
        table.say("as a user", "left out by --no-user" if setpriv else "setpriv is not installed")
    home = desk / "root"
    home.mkdir()
    found.append(Place("as root", bundle, home, net, emptied(home, str), str, bool(net), True))
    if options.root is not None:
        found.append(bare_root(bundle, options.root.resolve()))
    else:
        table.say("in a bare root", "no --root was given")
    return found


def bare_root(bundle: Path, root: Path) -> Place:
    """Return a place in which only a bare Debian is to be seen; what is mounted for it goes with its processes."""
    home = root / "srv" / "smoke test"
    shutil.rmtree(home, ignore_errors=True)
    copy = home / "开箱 bundle"
    shutil.copytree(bundle, copy, symlinks=True)

    def inside(path: Path) -> str:
        return "/" + str(path.relative_to(root))

    script = (
        'mount --make-rprivate / && mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && '
        'exec chroot "$0" "$@"'
    )
    prefix = ["/usr/bin/unshare", "--net", "--mount", "--", "/bin/sh", "-c", script, str(root)]
    # The shell that mounts needs a PATH of this machine; the program in there gets the emptied one.
    env = emptied(home, inside)
    words = [f"{name}={value}" for name, value in env.items()]
    outer = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    prefix += ["/usr/bin/env", "-i", *words]
    return Place("in a bare root", Path(inside(copy)), home, prefix, outer, inside, is_offline=True, is_root=True)


# -- checks ------------------------------------------------------------------------------------------------------------


def check_place(table: Table, place: Place, *, is_full: bool) -> None:
    """Run the checks of one place; ``is_full``: those that take a window too."""
    with table.row(place.name, "--version, --help") as notes:
        version = place.run("territorymap", "--version").expect()
        version.refuse_stderr()
        if version.out.strip() != f"territorymap {__version__}":
            raise SmokeError(f"--version says {version.out!r}, the sources say {__version__}")
        shown = place.run("territorymap", "--help").expect()
        shown.refuse_stderr()
        if "rebalance" not in shown.out or "--self-test" in shown.out:
            raise SmokeError(f"--help says something else:\n{shown.out}")
        notes.append(version.out.strip())
    with table.row(place.name, "new, balance --json, export") as notes:
        notes.append(check_commands(place))
    with table.row(place.name, "an error is one line and a hint, exit code 2"):
        wrong = place.run("territorymap", "balance", "/there is no/plan.gpkg").expect(2)
        if [line.split(":")[0] for line in wrong.err.splitlines()] != ["error", "hint"]:
            raise SmokeError(f"on stderr stands:\n{wrong.err}")
    if is_full:
        with table.row(place.name, "a plan given as by a double click") as notes:
            notes.append(check_double_click(place))
        with table.row(place.name, "self-test") as notes:
            notes.append(check_self_test(place))


def check_commands(place: Place) -> str:
    """Make a plan, read its balance, write three kinds of file."""
    folder = place.desk / "tmp"
    plan, table, picture, page = (place.inside(folder / name) for name in ("états 州.gpkg", "o.csv", "o.png", "o.html"))
    place.run("territorymap", "new", plan, "--units", "us-states").expect().refuse_stderr()
    balance = place.run("territorymap", "balance", plan, "--json").expect()
    balance.refuse_stderr()
    if "workload_h" not in json.loads(balance.out)["measures"]:
        raise SmokeError(f"balance --json says {balance.out[:200]}")
    place.run("territorymap", "export", plan, table, picture, page).expect().refuse_stderr()
    sizes = {name: (folder / name).stat().st_size for name in ("états 州.gpkg", "o.csv", "o.png", "o.html")}
    if min(sizes.values()) < 1000:
        raise SmokeError(f"files are too small: {sizes}")
    return ", ".join(f"{name} {size // 1024} KiB" for name, size in sizes.items())


def check_double_click(place: Place) -> str:
    """Start the window with a plan whose name has spaces and Chinese letters; end it, and look at the plan."""
    plan = place.desk / "tmp" / "Plan – 计划 (1).gpkg"
    shutil.copyfile(place.desk / "tmp" / "états 州.gpkg", plan)
    if is_root() and not place.is_root:
        shutil.chown(plan, _USER)
    settings = place.desk / "home" / ".local" / "state" / "territorymap" / "settings.ini"

    def is_open() -> bool:
        """The plan stands first among the recent ones, which is written when it is open."""
        return settings.is_file() and f"recent={place.inside(plan)}" in settings.read_text("utf-8", "replace")

    command = place.command("territorymap-gui", place.inside(plan))
    env = {**place.env, "QT_QPA_PLATFORM": "offscreen"}
    if "-i" in command:  # an emptied environment in there, so it is told in its words
        command.insert(command.index("-i") + 1, "QT_QPA_PLATFORM=offscreen")
    errors = place.desk / "double-click.txt"
    begin = time.monotonic()
    with errors.open("wb") as stream:
        window = subprocess.Popen(command, env=env, cwd="/", stdout=stream, stderr=stream, start_new_session=True)
        try:
            while not is_open() and window.poll() is None and time.monotonic() - begin < LONG_S:
                time.sleep(0.1)
            opened_s = time.monotonic() - begin
            if not is_open():
                raise SmokeError(f"the plan was not opened ({window.poll()}):\n{errors.read_text('utf-8', 'replace')}")
            time.sleep(2.0)  # what comes with the first picture may complain
            if (code := window.poll()) is not None:
                raise SmokeError(f"the window ended with {code}:\n{errors.read_text('utf-8', 'replace')}")
        finally:
            end_group(window)
    Done(0, "", errors.read_text("utf-8", "replace")).refuse_stderr((*ALLOWED, *ALLOWED_OFFSCREEN))
    place.run("territorymap", "check", place.inside(plan)).expect()
    return f"open after {opened_s:.1f} s; the plan is sound after the program was killed"


def end_group(window: subprocess.Popen[bytes]) -> None:
    """End a program that was started here, with its processes."""
    with suppress(ProcessLookupError):
        os.killpg(window.pid, signal.SIGKILL)
    window.wait()


def check_self_test(place: Place) -> str:
    """Run the self-test; where strace is installed, and the sandbox does not hinder it, see every connect()."""
    out = place.desk / "tmp" / "self-test"
    strace = shutil.which("strace") if place.is_root and place.name == "as root" else None
    trace = place.desk / "tmp" / "connects.txt"
    before = [strace, "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto", "-o", str(trace)] if strace else []
    done = place.run("territorymap-gui", "--self-test", "--out", place.inside(out), before=before)
    lines = done.out.splitlines()
    if done.code or lines[-1:] != ["self-test passed"]:
        raise SmokeError(f"ended with {done.code}:\n{done.out[-4000:]}\n{done.err[-4000:]}")
    done.refuse_stderr()
    told = {step["step"]: step for step in map(json.loads, lines[:-2])}
    end = json.loads(lines[-2])
    start = told["start"]
    if not start["frozen"] or start["version"] != __version__ or start["sandbox"] is place.is_root:
        raise SmokeError(f"the self-test told of something else: {start}")
    if end["network"] != 0:
        raise SmokeError(f"{end['network']} attempts to reach the network")
    notes = [f"{end['steps']} steps in {end['seconds']} s", f"Qt {start['qt']}", f"sandbox {start['sandbox']}"]
    notes.append("no network there" if place.is_offline else "network there, not asked for")
    if strace:
        asked = [line for line in trace.read_text("utf-8", "replace").splitlines() if _NETWORK_FAMILY.search(line)]
        if asked:
            raise SmokeError("connects were attempted:\n" + "\n".join(asked[:10]))
        notes.append("strace: no connect() to a network")
    return ", ".join(notes)


def check_registries(table: Table, place: Place) -> None:
    """Compare what the frozen program is made of with the sources."""
    with table.row(place.name, "registries as in the sources") as notes:
        frozen = place.run("territorymap", "registries").expect()
        frozen.refuse_stderr()
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        source = subprocess.run(
            [sys.executable, "-m", "territorymap", "registries"], env=env, capture_output=True, check=True
        )
        lists, wanted = json.loads(frozen.out), json.loads(source.stdout)
        for name in sorted(lists.keys() | wanted.keys()):
            missing = sorted(set(map(str, wanted.get(name, ()))) ^ set(map(str, lists.get(name, ()))))
            if missing:
                raise SmokeError(f"{name} differ: {missing[:10]}")
        notes.append(", ".join(f"{len(values)} {name}" for name, values in lists.items()))


def fingerprint(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file, to see whether anything was written beside the program."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


# -- the whole ---------------------------------------------------------------------------------------------------------


def unpack(source: Path, folder: Path) -> Path:
    """Return the folder of the bundle, unpacked or copied into ``folder``."""
    if source.is_dir():
        target = folder / source.name
        shutil.copytree(source, target, symlinks=True)
    else:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="tar")
        (target,) = folder.iterdir()
    if not (target / "territorymap").is_file():
        raise SystemExit(f"{source} holds no bundle: there is no file 'territorymap' in {target.name}")
    return target


def newest_archive() -> Path:
    found = sorted((ROOT / "dist").glob("territorymap-*-linux-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SystemExit("there is no archive in dist: make installer")
    return found[-1]


def main() -> None:
    """Run all checks; exit code 1 if one failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bundle", type=Path, nargs="?", help="tar.gz or folder; else the newest archive in dist")
    parser.add_argument("--root", type=Path, help="root of a bare Debian, to run in as well (as root only)")
    parser.add_argument("--quick", action="store_true", help="open a window in the first place only")
    parser.add_argument("--no-user", action="store_true", help="as root: do not run as an ordinary user too")
    options = parser.parse_args()
    source = (options.bundle or newest_archive()).resolve()
    table = Table()
    desk = Path(tempfile.mkdtemp(prefix="smoke-"))
    desk.chmod(0o755)
    try:
        where = desk / "programs 程序"
        where.mkdir()
        bundle = unpack(source, where)
        before = fingerprint(bundle)
        if not is_root():
            subprocess.run(["chmod", "-R", "a-w", str(where)], check=True)
        todo = places(table, bundle, desk, options)
        check_registries(table, todo[0])
        for i, place in enumerate(todo):
            check_place(table, place, is_full=i == 0 or not options.quick)
        with table.row("after all", "nothing was written beside the program") as notes:
            after = fingerprint(bundle)
            if changed := sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)):
                raise SmokeError(f"changed: {changed[:10]}")
            notes.append(f"{len(before)} files")
    finally:
        if options.root is not None:
            shutil.rmtree(options.root / "srv" / "smoke test", ignore_errors=True)
        subprocess.run(["chmod", "-R", "u+w", str(desk)], check=False)
        shutil.rmtree(desk, ignore_errors=True)
    table.print()
    print(f"\n{source.name}: {'passed' if not table.n_failed else f'{table.n_failed} checks FAILED'}")
    raise SystemExit(1 if table.n_failed else 0)


if __name__ == "__main__":
    main()
