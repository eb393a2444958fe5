"""Terms of pay, assumptions and rules of a scope, in JSON that is none or none of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.hostile.cases import EITHER, REFUSED, Hostile, bytes_file

_TEXTS = {
    "a number": "1", "a text": '"x"', "null": "null", "true": "true", "a list": "[]", "an empty object": "{}",
    "nan": '{"win_share": NaN}', "infinity": '{"win_share": Infinity}', "1e999": '{"win_share": 1e999, "tiers": [1e999]}',
    "a key twice": '{"a": 1, "a": 2}', "a cut object": '{"a": [1, 2', "text behind": "{} {}", "single quotes": "{'a': 1}",
    "comments": "// x\n{}", "many digits": '{"a": ' + "9" * 10_000 + "}", "a long key": '{"' + "k" * 200_000 + '": 1}',
    "deep lists": "[" * 100_000 + "]" * 100_000, "deep objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "deep and open": "[" * 100_000, "surrogates": '{"a": "\\ud800"}', "zeros": '{"a": "\\u0000"}', "a mark": "\ufeff{}",
    "all": '{"all": []}', "any of any": '{"any": [' * 400 + "]}" * 400, "not not": '{"not":' * 900 + "{}" + "}" * 900,
    "a wide rule": json.dumps({"any": [{"field": "revenue", "op": ">", "value": i} for i in range(20_000)]}),
    "a field nobody knows": '{"field": "nobody", "op": "=", "value": 1}',
    "an operation nobody knows": '{"field": "revenue", "op": "drop", "value": 1}',
    "a value of the wrong kind": '{"field": "revenue", "op": "=", "value": {"a": []}}',
    "tiers of text": '{"tiers": "x", "base": {}, "rate": []}',
    "tiers without end": json.dumps({"tiers": [{"from": i, "rate": i} for i in range(50_000)]}),
    "assumptions of text": '{"assumptions": {"win_share": "many", "classes": 7}}',
    "assumptions of lists": '{"assumptions": [[[[]]]]}',
    "below zero": '{"win_share": -5, "growth": -1e300, "weeks": -1}',
    "words": "revenue >", "words without end": "revenue > 1 and " * 20_000, "brackets": "(" * 50_000,
    "a file of a file": "@/etc/passwd", "two files": "@@@x", "quotes": '"' * 9999,
}  # fmt: skip


def cases() -> Iterator[Hostile]:
    for target in ("terms", "sizing", "scope"):
        for name, text in _TEXTS.items():
            ends = REFUSED if name.startswith(("deep", "a cut", "text behind", "a list")) else EITHER
            content = text.encode("utf-8", "surrogatepass")
            yield Hostile(f"json of {name}", target, bytes_file("given.json", content), ends)
