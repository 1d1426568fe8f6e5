"""Where somebody looked: factors by look and by the element of each model they come from."""

from __future__ import annotations

import pandas as pd

from salesmgmt.checks import ELEMENTS
from salesmgmt.plan.swot.reading import QUADRANTS, SIDES, known

_SIDE = {"five_forces": "external", "diamond": "external", "scorecard": "internal"}
_PLURALS = {
    "strength": "strengths",
    "weakness": "weaknesses",
    "opportunity": "opportunities",
    "threat": "threats",
}


def coverage(factors: pd.DataFrame) -> pd.DataFrame:
    """How much was seen from each view of the eight looks, five forces, diamond and scorecard.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them; ``model`` and ``element`` say which models' views they come from. An
        element of one model counts there also where no model is given.

    Returns
    -------
    DataFrame
        One row per view, also where nobody looked: ``lens`` (look, five_forces, diamond, scorecard), ``view``
        (code; after a model's own elements, those in the client's words, ``""`` last), ``side`` (the one
        the lens is meant for), ``factors`` (number), ``weight`` (sum), ``strengths``, ``weaknesses``,
        ``opportunities``, ``threats`` (number of each).

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises, but for the sums of the weights.

    Notes
    -----
    Counts and sums over the factors of a view; one factor has one look and at most one element.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 1: environment by 钻石模型 and 五力模型, oneself by 平衡计分卡, and the eight looks.
    Porter (1979), How competitive forces shape strategy; Porter (1990), The competitive advantage of nations;
    Kaplan & Norton (1992), The balanced scorecard; all Harvard Business Review.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1"], "look": ["customers"], "effect": [-1], "weight": [1.0],
    ...     "model": ["five_forces"], "element": ["buyers"]})
    >>> seen = coverage(factors)
    >>> seen.loc[seen["factors"] > 0, ["lens", "view", "threats"]].values.tolist()
    [['look', 'customers', 1], ['five_forces', 'buyers', 1]]
    """
    read = known(factors)
    lens_of = {element: lens for lens, elements in ELEMENTS.items() for element in elements}
    model = read["model"].where(read["model"] != "", read["element"].map(lens_of).fillna(""))
    seen = pd.concat(
        [
            read.assign(lens="look", view=read["look"]),
            read.assign(lens=model, view=read["element"])[model != ""],
        ]
    )
    counted = seen.groupby(["lens", "view"])["weight"].agg(["size", "sum"])
    quadrants = seen.groupby(["lens", "view", "quadrant"]).size().unstack("quadrant")
    listed = counted.join(quadrants.reindex(columns=list(QUADRANTS)))
    views = _views(seen)
    listed = listed.reindex(pd.MultiIndex.from_frame(views[["lens", "view"]])).fillna(0.0)
    listed = listed.rename(columns={"size": "factors", "sum": "weight", **_PLURALS})
    listed = listed.astype(dict.fromkeys(["factors", *_PLURALS.values()], "int64")).reset_index()
    listed.insert(2, "side", views["side"])
    return listed


def _views(seen: pd.DataFrame) -> pd.DataFrame:
    """Every view of every lens with its side: the known ones, then the client's own, ``""`` last."""
    views = [("look", look, side) for look, side in SIDES.items()]
    for lens, elements in ELEMENTS.items():
        own = set(seen.loc[seen["lens"] == lens, "view"]) - set(elements)
        listed = [*elements, *sorted(own, key=lambda view: (view == "", view))]
        views += [(lens, view, _SIDE[lens]) for view in listed]
    return pd.DataFrame(views, columns=["lens", "view", "side"]).astype("str")
