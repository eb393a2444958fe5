"""Collects every sentence of the program, keeps the catalogues of other languages, and says what they lack.

Without arguments: extract, update each catalogue, compile it. ``--check`` changes nothing and fails on what is missing.
``--dump`` and ``--merge`` are for translators, several at once: each takes another package, as numbered lines.

    python tools/make_translations.py                                       update and compile
    python tools/make_translations.py --check                               what is untranslated or wrong
    python tools/make_translations.py --dump todo.txt --of ui cli           lines "12|sentence", not yet translated
    python tools/make_translations.py --merge todo.txt done.txt             lines "12|translation" into the catalogue

A word with several meanings stands as ``sense>>word``.
In a dump a line break is ``\\n``; one and many stand as ``one||many``. A translation needs no access key: the letter of
the English one is put behind it, as "文件(&F)".
"""

from __future__ import annotations

import argparse
import gettext
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import click
from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "territorymap"
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)
DOMAIN = "territorymap"
KEYWORDS: dict[str, Any] = {"tr": None, "ntr": (1, 2), "tr_as": ((1, "c"), 2)}
# Said by click through a variable, which Babel up to 2.18 took for a text and later ones do not.
CLICK_WORDS = ("required",)
# What click says itself: Usage, Options, errors.
CLICK_KEYWORDS: dict[str, Any] = {"_": None, "ngettext": (1, 2)}
_ACCESS_KEY = re.compile(r"&(?=[^\W_])(\w)")
_ENDS = {".": "。.…）", ":": "：:", "…": "…", "?": "？?）。"}
_LETTERS = re.compile(r"[A-Za-z]{2,}")


Said = tuple[str, tuple[str, ...]]  # sense, forms


@dataclass(frozen=True)
class Sentence:
    """One sentence of the source: its forms (one, or one and many), and the files that say it."""

    forms: tuple[str, ...]
    files: tuple[str, ...]
    sense: str = ""  # told by tr_as where a word has several

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.sense, self.forms[0]

    @property
    def key(self) -> str | tuple[str, ...]:
        """The msgid as Babel wants it."""
        return self.forms if len(self.forms) > 1 else self.forms[0]


# -- collecting ------------------------------------------------------------------------------------------------------


