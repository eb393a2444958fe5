"""The exported page in a real browser: Qt's Chromium offscreen, and the system's own Chromium where there is one."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from territorymap.errors import UserError
from territorymap.exporters.formats.html_reps import file_names
from territorymap.exporters.registry import ExportOptions, export
from territorymap.mapview.container import unpack
from tests.exporters.small_plan import small_view


def block(path: Path, name: str) -> str:
    """Return what stands in an element of the page."""
    found = re.search(rf'id="{name}">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def inflated(path: Path, name: str) -> bytes:
    return zlib.decompress(base64.b64decode(block(path, name)))


def everything(path: Path) -> str:
    """Return all that can be read of the plan in a page: its own text, and what its blocks hold, decoded."""
    text = path.read_text(encoding="utf-8")
    names = re.findall(r'<script type="text/plain" id="(tm-[a-z-]+)"', text)
    assert len(names) == 6
    blocks = [inflated(path, name) for name in names if name != "tm-context"]  # land and cities of the world
    held = b"".join([*blocks, block(path, "tm-state").encode()]).decode("latin-1")
    head = text[: text.index("<script")] + re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)
    return re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), held + head)


HOSTILE = "<img src=x onerror='window.__injected=1'></script><script>window.__injected=2</script>{{7*7}}"


def opened(path: Path, lon: float, lat: float) -> tuple[dict[str, Any], np.ndarray]:
    """Return what tests/exporters/open_page.py tells, and the pixels."""
    pytest.importorskip("PySide6.QtWebEngineWidgets")
    picture = path.with_suffix(".png")
    script = Path(__file__).with_name("open_page.py")
    command = [sys.executable, str(script), str(path), str(lon), str(lat), str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    with Image.open(picture) as image:
        return json.loads(done.stdout.splitlines()[-1]), np.asarray(image.convert("RGB"))


def share_of(picture: np.ndarray, color: str) -> float:
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return float((np.abs(picture.astype(int) - wanted).max(axis=-1) <= 24).mean())


def test_the_page_opens_alone_with_map_legend_and_totals_under_the_pointer(tmp_path: Path) -> None:
    """The pointer is on B2 of West: 8 units, 1 account, revenue 10.5; households 0+1 +4+5 +8+9 +12+13 = 52."""
    told, picture = opened(export(small_view(), tmp_path / "out.html"), 1.5, 1.5)
    assert told["requests"] == [(tmp_path / "out.html").as_uri()]
    assert told["messages"] == []
    assert told["found"]["title"] == "A small plan"
    for text in ("West", "Ada", "East", "Empty", "Bo"):
        assert text in told["found"]["legend"]
    tooltip = told["found"]["tooltip"].split("\n")
    assert {"West", "Ada"} <= set(tooltip)
    assert tooltip[tooltip.index("households") + 1] == "52"
    assert tooltip[tooltip.index("revenue") + 1].startswith("10.5") or tooltip[tooltip.index("revenue") + 1] == "11"
    assert share_of(picture, "#88ccee") > 0.02
    assert share_of(picture, "#ddcc77") > 0.01


def test_units_show_their_own_numbers(tmp_path: Path) -> None:
    """Square B2 is the sixth, so it has 5 households; its territory has 52."""
    told, _ = opened(export(small_view(), tmp_path / "out.html", "units"), 1.5, 1.5)
    tooltip = told["found"]["tooltip"].split("\n")
    assert {"Square B2", "B2", "West", "Ada"} <= set(tooltip)
    assert tooltip[tooltip.index("households") + 1] == "5"
    assert tooltip[len(tooltip) - tooltip[::-1].index("households")] == "52"
    assert told["messages"] == []


def test_names_are_text_whatever_they_hold(tmp_path: Path) -> None:
    told, _ = opened(export(small_view(west_name=HOSTILE), tmp_path / "out.html"), 1.5, 1.5)
    assert told["found"]["ran"] == "undefined"
    assert told["found"]["injected"] == 0
    assert HOSTILE in told["found"]["legend"]
    assert HOSTILE in told["found"]["tooltip"]
    assert told["requests"] == [(tmp_path / "out.html").as_uri()]
    assert told["messages"] == []


def test_nothing_in_the_file_points_elsewhere(tmp_path: Path) -> None:
    text = export(small_view(), tmp_path / "out.html").read_text(encoding="utf-8")
    elements = re.sub(r"(<(script|style)[^>]*>).*?</\2>", r"\1", text, flags=re.DOTALL)
    assert not re.findall(r"\b(?:src|href|action|data)\s*=", elements)
    assert "@import" not in text
    assert "default-src 'none'" in text
    assert "unsafe-inline" not in text


@pytest.mark.parametrize(
    ("what", "names", "is_there"), [("territories", True, False), ("accounts", False, False), ("accounts", True, True)]
)
def test_names_of_accounts_are_in_the_file_where_asked_for_and_homes_never(
    tmp_path: Path, what: str, names: bool, is_there: bool
) -> None:
    path = export(small_view(), tmp_path / "out.html", what, ExportOptions({"account_names": names}))
    state = json.loads(block(path, "tm-state"))
    assert [row["home"] for row in state["territories"]] == [None, None, None]
    assert ("Söhne" in everything(path)) is is_there
    assert "10.5" not in block(path, "tm-account-texts")


def test_a_rep_s_page_holds_nothing_of_the_others(tmp_path: Path) -> None:
    """Ada has West: 8 units and account 0; East has accounts 1 and 2, nobody has 3 and 4."""
    chosen = {"rep": ("Ada",), "account_numbers": True}
    path = export(small_view(), tmp_path / "out.html", "accounts", ExportOptions(chosen))
    held = everything(path)
    for own in ("West", "Ada", "Müller & Söhne", "k0", "Square B2", '"target"'):
        assert own in held
    for other in ("East", "Empty", '"Bo"', "+49 30", "=1+1", "王", "a\\nb", "key account", "Square A3", "Square A4"):
        assert other not in held
    state = json.loads(block(path, "tm-state"))
    (west,) = state["territories"]
    assert west["total"][3] == 10.5
    assert west["target"][3] == pytest.approx((10.5 + 98) / 3)  # of the whole plan: three territories share it
    assert np.frombuffer(base64.b64decode(state["units"]), "<i4").tolist() == [0] * 8
    texts = unpack(inflated(path, "tm-account-texts"))
    assert texts.arrays["value"].tolist() == [[10.5]]


TOKENS = st.lists(st.text("qxzw", min_size=7, max_size=9), min_size=24, max_size=24, unique=True).filter(
    lambda tokens: not any(a != b and a in b for a in tokens for b in tokens)
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tokens=TOKENS, owner=st.lists(st.integers(-1, 2), min_size=16, max_size=16), rep=st.integers(0, 1))
def test_whatever_the_plan_no_other_name_is_in_a_rep_s_page(
    tmp_path: Path, tokens: list[str], owner: list[int], rep: int
) -> None:
    """Every name of the plan is a token of its own; those of the rep's territory may be there, no others."""
    view = small_view()
    plan = view.plan
    accounts = replace(
        plan.accounts,
        name=np.array(tokens[:5], dtype=object),
        key=np.array(tokens[5:10], dtype=object),
    )
    plan = replace(
        plan,
        accounts=accounts,
        territories=[replace(t, name=name) for t, name in zip(plan.territories, tokens[10:13], strict=True)],
        reps=[replace(r, name=name) for r, name in zip(plan.reps, tokens[13:15], strict=True)],
        units=replace(plan.units, name=np.array([*tokens[15:24], *[""] * 7], dtype=object)),
        unit_territory=np.array(owner, dtype=np.int32),
    )
    rows = [
        {**row, "name": t.name, "rep": ""}
        for row, t in zip(view.page_state["territories"], plan.territories, strict=True)
    ]
    view = replace(view, plan=plan, page_state={**view.page_state, "territories": rows})
    own = 0 if rep == 0 else 2  # West is Ada's, Empty is Bo's
    path = export(view, tmp_path / "rep.html", "accounts", ExportOptions({"rep": (plan.reps[rep].name,)}))
    held = everything(path)
    mine = np.flatnonzero(plan.territory_of_accounts() == own).tolist()
    allowed = {plan.territories[own].name, plan.reps[rep].name}
    allowed |= {tokens[a] for a in mine} | {tokens[5 + a] for a in mine}
    allowed |= {str(name) for name, ix in zip(plan.units.name, owner, strict=True) if ix == own and name}
    assert {token for token in tokens if token in held} == allowed


