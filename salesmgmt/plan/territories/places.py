"""How far every customer is from every salesperson.

On the sphere where places are known: a customer by its own coordinates, else by the middle of those of its city,
else of its region; a salesperson by the middle of the customers in the home city, else the own region. Where
somebody's place cannot be had that way, distance is counted in steps: same city 0, other city of the region 1,
other region 2.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

_PLACE = ["longitude", "latitude"]


def haversine(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """Great-circle distances between all places of two lists.

    Parameters
    ----------
    a, b : DataFrame
        One row per place: ``longitude`` (−180 to 180), ``latitude`` (−90 to 90), degrees.

    Returns
    -------
    ndarray
        Kilometres, one row per place of ``a``, one column per place of ``b``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing, or degrees are missing or out of bounds.

    Notes
    -----
    2 R asin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2)), R = 6371.0088 km; at most 0.6 % off the ellipsoid.

    References
    ----------
    Sinnott (1984), Virtues of the haversine, Sky and Telescope 68(2), 159.

    Examples
    --------
    >>> pole, equator = pd.DataFrame({"longitude": [0.0], "latitude": [90.0]}), pd.DataFrame({"longitude": [0.0], "latitude": [0.0]})
    >>> round(haversine(pole, equator).item())
    10008
    """
    for name, places in (("a", a), ("b", b)):
        checks.require_columns(places, _PLACE, name=name)
        checks.require_bounds(places["longitude"], name=f"{name}.longitude", minimum=-180, maximum=180)
        checks.require_bounds(places["latitude"], name=f"{name}.latitude", minimum=-90, maximum=90)
    (lon_a, lat_a), (lon_b, lat_b) = (np.radians(places[_PLACE].to_numpy(float).T) for places in (a, b))
    across = np.sin((lon_a[:, None] - lon_b) / 2) ** 2
    chord = np.sin((lat_a[:, None] - lat_b) / 2) ** 2 + np.cos(lat_a)[:, None] * np.cos(lat_b) * across
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))))


def distances(customers: pd.DataFrame, staff: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """How far each customer is from each salesperson, and in which measure.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id`` (unique); ``longitude``, ``latitude`` (degrees), ``city``,
        ``region`` may be absent or missing.
    staff : DataFrame
        One row per salesperson: ``staff_id`` (unique); the same further columns.

    Returns
    -------
    table : DataFrame
        One row per customer, one column per salesperson, in the order given.
    measure : str
        ``"kilometres"`` where every place is known, else ``"steps"`` (0, 1 or 2; an unnamed city or region
        counts as another).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, ids repeat or degrees are out of bounds.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "city": ["A", "B"], "region": "E"})
    >>> table, measure = distances(customers, pd.DataFrame({"staff_id": ["S1"], "city": ["A"], "region": ["E"]}))
    >>> table["S1"].tolist(), measure
    ([0.0, 1.0], 'steps')
    """
    for name, frame, column in (("customers", customers, "customer_id"), ("staff", staff, "staff_id")):
        checks.require_columns(frame, [column], name=name)
        checks.require_unique(frame, [column], name=name)
    known = _placed(customers, customers)
    bases = _placed(staff, customers)
    measured = bool(known.notna().all(axis=None) and bases.notna().all(axis=None))
    values = haversine(known, bases) if measured else _steps(customers, staff)
    table = pd.DataFrame(values, index=pd.Index(customers["customer_id"]), columns=list(staff["staff_id"]))
    return table, "kilometres" if measured else "steps"


def _placed(frame: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Coordinates of each row: its own, else the median of the customers of its city, else of its region."""
    own = _coordinates(frame)
    theirs = _coordinates(customers)
    for column in ("city", "region"):
        of, names = frames.text(customers, column), frames.text(frame, column)
        middle = theirs[of != ""].groupby(of[of != ""]).median()
        own = own.fillna(middle.reindex(names).set_axis(own.index))
    return own


def _coordinates(frame: pd.DataFrame) -> pd.DataFrame:
    """Longitude and latitude; half a pair is none."""
    pair = pd.DataFrame({column: frames.number(frame, column) for column in _PLACE})
    return pair.where(pair.notna().all(axis=1))


def _steps(customers: pd.DataFrame, staff: pd.DataFrame) -> np.ndarray:
    """0 in the same city, 1 in the same region, else 2."""

    def same(column: str) -> np.ndarray:
        theirs, ours = (frames.text(frame, column).to_numpy() for frame in (customers, staff))
        return (theirs[:, None] == ours) & (theirs[:, None] != "")

    return np.where(same("city"), 0.0, np.where(same("region"), 1.0, 2.0))