def collect() -> list[Sentence]:
    """Return every sentence of the program and of click, sorted."""
    files_by_said: dict[Said, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for said in _sentences(path, KEYWORDS):
            files_by_said.setdefault(said, set()).add(path.relative_to(SOURCE).as_posix())
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        for said in _sentences(path, CLICK_KEYWORDS):
            files_by_said.setdefault(said, set()).add(f"click/{path.name}")
    for word in CLICK_WORDS:
        files_by_said.setdefault(("", (word,)), set()).add("click/core.py")
    for word in _words_of_layers():
        files_by_said.setdefault(("", (word,)), set()).add("maps/layers.json")
    plural_of = {forms[0]: ("", forms) for _sense, forms in files_by_said if len(forms) == 2}
    for said in [s for s in files_by_said if not s[0] and len(s[1]) == 1 and s[1][0] in plural_of]:
        # gettext keeps one entry for a sentence: with both its forms.
        files_by_said[plural_of[said[1][0]]] |= files_by_said.pop(said)
    return [Sentence(forms, tuple(sorted(files)), sense) for (sense, forms), files in sorted(files_by_said.items())]


def _words_of_layers() -> list[str]:
    """Return what the shipped layers and their units are called, and how they were made (i18n.data_word)."""
    words = []
    for layer in json.loads((ROOT / "maps" / "layers.json").read_text(encoding="utf-8")):
        words += [layer[key] for key in ("title", "unit_word", "parent_word", "method", "accuracy")]
        words += [measure[key] for measure in layer["measures"] for key in ("label", "column")]
    return [word for word in words if word]


def _sentences(path: Path, keywords: dict[str, Any]) -> Iterator[Said]:
    for _line, message, _comments, sense in extract_from_file("python", path, keywords=keywords):
        yield sense or "", (message,) if isinstance(message, str) else tuple(message)


# -- catalogues ------------------------------------------------------------------------------------------------------


def po_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_path(language: str) -> Path:
    return po_path(language).with_suffix(".mo")


def read_catalogue(language: str) -> Catalog:
    """Return the catalogue as it is committed, an empty one at first."""
    path = po_path(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def _empty(language: str) -> Catalog:
    return Catalog(locale=language, domain=DOMAIN, fuzzy=False, header_comment="# " + "\n# ".join(_HEAD))


_HEAD = (
    "Territory Map in {language}. Made by tools/make_translations.py: the sentences come from the source,".format(
        language=Locale.parse("zh_CN").get_display_name("en")
    ),
    "the words of the trade from docs/glossary.md: one for each, always the same.",
)


def updated(language: str, sentences: list[Sentence]) -> Catalog:
    """Return the catalogue with exactly the sentences of the source; translations are kept by their sentence."""
    old, new = read_catalogue(language), _empty(language)
    for sentence in sentences:
        known = _get(old, sentence)
        text = known.string if known is not None and not known.fuzzy else ""
        _add(new, sentence, text)
    return new


def _add(catalogue: Catalog, sentence: Sentence, text: object) -> None:
    string: object = text
    if len(sentence.forms) > 1:
        string = (text,) if isinstance(text, str) else text
    elif isinstance(text, tuple):
        string = text[0]
    catalogue.add(
        sentence.key, string, locations=[(name, 0) for name in sentence.files], context=sentence.sense or None
    )  # type: ignore[arg-type]


def save(language: str, catalogue: Catalog) -> None:
    """Write the text and the compiled form; nothing in them depends on the clock."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalogue))
    mo_path(language).write_bytes(mo_bytes(catalogue))


def po_bytes(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=True)
    head = "".join(f"# {line}\n" for line in _HEAD)
    fields = (
        f"Language: {catalogue.locale_identifier}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    )
    lines = "".join(f'"{field}\\n"\n' for field in fields)
    return f'{head}msgid ""\nmsgstr ""\n{lines}\n'.encode() + buffer.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue; untranslated sentences are not in it, so that they appear in English."""
    with io.BytesIO(po_bytes(catalogue)) as file:
        plain = read_po(file, locale=catalogue.locale_identifier, domain=DOMAIN)
    plain.revision_date = plain.creation_date = _EPOCH
    for sense, first in [_name(message) for message in plain if message.id and not _translation(message)]:
        plain.delete(first, sense or None)
    buffer = io.BytesIO()
    write_mo(buffer, plain)
    return buffer.getvalue()


_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


# -- checking --------------------------------------------------------------------------------------------------------


def problems(language: str, sentences: list[Sentence]) -> list[str]:
    """Return what a catalogue lacks or has wrong, one line each; empty = ready to ship."""
    catalogue = read_catalogue(language)
    found = []
    for sentence in sentences:
        message = _get(catalogue, sentence)
        found += [f"{problem}: {sentence.forms[0]!r} ({sentence.files[0]})" for problem in _wrong(sentence, message)]
    wanted = {sentence.name for sentence in sentences}
    names = [_name(message) for message in catalogue if message.id]
    found += [f"said nowhere: {name[1]!r}" for name in names if name not in wanted]
    if not mo_path(language).exists() or _compiled(language) != _texts(catalogue):
        found.append(f"not compiled: {mo_path(language).relative_to(FOLDER)}")
    return found


def _compiled(language: str) -> dict[str, str]:
    with mo_path(language).open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key[0] if isinstance(key, tuple) else key: text for key, text in known.items() if key}


def _texts(catalogue: Catalog) -> dict[str, str]:
    texts = {_mo_key(*_name(message)): _translation(message) for message in catalogue if message.id}
    return {key: text for key, text in texts.items() if text}


def _get(catalogue: Catalog, sentence: Sentence) -> Message | None:
    return catalogue.get(sentence.forms[0], sentence.sense or None)


def _name(message: Message) -> tuple[str, str]:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _mo_key(sense: str, first: str) -> str:
    return f"{sense}\x04{first}" if sense else first


def _translation(message: Message | None) -> str:
    if message is None:
        return ""
    return message.string if isinstance(message.string, str) else "".join(message.string[:1])


def _wrong(sentence: Sentence, message: Message | None) -> list[str]:
    text = _translation(message)
    if not text:
        return ["untranslated"]
    if message is not None and message.fuzzy:
        return ["fuzzy"]
    return faults(sentence.forms, text)


def faults(forms: tuple[str, ...], text: str) -> list[str]:
    """Return what is wrong with a translation, by form alone: values, access key, line breaks, its end."""
    found = []
    wanted, has = placeholders(forms[-1]), placeholders(text)
    if has is None:
        found.append("braces do not close")
    # The one form of Chinese stands for one and many: "{n}" may be spelt out in "one".
    elif wanted is not None and has != wanted:
        found.append(f"values {sorted(has.elements())} instead of {sorted(wanted.elements())}")
    if sorted(access_keys(forms[0])) != sorted(access_keys(text)):
        found.append(f"access keys {access_keys(text)} instead of {access_keys(forms[0])}")
    if _margins(forms[0]) != _margins(text):
        found.append("line breaks at the ends differ")
    if forms[0].count("\n\n") != text.count("\n\n"):
        found.append("paragraphs differ")
    if "%(" in forms[0] and re.findall(r"%\(\w+\)s", forms[0]) != re.findall(r"%\(\w+\)s", text):
        found.append("%-values differ")
    end = _ENDS.get(forms[0].rstrip()[-1:])
    if end and text.rstrip()[-1:] not in end and not access_keys(text):
        found.append(f"does not end with {end[0]}")
    return found


def placeholders(text: str) -> Counter[str] | None:
    """Return the named values of a sentence with their format, None if its braces do not close."""
    try:
        return Counter(f"{name}{':' if form else ''}{form}" for _, name, form, _ in Formatter().parse(text) if name)
    except ValueError:
        return None


def access_keys(text: str) -> list[str]:
    """Return the letters that Alt opens something with; "&&" is a plain sign."""
    return [letter.upper() for letter in _ACCESS_KEY.findall(text.replace("&&", ""))]


def _margins(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip("\n"))], text[len(text.rstrip("\n")) :]


