"""Client text inside HTML of ours: set apart from the sentence around it, and never taken for a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from salesmgmt.locale import Words

__all__ = ["apart", "as_written", "refusal_text", "trend", "unwrapped"]

_OPEN, _CLOSE = '<div class="tex2jax_ignore mathjax_ignore">', "</div>"
"""Classes that keep a notebook's typesetter away; JupyterLab knows the second, older notebooks the first."""


def apart(text: str) -> Markup:
    """Text of the client inside a sentence of ours, whose order its direction of writing must not change.

    Examples
    --------
    >>> apart("<b>")
    Markup('<bdi>&lt;b&gt;</bdi>')
    """
    return Markup("<bdi>{}</bdi>").format(text)


def trend(value: float | None) -> Markup:
    """Attribute of a change, by which a page colours it as the engagement asks; the text says it with ▲ or ▼.

    Examples
    --------
    >>> trend(0.1), trend(float("nan"))
    (Markup(' data-trend="up"'), Markup(''))
    """
    way = "up" if value is not None and value > 0 else "down" if value is not None and value < 0 else ""
    return Markup(' data-trend="{}"').format(way) if way else Markup()


def as_written(fragment: Markup) -> Markup:
    """A fragment for a notebook, in which no ``$`` of a name begins a formula."""
    return Markup(_OPEN) + fragment + Markup(_CLOSE)


def unwrapped(html: str) -> str:
    """The fragment that :func:`as_written` wrapped; anything else as it is.

    Examples
    --------
    >>> unwrapped(str(as_written(Markup("<p>$5</p>"))))
    '<p>$5</p>'
    """
    wrapped = html.startswith(_OPEN) and html.endswith(_CLOSE)
    return html[len(_OPEN) : -len(_CLOSE)] if wrapped else html


def refusal_text(message_id: str, fields: Mapping[str, Any], words: Words) -> Markup:
    """A refusal in words: the reason and what would cure it.

    Parameters
    ----------
    message_id : str
        Of the refusal.
    fields : Mapping
        Text of the client, and numbers.
    words : Words
        The reader's language.

    Returns
    -------
    Markup
    """
    text = Markup.escape(words(message_id))
    return text.format(**{name: _field(value, words) for name, value in fields.items()}) if fields else text


def _field(value: Any, words: Words) -> str:
    return apart(words.client(value)) if isinstance(value, str) else words.figures(value, "count")