def test_all_reps_in_one_go(tmp_path: Path) -> None:
    path = export(small_view(), tmp_path / "reps.zip", name="html_reps")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["Ada.html", "Bo.html", "index.html"]
        archive.extractall(tmp_path / "pages")
    assert "Müller & Söhne" in everything(tmp_path / "pages" / "Ada.html")
    assert "West" not in everything(tmp_path / "pages" / "Bo.html")
    links = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]*)"', links) == ["Ada.html", "Bo.html"]


def test_a_rep_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no rep called Cleo"):
        export(small_view(), tmp_path / "out.html", options=ExportOptions({"rep": ("Cleo",)}))


@given(st.lists(st.text(max_size=150), max_size=12))
def test_files_of_reps_have_names_that_every_system_takes(names: list[str]) -> None:
    files = file_names(names)
    assert len({file.casefold() for file in [*files, "index.html"]}) == len(names) + 1
    for file in files:
        assert not set(file) & set('<>:"/\\|?*\0\n\r')
        assert len(file.encode()) < 255
        assert not re.match(r"(?i)(con|nul|aux|prn)(\.|$)", file)
        assert not file.startswith((".", " "))


@pytest.mark.skipif(
    not (shutil.which("chromium") or shutil.which("google-chrome")), reason="there is no Chromium on this machine"
)
def test_chromium_itself_opens_the_page_and_searches_it_with_no_network(tmp_path: Path) -> None:
    path = export(small_view(), tmp_path / "out.html", "accounts")
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom",
        "--virtual-time-budget=8000", "--host-resolver-rules=MAP * ~NOTFOUND", f"{path.as_uri()}#find=muller",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert 'data-ready="true"' in done.stdout
    assert re.search(r'class="tm-find-name">Müller &amp; Söhne<', done.stdout)
    assert "CONSOLE" not in done.stderr
