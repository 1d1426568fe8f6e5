"""Names of sheets that a reader of either language knows again: Chinese, then as much English as there is room for.

A spreadsheet allows 31 characters, forbids some, and takes names that differ in case alone for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = ["sheet_names", "tab"]

_LONGEST = 31
_ZH_LONGEST = (18, 12)
"""Room for the Chinese; the second where the first would leave none for an English word."""
_ENOUGH = 4
"""Fewer letters of English say nothing."""
_SAFE = {"[": "(", "]": ")", "/": "-", "\\": "-", "?": "", "*": ""}
_WEAK = frozenset(
    {
        "a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "no", "of", "on", "one",
        "or", "that", "the", "their", "this", "to", "was", "what", "when", "which", "who", "whose", "with",
    }
)  # fmt: skip


def sheet_names(titles: Mapping[str, tuple[str, str]], *, taken: Iterable[str] = ()) -> dict[str, str]:
    """A sheet name for every key, from its title in Chinese and in English.

    Parameters
    ----------
    titles : Mapping
        Key -> Chinese title, English title.
    taken : Iterable of str
        Names of sheets that are there already.

    Returns
    -------
    dict
        Key -> name, each of at most 31 characters; the second of two alike ends in 2.

    Examples
    --------
    >>> sheet_names({"plan.swot": ("SWOT：因素、权重与评分", "SWOT: factors, weights and ratings")})
    {'plan.swot': 'SWOT：因素、权重与评分 SWOT · factors…'}
    >>> sheet_names({"a": ("决策", "Decisions"), "b": ("决策", "Decisions")}, taken=["目录"])
    {'a': '决策 Decisions', 'b': '决策 Decisions 2'}
    """
    used = {name.casefold() for name in taken}
    names = {}
    for key, title in titles.items():
        name, count = tab(*title), 1
        while name.casefold() in used:
            count += 1
            name = tab(*title, end=f" {count}")
        used.add(name.casefold())
        names[key] = name
    return names


def tab(zh: str, en: str, *, end: str = "") -> str:
    """One name of two titles, cut at words and marks.

    Parameters
    ----------
    zh, en : str
        Titles.
    end : str
        What the name ends in, whatever is cut.

    Returns
    -------
    str
        At most 31 characters, none that a spreadsheet forbids.

    Examples
    --------
    >>> tab("各区域每个岗位的负荷", "Load of a post by region")
    '各区域每个岗位的负荷 Load of a post…'
    """
    room = _LONGEST - len(end)
    zh, en = _safe(zh), _safe(en)
    if zh == en:
        return _cut_zh(zh, room) + end
    head = tail = ""
    for most in _ZH_LONGEST:
        head = _cut_zh(zh, most)
        if tail := _cut_en(en, room - len(head) - 1):
            break
    return f"{head} {tail}".strip() + end


def _safe(title: str) -> str:
    """A title without what names may not hold; no name begins or ends in an apostrophe."""
    text = re.sub(r"\s*:\s*", " · ", title)
    text = "".join(_SAFE.get(character, character) for character in text if character >= " ")
    return re.sub(r" +", " ", text).strip(" '")


def _cut_zh(text: str, room: int) -> str:
    """Chinese cut before its last mark that leaves something to read, else anywhere."""
    if len(text) <= room:
        return text
    cut = text[: room - 1]
    marks = [at for at, character in enumerate(cut) if character in "：，、（(· " and at >= _ENOUGH]
    return (cut[: marks[-1]] if marks else cut).rstrip("：，、（(·×√Σ '") + "…"


def _cut_en(text: str, room: int) -> str:
    """English cut between words, without words that only lead on; nothing where too little fits."""
    if len(text) <= room:
        return text
    words = text[:room].split(" ")[:-1]
    while words and (words[-1].casefold() in _WEAK or words[-1] == "·"):
        words.pop()
    cut = " ".join(words).rstrip(",;'(")
    return f"{cut}…" if len(cut) >= _ENOUGH else ""
