"""Rules that need several tables at once: what the sizing could not carry, and what deserves a look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import CODEBOOK, plain
from salesmgmt.inputs.keys import first_few
from salesmgmt.inputs.rules_capacity import capacity
from salesmgmt.inputs.rules_levels import levels
from salesmgmt.inputs.rules_money import money
from salesmgmt.inputs.rules_people import people
from salesmgmt.inputs.rules_quotas import quotas
from salesmgmt.inputs.rules_stp import stp
from salesmgmt.inputs.rules_swot import swot
from salesmgmt.inputs.rules_targets import targets
from salesmgmt.inputs.rules_territories import territories
from salesmgmt.inputs.settings import Settings

__all__ = ["across", "tiers", "with_role_scopes"]

Frames = Mapping[str, pd.DataFrame]


def across(tables: Frames, settings: Settings) -> list[Problem]:
    """Every problem and warning that shows only across tables.

    Parameters
    ----------
    tables : Mapping
        Typed tables and reduced facts, as far as they could be read.
    settings : Settings
        engagement.toml as used.

    Returns
    -------
    list of Problem
        Errors: a class of customers without coverage, an adjustment whose scope is no role or region, a
        factor that is not positive. Warnings: customers without owner, tier or known segment, status and
        contracts that disagree, potential below revenue. Also those of :func:`quotas`, :func:`levels`,
        :func:`territories`, :func:`swot`, :func:`stp`, :func:`people`, :func:`money`, :func:`capacity` and :func:`targets`.
    """
    if "customers" not in tables:
        return []
    as_of = pd.Timestamp(settings.values.get("engagement.as_of", "NaT"))
    found: list[Problem] = []
    for check in (_coverage, _adjustments, _tiers, _segments):
        found += check(tables, settings)
    if not pd.isna(as_of):
        for check_at in (_owners, _contracts, _potential):
            found += check_at(tables, as_of)
        year_starts = int(settings.values.get("engagement.year_starts", 1))
        found += quotas(tables, as_of=as_of, year_starts=year_starts)
        found += levels(tables, year_starts=year_starts) if "quotas" in tables else ()
        found += territories(tables, as_of=as_of)
    found += [*swot(tables), *stp(tables), *people(tables), *money(tables)]
    return [*found, *capacity(tables, settings), *targets(tables, settings)]


def tiers(customers: pd.DataFrame, cutoffs: Mapping[str, float] | None) -> pd.Series:
    """Tier of each customer: its own, else the highest whose cut-off its potential reaches, else ``""``.

    Examples
    --------
    >>> customers = pd.DataFrame({"tier": ["", "", "A"], "potential": [5e6, 9e4, 0.0]})
    >>> tiers(customers, {"A": 1e6, "B": 1e5}).tolist()
    ['A', '', 'A']
    """
    tier = customers["tier"].copy()
    for name, lowest in sorted((cutoffs or {}).items(), key=lambda cut: -cut[1]):
        tier = tier.mask((tier == "") & (customers["potential"] >= lowest), name)
    return tier


def with_role_scopes(adjustments: pd.DataFrame) -> pd.DataFrame:
    """Adjustments with a role's label in ``scope`` replaced by its code."""
    roles = CODEBOOK.tables["staff"].columns["role"].spellings()
    return adjustments.assign(
        scope=[roles.get(plain(scope), scope) for scope in adjustments["scope"]]
    ).astype({"scope": "str"})  # fmt: skip


def _sized(customers: pd.DataFrame) -> pd.DataFrame:
    return customers[customers["status"].isin(["existing", "prospect"])]


def _coverage(tables: Frames, settings: Settings) -> Iterator[Problem]:
    """Classes of customers that no coverage row matches."""
    if "coverage" not in tables:
        return
    rows = set(zip(tables["coverage"]["status"], tables["coverage"]["tier"], strict=True))
    known = sorted({tier or "—" for _, tier in rows})
    customers = _sized(tables["customers"])
    tier = tiers(customers, settings.values.get("sizing.cutoffs"))
    for (status, own), group in customers.groupby(["status", tier.rename("class")], sort=True):
        if not rows & {(status, own), (status, ""), ("", own), ("", "")}:
            yield Problem(
                "coverage",
                "inputs.no_coverage",
                {
                    "status": status, "tier": own or "—", "count": len(group),
                    "named": first_few(group["customer_id"], most=5), "tiers": ", ".join(known),
                },
                column="status",
            )  # fmt: skip


