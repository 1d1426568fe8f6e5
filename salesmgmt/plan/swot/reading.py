"""How factors are read: the side and the quadrant of each, weights and ratings on their scales."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

SIDES = {look: side for side, looks in checks.LOOKS.items() for look in looks}
"""The eight looks in the article's order, and the side each is on."""

QUADRANTS = ("strength", "weakness", "opportunity", "threat")

RATERS = ("raters", "lowest", "highest")
"""Columns that say how several raters rated."""

LOWEST, HIGHEST = 1.0, 4.0

_QUADRANT = {
    ("internal", 1.0): "strength",
    ("internal", -1.0): "weakness",
    ("external", 1.0): "opportunity",
    ("external", -1.0): "threat",
}
_TEXTS = ("factor_id", "look", "model", "element", "statement", "evidence")


def known(factors: pd.DataFrame) -> pd.DataFrame:
    """Checked factors with their side and quadrant; the weights may be part of a whole.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.

    Returns
    -------
    DataFrame
        In file order: ``factor_id``, ``look``, ``model``, ``element``, ``statement``, ``evidence``,
        ``effect``, ``weight``, ``rating``, ``side``, ``quadrant``; ``raters``, ``lowest``, ``highest`` if given.

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises, but for the sums of the weights.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1"], "look": ["policy"], "effect": [-1], "weight": [0.2]})
    >>> known(factors)[["side", "quadrant"]].values.tolist()
    [['external', 'threat']]
    """
    checks.require_columns(factors, ["factor_id", "look", "effect", "weight"], name="factors")
    read = pd.DataFrame({name: frames.text(factors, name) for name in _TEXTS})
    numbers = ["effect", "weight", "rating", *(RATERS if set(RATERS) <= set(factors.columns) else ())]
    read = read.assign(**{name: frames.number(factors, name) for name in numbers}).reset_index(drop=True)
    checks.require_unique(read, ["factor_id"], name="factors")
    checks.require_codes(read["look"], tuple(SIDES), name="factors.look")
    checks.require_codes(read["model"], ("", *checks.ELEMENTS), name="factors.model")
    keyed = read.set_index("factor_id")
    wrong = keyed["effect"][~keyed["effect"].isin([1.0, -1.0])].to_dict()
    if wrong:
        raise ValueError(f"factors.effect == {wrong}, must be 1 or -1")
    checks.require_bounds(keyed["weight"], name="factors.weight", minimum=0.0, maximum=1.0)
    require_ratings(keyed["rating"].dropna(), name="factors.rating", halves=True)
    side = read["look"].map(SIDES)
    quadrant = [_QUADRANT[key] for key in zip(side, read["effect"], strict=True)]
    return read.assign(side=side, quadrant=pd.Series(quadrant, index=read.index, dtype="str"))


def weighed(factors: pd.DataFrame) -> pd.DataFrame:
    """Checked factors whose weights sum to one on either side that has factors.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.

    Returns
    -------
    DataFrame
        As :func:`known` returns it.

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1"], "look": ["policy"], "effect": [-1], "weight": [1]})
    >>> weighed(factors)["weight"].tolist()
    [1.0]
    """
    read = known(factors)
    wrong = [
        f"{len(weights)} {side} factors sums to {weights.sum():.6g}"
        for side, weights in read.groupby("side", sort=False)["weight"]
        if not checks.sums_to_one(weights.sum())
    ]
    if wrong:
        raise ValueError(
            f"factors.weight of the {' and of the '.join(wrong)}, must sum to 1 on each side "
            f"(tolerance {checks.WEIGHT_TOLERANCE})"
        )
    return read


def require_ratings(ratings: pd.Series, *, name: str, halves: bool) -> None:
    """Require ratings on the scale of 1 to 4.

    Parameters
    ----------
    ratings : Series of float
        Its index labels name the offenders; a missing one is an offender too.
    name : str
        What the ratings are, for the message.
    halves : bool
        Whether halves may come, as medians of several raters have them.

    Raises
    ------
    ValueError
        If ratings are off the scale; all of them are named.

    Examples
    --------
    >>> require_ratings(pd.Series({"F1": 2.5}), name="factors.rating", halves=True)
    """
    steps = ratings * (2.0 if halves else 1.0)
    good = ratings.between(LOWEST, HIGHEST) & np.isclose(steps, steps.round())
    if not good.all():
        bad = {label: float(value) for label, value in ratings[~good].items()}
        raise ValueError(f"{name} == {bad}, must be 1 to 4, {'whole or half' if halves else 'whole'}")
