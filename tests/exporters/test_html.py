"""The exported page in a real browser: Qt's Chromium offscreen, and the system's own Chromium where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from territorymap.exporters.registry import export
from tests.exporters.small_plan import small_view

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


def test_homes_and_names_of_accounts_are_not_in_the_file(tmp_path: Path) -> None:
    text = export(small_view(), tmp_path / "out.html", "accounts").read_text(encoding="utf-8")
    state = json.loads(re.search(r'id="tm-state">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert [row["home"] for row in state["territories"]] == [None, None, None]
    assert "Söhne" not in text


@pytest.mark.skipif(
    not (shutil.which("chromium") or shutil.which("google-chrome")), reason="there is no Chromium on this machine"
)
def test_chromium_itself_opens_the_page(tmp_path: Path) -> None:
    path = export(small_view(), tmp_path / "out.html")
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom",
        "--virtual-time-budget=8000", "--host-resolver-rules=MAP * ~NOTFOUND", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert 'data-ready="true"' in done.stdout
    assert "CONSOLE" not in done.stderr