def _adjustments(tables: Frames, settings: Settings) -> Iterator[Problem]:
    """Scopes that no sized cell has, and factors that are not positive."""
    if "adjustments" not in tables or "coverage" not in tables:
        return
    known = {*tables["coverage"]["role"], *_sized(tables["customers"])["region"]}
    allowed = tuple(sorted(known - {""}))
    listed = tables["adjustments"]
    listed = listed.assign(at=range(len(listed)))
    for row in listed[~listed["scope"].isin(["", *known])].to_dict("records"):
        fields = {
            "value": row["scope"],
            "adjustment": row["adjustment"],
            "scopes": allowed,
            "at": (row["at"],),
        }
        yield Problem("adjustments", "inputs.unknown_scope", fields, column="scope")
    for row in listed[(listed["kind"] == "factor") & (listed["value"] <= 0)].to_dict("records"):
        fields = {"value": f"{row['value']:g}", "adjustment": row["adjustment"], "at": (row["at"],)}
        yield Problem("adjustments", "inputs.factor_not_positive", fields, column="value")


def _tiers(tables: Frames, settings: Settings) -> Iterator[Problem]:
    customers, cutoffs = _sized(tables["customers"]), settings.values.get("sizing.cutoffs")
    tier = tiers(customers, cutoffs)
    if cutoffs or (tier != "").any():
        yield from _named("inputs.without_tier", "tier", customers.loc[tier == "", "customer_id"])


def _segments(tables: Frames, settings: Settings) -> Iterator[Problem]:
    if "segments" in tables:
        customers = _sized(tables["customers"])
        unknown = ~customers["segment"].isin(["", *tables["segments"]["segment"]])
        yield from _named("inputs.segment_unknown", "segment", customers.loc[unknown, "customer_id"])


def _owners(tables: Frames, as_of: pd.Timestamp) -> Iterator[Problem]:
    if "assignments" in tables:
        held = tables["assignments"].loc[lambda rows: rows["part"] == "owner"]
        held = held[~(held["from_on"] > as_of) & ~(held["to_on"] < as_of)]
        customers = _sized(tables["customers"])
        free = ~customers["customer_id"].isin(held["customer_id"])
        yield from _named("inputs.without_owner", "customer_id", customers.loc[free, "customer_id"])


def _contracts(tables: Frames, as_of: pd.Timestamp) -> Iterator[Problem]:
    if "contracts" not in tables:
        return
    contracts, customers = tables["contracts"], tables["customers"]
    running = contracts.loc[
        (contracts["starts_on"] <= as_of) & (contracts["ends_on"] >= as_of), "customer_id"
    ]
    served = customers["customer_id"].isin(running)
    existing, prospect = customers["status"] == "existing", customers["status"] == "prospect"
    yield from _named("inputs.without_contract", "status", customers.loc[existing & ~served, "customer_id"])
    yield from _named(
        "inputs.prospect_with_contract", "status", customers.loc[prospect & served, "customer_id"]
    )


def _potential(tables: Frames, as_of: pd.Timestamp) -> Iterator[Problem]:
    if "revenue" not in tables:
        return
    revenue = tables["revenue"]
    since = as_of.to_period("M").to_timestamp() - pd.DateOffset(months=11)
    recent = revenue[(revenue["month"] >= since) & (revenue["month"] <= as_of)]
    billed = recent.groupby("customer_id")["amount"].sum()
    customers = tables["customers"]
    below = customers["potential"] < customers["customer_id"].map(billed)
    yield from _named("inputs.potential_below_revenue", "potential", customers.loc[below, "customer_id"])


def _named(id: str, column: str, customers: Iterable[str]) -> Iterator[Problem]:
    """One warning that names the first customers concerned, if any are."""
    ids = list(customers)
    if ids:
        fields = {"count": len(ids), "customers": ", ".join(first_few(ids))}
        yield Problem("customers", id, fields, column=column, severity="warning")