# -- translators -----------------------------------------------------------------------------------------------------


def dump(language: str, sentences: list[Sentence], packages: list[str], limit: int) -> str:
    """Return what is untranslated in some packages (all, where none is named), numbered."""
    catalogue = read_catalogue(language)
    todo = [s for s in sentences if not _translation(_get(catalogue, s))]
    if packages:
        todo = [s for s in todo if any(s.files[0].startswith(package) for package in packages)]
    todo.sort(key=lambda s: s.files[0])
    lines, file = [], ""
    for number, sentence in enumerate(todo[:limit], start=1):
        if sentence.files[0] != file:
            file = sentence.files[0]
            lines.append(f"# {file}")
        sense = f"{sentence.sense}>>" if sentence.sense else ""
        lines.append(f"{number}|{sense}{'||'.join(_escaped(form) for form in sentence.forms)}")
    return "\n".join(lines) + "\n"


def merge(language: str, sentences: list[Sentence], asked: Path, answered: Path) -> list[str]:
    """Put translations into the catalogue; return those that were refused, with the reason."""
    asked_by_number = {number: _asked(text) for number, text in _numbered(asked)}
    catalogue, refused = updated(language, sentences), []
    by_name = {sentence.name: sentence for sentence in sentences}
    for number, text in _numbered(answered):
        if number not in asked_by_number:
            refused.append(f"{number}: asked nowhere")
            continue
        sense, forms = asked_by_number[number]
        text = with_access_key(forms[0], _unescaped(text))
        if wrong := faults(forms, text):
            refused.append(f"{number}|{_escaped(forms[0])}|{_escaped(text)}: {'; '.join(wrong)}")
        elif (sentence := by_name.get((sense, forms[0]))) is not None:
            catalogue.delete(forms[0], sense or None)
            _add(catalogue, sentence, text)
    save(language, catalogue)
    return refused


def with_access_key(english: str, text: str) -> str:
    """Return a translation with the access key of the English text behind its words, before an ellipsis or colon."""
    keys = access_keys(english)
    if len(keys) != 1 or access_keys(text):
        return text
    words = text.partition("：{")[0].rstrip("….:： ")
    return f"{words}(&{keys[0]}){text[len(words) :]}"


def _asked(text: str) -> Said:
    sense, mark, rest = text.rpartition(">>")
    return sense if mark else "", tuple(_unescaped(form) for form in rest.split("||"))


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        number, bar, text = line.partition("|")
        if bar and number.strip().isdigit():
            yield int(number), text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\b", "\\b")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "b": "\b"}.get(m[1], m[1]), text)


def main() -> int:
    """Do what the options say for every language; 1 if something is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--dump", type=Path, metavar="FILE")
    parser.add_argument("--of", nargs="*", default=[], metavar="PACKAGE")
    parser.add_argument("--limit", type=int, default=100_000)
    parser.add_argument("--merge", type=Path, nargs=2, metavar="FILE")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    options = parser.parse_args()
    sentences = collect()
    if options.dump:
        options.dump.write_text(dump(options.language, sentences, options.of, options.limit), encoding="utf-8")
        return 0
    if options.merge:
        refused = merge(options.language, sentences, *options.merge)
        print("\n".join(refused))
        return int(bool(refused))
    if not options.check:
        for language in LANGUAGES:
            save(language, updated(language, sentences))
    found = [f"{language}: {problem}" for language in LANGUAGES for problem in problems(language, sentences)]
    print("\n".join(found[:200]))
    print(f"{len(sentences)} sentences, {len(found)} findings")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
