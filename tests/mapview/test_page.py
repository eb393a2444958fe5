"""The page that folium builds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib

import pytest

from territorymap.mapview.bundle import bundle
from territorymap.mapview.page import build_single_page, build_window_page, json_for_html
from territorymap.mapview.strings import page_strings
from territorymap.mapview.web_files import web_file

NASTY = '</script><img src=x onerror=alert(1)> {{ 7 * 7 }} {% raw %} "quoted" & \u2028'


def single(title: str = "Plan") -> str:
    return build_single_page(title, {"tm-geometry": zlib.compress(b"data")}, {"title": NASTY})


def test_window_page_takes_everything_from_our_own_scheme() -> None:
    page = build_window_page()
    links = re.findall(r'(?:src|href)="([^"]*)"', page.html)
    assert links
    assert all(link.startswith("territorymap://map/") for link in links)
    assert not re.search(r"jquery|bootstrap|cdn|awesome", page.html, re.IGNORECASE)


def test_window_page_has_a_policy_without_unsafe_words_and_a_nonce_on_every_element() -> None:
    page = build_window_page()
    assert "unsafe" not in page.policy
    assert "default-src 'none'" in page.policy
    meta = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page.html)
    assert meta
    assert page.policy == f"{meta[1]}; frame-ancestors 'none'"
    nonce = re.search(r"script-src 'nonce-([0-9a-f]+)'", page.policy)
    assert nonce
    elements = re.findall(r"<(?:script|style|link)[^>]*>", page.html)
    assert all(f'nonce="{nonce[1]}"' in element for element in elements)


def test_every_page_has_another_nonce() -> None:
    assert build_window_page().policy != build_window_page().policy


def test_defaults_of_folium_are_left_alone() -> None:
    import folium

    before = (list(folium.Map.default_js), list(folium.Map.default_css))
    build_window_page()
    assert (folium.Map.default_js, folium.Map.default_css) == before


def test_single_page_refers_to_nothing_outside() -> None:
    html = single()
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*\b(?:src|href)=", html)
    assert "territorymap://" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"url\(|@import", "".join(re.findall(r"<style.*?</style>", html, re.DOTALL)))


def test_single_page_allows_its_own_scripts_by_hash_and_no_others() -> None:
    html = single()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert "unsafe" not in policy[1]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) >= 3
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]


def test_names_are_text_and_never_markup_or_template() -> None:
    html = single(NASTY)
    assert "<img" not in html
    assert "&lt;/script&gt;&lt;img" in html
    assert "{{ 7 * 7 }}" in html
    state = re.search(r'id="tm-state">(.*?)</script>', html, re.DOTALL)
    assert state
    assert json.loads(state[1])["title"] == NASTY


def test_json_for_html_reads_back_and_holds_no_sign_of_markup() -> None:
    text = json_for_html({"name": NASTY})
    assert json.loads(text) == {"name": NASTY}
    assert not set("<>&\u2028") & set(text)


def test_the_bundle_has_every_module_in_a_scope_of_its_own() -> None:
    """b imports a; both have a private x."""
    files = {
        "b.js": 'import { one } from "./a.js";\nconst x = 2;\nexport function two() {\n  return one() + x;\n}\n',
        "a.js": "const x = 1;\nexport function one() {\n  return x;\n}\n",
    }
    text = bundle("b.js", files.__getitem__)
    assert text.index("module_a =") < text.index("module_b =")
    assert "const { one } = module_a;" in text
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)


def test_modules_in_a_circle_or_in_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        bundle("a.js", {"a.js": 'import { a } from "./a.js";\n'}.__getitem__)
    with pytest.raises(ValueError, match="cannot join"):
        bundle("a.js", {"a.js": "export default 1;\n"}.__getitem__)


def test_every_sentence_of_the_page_is_known_and_used() -> None:
    """Keys in t("...") of the modules and in strings.py are the same set."""
    used: set[str] = set()
    text = "".join(path.read_text("utf-8") for path in web_file("main.js").parent.glob("*.js"))
    used |= set(re.findall(r'\bt\("(\w+)"', text))
    keys = set(page_strings())
    assert used <= keys
    unused = {key for key in keys - used if f'"{key}"' not in text}
    assert not unused
