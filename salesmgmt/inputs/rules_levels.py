"""Whether quotas of one kind are told in one unit, and whether those of different levels add up.

A company's quota is handed down to teams and theirs to people; every step may be typed in a unit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.frames import teams
from salesmgmt.inputs.keys import first_few
from salesmgmt.inputs.rules_quotas import FAR, by_month

__all__ = ["APART", "UNITS", "levels"]

APART = 0.05
"""Quotas handed down may sum to a twentieth more or less than the quota above: the usual margin of over-assignment."""

UNITS = 300
"""A quota this many times above or below the others of its kind is in another unit.

Units differ by a thousand or more; quotas of people, of teams and of the company's months differ by tens.
"""

_ALIKE = ("company", "team", "staff")
"""Scopes whose quotas are of one order; a segment, region or product may be as small as it likes."""

_ROUNDING = 1e-9
_KIND = ["scope", "money", "product_id", "customer_id"]

Frames = Mapping[str, pd.DataFrame]


def levels(tables: Frames, *, year_starts: int) -> Iterator[Problem]:
    """Every problem and warning about quotas held against other quotas.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read; ``quotas`` among them.
    year_starts : int
        First month of the business year, 1 to 12.

    Yields
    ------
    Problem
        Errors: a quota :data:`UNITS` times above or below the others of its scope and metric (revenue and money
        collected are held against each other), or, handed down to teams, people, regions or segments, :data:`FAR` times
        above or below the company's even after allowing for those without a quota: only two units explain either.
        Warnings: single quotas that are :data:`FAR` times apart; levels, over the months that both have, that differ by
        more than :data:`APART`, the company's and those below it, and each team's and its people's; quotas of zero.

    Examples
    --------
    >>> quotas = pd.DataFrame({"scope": ["company", "team", "team"], "scope_id": ["", "A", "B"], "period": "2026",
    ...     "metric": "revenue", "product_id": "", "customer_id": "", "amount": [1000.0, 500.0, 400.0]})
    >>> [problem] = levels({"quotas": quotas}, year_starts=1)
    >>> problem.id, problem.severity, problem.fields["sum"]
    ('inputs.quotas_do_not_add_up', 'warning', '900')
    """
    quotas = tables["quotas"]
    zero = np.flatnonzero(quotas["amount"] == 0)
    if len(zero):
        fields = {"count": len(zero), "at": tuple(zero)}
        yield Problem("quotas", "inputs.quota_zero", fields, column="amount", severity="warning")
    each = by_month(quotas, year_starts=year_starts)
    yield from _among_others(each)
    whole = each[(each["product_id"] == "") & (each["customer_id"] == "")].sort_values(
        "length", kind="stable"
    )
    finest = whole.drop_duplicates(["scope", "scope_id", "metric", "at"])
    for metric, rows in finest.groupby("metric", sort=False):
        yield from _below_the_company(tables, str(metric), rows)
        if "staff" in tables:
            yield from _below_the_teams(tables["staff"], str(metric), rows)


def _among_others(each: pd.DataFrame) -> Iterator[Problem]:
    """Quotas of another order than the others of their kind."""
    single = each[each["amount"] > 0].drop_duplicates("row")
    single = single.assign(money=single["metric"].replace("collected", "revenue"))
    for (scope, *_), rows in single.groupby(_KIND, sort=False):
        if len(rows) < 2:
            continue
        usual = _usual_of_others(rows["amount"].to_numpy(float))
        times = np.maximum(rows["amount"] / usual, usual / rows["amount"])
        surely = (times >= UNITS) & (scope in _ALIKE)
        odd = rows.assign(usual=usual * rows["length"], times=times, surely=surely)
        for row in odd[times >= (FAR if scope in _ALIKE else UNITS)].to_dict("records"):
            yield _of_another_order(row)


def _of_another_order(row: Mapping[str, object]) -> Problem:
    fields = {
        "value": f"{row['amount'] * row['length']:,.0f}", "scope": row["scope"], "metric": row["metric"],  # type: ignore[operator]
        "usual": f"{row['usual']:,.0f}", "times": f"{row['times']:,.0f}", "at": (row["row"],),
    }  # fmt: skip
    id, severity = (
        ("quota_in_another_unit", "error") if row["surely"] else ("quota_far_from_others", "warning")
    )
    return Problem("quotas", f"inputs.{id}", fields, column="amount", severity=severity)


def _usual_of_others(amounts: np.ndarray) -> np.ndarray:
    """Median of all amounts but one's own, on the scale of ratios.

    Examples
    --------
    >>> _usual_of_others(np.array([1.0, 4.0, 9.0])).round(6).tolist()
    [6.0, 3.0, 2.0]
    """
    order = np.log(np.sort(amounts))
    rank = np.empty(len(amounts), dtype=int)
    rank[np.argsort(amounts, kind="stable")] = np.arange(len(amounts))
    below, above = (len(amounts) - 2) // 2, (len(amounts) - 1) // 2
    middle = order[below + (rank <= below)] + order[above + (rank <= above)]
    return np.asarray(np.exp(middle / 2))


def _below_the_company(tables: Frames, metric: str, rows: pd.DataFrame) -> Iterator[Problem]:
    """Each kind of scope below the company held against it, over the months that both have."""
    sums = rows.groupby(["scope", "at"])["amount"].sum().unstack("scope")
    for scope in ("segment", "region", "team", "staff"):
        if not {"company", scope} <= set(sums.columns):
            continue
        both = sums[["company", scope]].dropna().sum()
        if not both.all():
            continue
        own = rows.loc[rows["scope"] == scope]
        shared = min(1.0, own["scope_id"].nunique() / max(_known(tables, scope), 1))
        fields = {
            "metric": metric, "scope": scope, "sum": f"{both[scope]:,.0f}", "company": f"{both['company']:,.0f}",
            "at": tuple(own["row"].drop_duplicates().sort_values()),
        }  # fmt: skip
        ratio = both[scope] / both["company"]
        if ratio >= FAR or ratio <= shared / FAR:
            yield Problem("quotas", "inputs.quotas_in_two_units", fields, column="amount")
        elif abs(ratio - 1) > APART + _ROUNDING:
            yield Problem("quotas", "inputs.quotas_do_not_add_up", fields, column="amount", severity="warning")  # fmt: skip


def _known(tables: Frames, scope: str) -> int:
    """How many of a kind of scope there are, as far as other tables tell; one where none does."""
    if scope in ("team", "staff"):
        people = tables["staff"].drop_duplicates("staff_id") if "staff" in tables else None
        return 1 if people is None else len(people) if scope == "staff" else teams(people).nunique()
    return int(tables["customers"][scope].nunique()) if "customers" in tables else 1


def _below_the_teams(staff: pd.DataFrame, metric: str, rows: pd.DataFrame) -> Iterator[Problem]:
    """Each team's quota held against those of its people, over the months that both have."""
    team = teams(staff.drop_duplicates("staff_id"))
    above, people = (rows[rows["scope"] == scope] for scope in ("team", "staff"))
    of = team.reindex(people["scope_id"].to_numpy()).fillna("").astype("str").to_numpy()
    handed = people.assign(team=of).groupby(["team", "at"])["amount"].sum()
    both = above.join(handed.rename("handed"), on=["scope_id", "at"], how="inner")
    for name, own in both.groupby("scope_id", sort=False):
        total, below = own["amount"].sum(), own["handed"].sum()
        if total > 0 and abs(below / total - 1) > APART + _ROUNDING:
            fields = {
                "metric": metric, "named": first_few([str(name)]), "sum": f"{below:,.0f}", "team": f"{total:,.0f}",
                "at": tuple(own["row"].drop_duplicates().sort_values()),
            }  # fmt: skip
            yield Problem("quotas", "inputs.quotas_of_team_apart", fields, column="amount", severity="warning")  # fmt: skip
