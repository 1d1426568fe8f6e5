"""Texts that a client's files may hold and a report must show as written, and a client made of them.

Every payload ends in its own mark, so that a page can be searched for it wherever it is shown.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd

from salesmgmt.inputs import CODEBOOK

_TEXTS = (
    "<script>window.hit=1;document.title='hit'</script>",
    '"><script>window.hit=1</script>',
    "</td></tr></table><script>window.hit=1</script>",
    "</style><script>window.hit=1</script>",
    "</title><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '" onmouseover="window.hit=1" autofocus onfocus="window.hit=1" x="',
    "' onclick='window.hit=1",
    "<svg onload=window.hit=1><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<svg><style><img src=x onerror=window.hit=1></style></svg>",
    '<math><mtext><table><mglyph><style><img src=x onerror="window.hit=1">',
    '<math href="javascript:window.hit=1">CLICK</math>',
    "<details open ontoggle=window.hit=1>",
    "<button popovertarget=\"card-none\" class=\"num\">7</button>",
    '<iframe src="javascript:parent.hit=1"></iframe>',
    '<a href="file:///etc/passwd">open</a><a href="data:text/html,hit">more</a>',
    '<link rel=stylesheet href="http://127.0.0.1:9/a.css"><meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
    '<base href="http://127.0.0.1:9/"><form action=x><input name=y autofocus>',
    "<plaintext>",
    "<!-- <b>",
    "--><script>window.hit=1</script>",
    "<![CDATA[ <b> ]]>",
    "]]>",
    '=HYPERLINK("http://127.0.0.1:9/","Click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,2)",
    "[click](javascript:window.hit=1)",
    "](javascript:window.hit=1)",
    "![x](http://127.0.0.1:9/x.png) **bold** `code` # no heading",
    "{{7*7}}{{ t.__init__.__globals__ }}",
    "{% raw %}{% include '/etc/passwd' %}{# none #}",
    r"$\href{javascript:window.hit=1}{x}$",
    r"$$\frac{1}{0}$$ \(x\) \[y\]",
    "{0} {} {client.__class__} {people:range} {",
    "%s %d %(name)s 100% %",
    "&lt;b&gt; &amp;amp; &#39; &#34; &#x3c;script&#x3e;",
    "O'Brien \"quoted\" `back` \\ \\u003c \\0 %00",
    "first line\nsecond line\r\n\tthird",
    "\u202egnirts eht fo dne\u2066\u2067",
    "\u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627\u200f\u061c",
    "a\u200bb\u200dc\ufeffd\u00ade\u2060f",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1e8\U0001f1f3\U0001f44d\U0001f3fd",
    "Z\u0351\u036b\u0343\u036a\u0302\u0357\u0352a\u0335\u030d\u0355l\u0321\u0345g\u0362o\u0489",
    "\U00020bb7\U0010fffd\ufffd\u2603\ue000",
    "expression(window.hit=1);} body{display:none} @import url(http://127.0.0.1:9/a.css); \\3c /style\\3e",
    "/* fonts */ url(\"javascript:window.hit=1\")",
    "null NaN undefined __proto__ constructor",
    "x" * 5000,
    "客户名称很长" * 800,
)  # fmt: skip
PAYLOADS = tuple(f"{text}\u00a4{number:02d}" for number, text in enumerate(_TEXTS))
MARK = re.compile("\u00a4(\\d\\d)")
CLIENT = f"../../{PAYLOADS[1]}{PAYLOADS[46]}"

_LINKED = ("tier", "segment", "region", "team", "competency", "criterion", "brand", "attribute")
"""Columns by which tables or rows are joined: one value stands for the same payload everywhere."""
_SAME = {"other": "criterion", "subject": "segment"}
"""Columns that hold the values of another."""
_NAMES_KEYS = ("factor_ids", "initiative_ids", "accompanied_by")


def misquoted(text: str) -> list[str]:
    """What stands before a payload's mark where it is not that payload, white space apart."""
    flat = " ".join(text.split())
    wrong = []
    for mark in MARK.finditer(flat):
        payload = " ".join(PAYLOADS[int(mark[1])].split())
        if not flat[: mark.end()].endswith(payload):
            wrong.append(f"{mark[0]}: {flat[max(0, mark.start() - 60) : mark.end()]}")
    return wrong


def write_hostile_client(demo: Path, folder: Path) -> Path:
    """A copy of the demo client with a payload in every text that it is free to choose."""
    shutil.copytree(demo, folder)
    linked: dict[tuple[str, str], str] = {}
    for start, (name, table) in enumerate(CODEBOOK.tables.items()):
        path = folder / f"{name}.csv"
        if path.exists():
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
            free = [c.name for c in table.columns.values() if c.type == "text" or c.open]
            for offset, column in enumerate(c for c in free if c in frame and c not in _NAMES_KEYS):
                frame[column] = _replaced(frame[column], linked, start=7 * start + 11 * offset)
                if f"{column}_en" in frame:
                    frame[f"{column}_en"] = frame[column].map(_english)
            frame.to_csv(path, index=False)
    path = folder / "engagement.toml"
    path.write_text(_settings(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def _replaced(column: pd.Series, linked: dict[tuple[str, str], str], *, start: int) -> pd.Series:
    """Payloads in turn for the cells that hold something; a scope that is a code stays."""
    name = _SAME.get(str(column.name), str(column.name))
    if name in ("scope", "scope_id"):  # of a region, of a team; an id or a code stays
        both = {value: text for (kind, value), text in linked.items() if kind in ("region", "team")}
        return column.map(lambda value: both.get(value, value))
    if name not in _LINKED:
        return pd.Series(
            [value and PAYLOADS[(start + row) % len(PAYLOADS)] for row, value in enumerate(column)],
            index=column.index,
        )
    for value in column[column != ""].unique():
        linked.setdefault((name, value), PAYLOADS[(start + len(linked)) % len(PAYLOADS)])
    return column.map(lambda value: linked.get((name, value), value))


def _english(text: str) -> str:
    return PAYLOADS[(int(text[-2:]) + 1) % len(PAYLOADS)] if MARK.search(text) else ""


def _settings(toml: str) -> str:
    """engagement.toml with payloads as sources, owners and reasons, and a client that climbs out."""
    turn = iter(range(10_000))

    def payload(found: re.Match[str]) -> str:
        return f"{found[1]} = {json.dumps(PAYLOADS[next(turn) % len(PAYLOADS)], ensure_ascii=False)}"

    toml = re.sub(r"\b((?:source|owner|by|reason)(?:_en)?) = \"[^\"]*\"", payload, toml)
    return re.sub(r"(?m)^(client(?:_en)?) = .*$", lambda m: f"{m[1]} = {json.dumps(CLIENT)}", toml)
