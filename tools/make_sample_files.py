"""Makes the invented lists of the sample anew: deals, partners, their certifications and figures, numbers of roles.

All drawn from the sample's own accounts with a fixed seed; run it only to change them, then `make sample`.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "resources" / "sample"
SEED = 6
Row = dict[str, object]

PARTNERS: Sequence[Row] = (
    {"Partner": "Lone Star Office", "Type": "reseller", "Status": "active", "Tier": "Gold", "Contact": "Marisol Vega",
     "Agreed On": "2023-03-01", "Satisfaction": 8.4, "Home Postal Code": "75201", "Home City": "Dallas",
     "Home State": "TX", "Joint Plan": "Two school districts a quarter; one showroom day in Austin."},
    {"Partner": "Great Lakes Supply", "Type": "distributor", "Status": "active", "Tier": "Silver",
     "Contact": "Piotr Zielinski", "Agreed On": "2022-09-15", "Satisfaction": 6.1, "Home Postal Code": "60601",
     "Home City": "Chicago", "Home State": "IL", "Joint Plan": "Win back the insurance offices of Chicago."},
    {"Partner": "Pacific Workspace", "Type": "integrator", "Status": "active", "Tier": "Silver",
     "Contact": "Hana Mori", "Agreed On": "2024-01-10", "Satisfaction": 9.0, "Home Postal Code": "94105",
     "Home City": "San Francisco", "Home State": "CA", "Joint Plan": "Furnish and equip whole floors together."},
    {"Partner": "Mile High Systems", "Type": "reseller", "Status": "agreed", "Tier": "", "Contact": "Jonas Reed",
     "Agreed On": "2026-10-05", "Satisfaction": "", "Home Postal Code": "80202", "Home City": "Denver",
     "Home State": "CO", "Joint Plan": ""},
    {"Partner": "Peachtree Interiors", "Type": "referral", "Status": "candidate", "Tier": "", "Contact": "Delia Brooks",
     "Agreed On": "", "Satisfaction": "", "Home Postal Code": "30303", "Home City": "Atlanta", "Home State": "GA",
     "Joint Plan": ""},
)  # fmt: skip

CREDENTIALS: Sequence[Row] = tuple(
    {"Partner": partner, "Kind": kind, "Title": title, "Obtained On": obtained, "Expires On": expires}
    for partner, kind, title, obtained, expires in (
        ("Lone Star Office", "certification", "Furniture specialist", "2025-02-01", "2027-02-01"),
        ("Lone Star Office", "certification", "Technology specialist", "2025-06-15", "2027-06-15"),
        ("Lone Star Office", "training", "Pricing and deal registration", "2026-03-20", ""),
        ("Great Lakes Supply", "certification", "Furniture specialist", "2023-05-01", "2026-05-01"),
        ("Great Lakes Supply", "training", "Pricing and deal registration", "2025-09-10", ""),
        ("Pacific Workspace", "certification", "Furniture specialist", "2025-01-20", "2027-01-20"),
        ("Pacific Workspace", "certification", "Technology specialist", "2025-01-20", "2027-01-20"),
        ("Pacific Workspace", "certification", "Space planning", "2026-04-01", "2028-04-01"),
    )
)

# Revenue by quarter, from 2024-Q4 to 2026-Q3; the target of a quarter; satisfaction in the last two.
FIGURES = {
    "Lone Star Office": ((8_900, 9_100, 9_400, 9_800, 11_200, 10_900, 12_600, 13_900), 12_000, (8.1, 8.4)),
    "Great Lakes Supply": ((13_600, 14_400, 14_900, 14_200, 13_100, 11_800, 10_400, 8_900), 13_000, (6.8, 6.1)),
    "Pacific Workspace": ((9_700, 10_200, 11_600, 12_400, 14_900, 17_300, 19_800, 23_100), 16_000, (8.7, 9.0)),
}
QUARTERS = ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")

STATES_OF = {
    "Lone Star Office": {"Texas"},
    "Great Lakes Supply": {"Illinois", "Michigan", "Indiana", "Wisconsin"},
    "Pacific Workspace": {"California", "Oregon", "Washington"},
}
INSIDE_REPS = ("Ines Okoro", "Caleb Nakamura", "Rosa Lindgren")


def main() -> None:
    """Write the lists."""
    rng = random.Random(SEED)
    accounts, alignment = _read("accounts"), _read("alignment")
    rep_of = {row["territory"]: row["rep"] for row in alignment if row["territory"]}
    _write("partners", PARTNERS)
    _write("credentials", CREDENTIALS)
    _write("partner_figures", _partner_figures())
    _write("deals", _deals(accounts, rng))
    _write("role_metrics", _role_metrics(sorted(set(rep_of.values())), rng))


def _partner_figures() -> list[Row]:
    rows: list[Row] = []
    for partner, (revenue, target, satisfaction) in FIGURES.items():
        told = [*[""] * (len(QUARTERS) - len(satisfaction)), *satisfaction]
        for quarter, amount, content in zip(QUARTERS, revenue, told, strict=True):
            rows.append(
                {"Partner": partner, "Period": quarter, "Revenue": amount, "Target": target, "Satisfaction": content}
            )
    return rows


def _deals(accounts: Sequence[dict[str, str]], rng: random.Random) -> list[Row]:
    """Deals of reps on their accounts and of partners on theirs; some clash, one has expired, some are won."""
    large = [a for a in accounts if float(a["Sales"]) >= 400]
    rows: list[Row] = []
    reps = {row["Territory"]: row["Rep"] for row in _read("reps")}
    homes = {"New York": "Greater New York", "Ohio": "Ohio", "Florida": "Florida", "Georgia": "Georgia and Alabama",
             "Colorado": "Mountain", "Arizona": "Desert Southwest"}  # fmt: skip
    for partner, states in STATES_OF.items():
        there = [a for a in large if a["State"] in states and a["Segment"] == "Home Office"]
        for account in rng.sample(there, 7):
            rows.append(_deal(account, partner, rng))
    for state, territory in homes.items():
        there = [a for a in large if a["State"] == state and a["Segment"] == "Corporate"]
        for account in rng.sample(there, 3):
            rows.append(_deal(account, reps[territory], rng))
    # The same customer registered twice: a partner, and three weeks later a rep.
    for row, rep in zip(rows[:2], (reps["Texas North"], reps["Texas South"]), strict=True):
        later = date.fromisoformat(str(row["Registered On"])) + timedelta(days=21)
        row["Stage"], row["Closed On"] = "qualified", ""
        lower = round(float(str(row["Amount"])) * 0.85, -1)  # and at another price
        rows.append(
            {**row, "Registered By": rep, "Registered On": later.isoformat(), "Stage": "proposal", "Amount": lower}
        )
    # Two partners after one customer.
    third = rows[2]
    later = date.fromisoformat(str(third["Registered On"])) + timedelta(days=9)
    rows.append(
        {**third, "Registered By": "Pacific Workspace", "Registered On": later.isoformat(), "Stage": "registered"}
    )
    # A partner from Texas in Florida.
    (far,) = rng.sample([a for a in large if a["State"] == "Florida" and a["Segment"] == "Home Office"], 1)
    rows.append(_deal(far, "Lone Star Office", rng) | {"Stage": "qualified", "Closed On": ""})
    # Won on the largest customers, so that they pass to account management.
    top = sorted((a for a in accounts if a["State"] in homes), key=lambda a: -float(a["Sales"]))[:4]
    for account, closed in zip(top, ("2026-09-30", "2026-10-16", "2026-11-06", "2026-11-13"), strict=True):
        deal = _deal(account, reps[homes[account["State"]]], rng)
        rows.append(deal | {"Stage": "won", "Closed On": closed, "Expected On": closed})
    return rows


def _deal(account: dict[str, str], seller: str, rng: random.Random) -> Row:
    registered = date(2026, 6, 1) + timedelta(days=rng.randrange(150))
    stage = rng.choice(("registered", "qualified", "qualified", "proposal", "negotiation", "won", "lost"))
    closed = registered + timedelta(days=rng.randrange(10, 20))
    return {
        "Account Key": account["Account Key"],
        "Deal": rng.choice(("Desks and chairs", "Copiers", "Phones", "Storage", "Whole office", "Paper for a year")),
        "Registered By": seller,
        "Registered On": registered.isoformat(),
        "Amount": round(float(account["Sales"]) * rng.uniform(0.4, 1.6), -1),
        "Stage": stage,
        "Expected On": (registered + timedelta(days=rng.randrange(120, 240))).isoformat(),
        "Expires On": (registered + timedelta(days=rng.choice((90, 365, 365)))).isoformat(),
        "Closed On": closed.isoformat() if stage in ("won", "lost") else "",
    }


def _role_metrics(field_reps: Sequence[str], rng: random.Random) -> list[Row]:
    """Six months of what each role is measured by."""
    rows: list[Row] = []
    months = [f"2026-{month:02d}" for month in range(5, 11)]
    for rep in INSIDE_REPS:
        level = rng.uniform(0.8, 1.25)
        for n, month in enumerate(months):
            calls = round(420 * level * (1 + 0.03 * n) * rng.uniform(0.92, 1.08))
            rows.append({"Period": month, "Rep": rep, "Calls": calls, "Meetings": round(calls * 0.11),
                         "Deals": round(calls * 0.018), "Demos": "", "Proposals": ""})  # fmt: skip
    for rep, retention in (("Beatriz Lange", 0.962), ("Samuel Osei", 0.941)):
        for n, month in enumerate(months):
            rows.append({"Period": month, "Rep": rep, "Retention": round(retention + 0.002 * n, 3),
                         "Growth": round(0.03 + rng.uniform(-0.01, 0.02), 3)})  # fmt: skip
    for rep in field_reps:
        level = rng.uniform(0.7, 1.3)
        for month in months:
            demos = round(14 * level * rng.uniform(0.8, 1.2))
            rows.append({"Period": month, "Rep": rep, "Calls": "", "Meetings": round(demos * 1.9), "Deals": "",
                         "Demos": demos, "Proposals": round(demos * 0.45)})  # fmt: skip
    return rows


def _read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(name: str, rows: Sequence[Row]) -> None:
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
