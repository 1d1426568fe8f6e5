"""The demonstration client 远航客服外包 (Yuanhang Contact Services), a made-up call-centre outsourcer.

``python data/demo_client.py`` rewrites the tables of ``data/demo/``; ``engagement.toml`` there is kept by hand.
Nothing in it is a real person, firm or figure.

Plan year 2027, as of 31 October 2026. Thirty people sell in three regions and four teams: three sales
managers, and fourteen account, six product and seven delivery managers; two more have left. They hold 150
existing customers and 300 prospects, and have lost 18.

About 9,000 seats at 5,500 to 9,500 yuan a month bring in 664 million yuan (6.64 亿元) in 2025, direct cost four
fifths of it; the sales team's pay is 1.6 %. The five steps ask for 31.4 people, 34 with the adjustments, where
27 sell. With seed 2027 they make some 5,000 visits a year of the 6,500 that the policy asks for.

The plan rests on 22 factors, eight strategies and seven initiatives, and aims at segments that five raters
scored; the thirty were assessed by 360 degrees, some a year before too, and 21 told of what they did. Noise is
not that of the analysis: visits are clustered counts with liking and mood per customer, bent by holidays;
revenue moves by contract, season, ramp and a skewed shock per customer and year; pay shares are bounded and
skewed; raters differ in severity, a halo colours all that one says of a person, and scores stop at five.
What the analysis ought to find is in `Truths`, and nothing else is.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from demo_bids import opportunities
from demo_competencies import assessments, competencies, incidents, strong
from demo_deals import contracts, owner_at, revenue
from demo_decisions import decisions
from demo_environment import factor_ratings, factors, initiatives, strategies, strategy_scores
from demo_people import AS_OF, assignments, coverage, customers, staff
from demo_phrases import EAST1, EAST2, NORTH, REGIONS, SEGMENTS, SOUTH
from demo_promises import logged_on, promises
from demo_receivables import credits, invoices, markets, products, quotas, receipts, sold
from demo_stp import tables as aims
from demo_support import support
from demo_visits import visits
from demo_work import absences, role_work

HOME = Path(__file__).parent / "demo"
SIGNED_2026 = 5.8e8  # what the account managers' quotas of signature come to
CLASSES = [(status, tier) for status in ("existing", "prospect") for tier in "ABC"]
ROLES = ("account_manager", "account_product_manager", "product_manager", "delivery_manager", "sales_manager")

# segment, market size, its growth and P10-P90, new wins and P10-P90, win rate and P10-P90,
# first-year amount of a new contract, months to go live and P10-P90
PLANS = (
    ("银行", 6.2e9, 0.05, 0.02, 0.08, 5, 3, 7, 0.30, 0.24, 0.37, 4_800_000, 2.5, 1.5, 4.0),
    ("保险", 3.4e9, 0.04, 0.00, 0.07, 4, 2, 6, 0.33, 0.26, 0.41, 4_100_000, 2.0, 1.0, 3.0),
    ("电商", 5.1e9, 0.08, 0.03, 0.13, 4, 2, 6, 0.36, 0.28, 0.45, 3_600_000, 1.0, 0.5, 2.0),
    ("政务热线", 4.6e9, 0.12, 0.07, 0.17, 8, 5, 11, 0.30, 0.20, 0.40, 3_900_000, 3.0, 2.0, 5.0),
    ("通信", 4.0e9, -0.01, -0.05, 0.03, 3, 1, 4, 0.28, 0.21, 0.36, 4_200_000, 2.5, 1.5, 4.0),
    ("物流", 2.3e9, 0.06, 0.02, 0.10, 3, 2, 5, 0.38, 0.30, 0.47, 3_200_000, 1.0, 0.5, 2.0),
)
ADJUSTMENTS = (
    ("方案模板库", "Proposal library", "roles", "product_manager", "factor", 0.95,
     "标准方案库上线，产品经理每次拜访的准备时间减少", "A library of standard proposals saves product managers time"),
    ("华南跨城拜访", "Long trips in the south", "territory", "华南", "factor", 1.06,
     "华南客户分散，跨城往返多", "Customers in the south are scattered; many trips between cities"),
    ("重点客户专人", "Dedicated to key accounts", "key_accounts", "account_manager", "heads", 1.0,
     "银行重点客户要求驻场客户经理", "Key banks ask for an account manager on site"),
    ("政务热线拓展", "Move into hotlines", "strategy", "", "heads", 1.0,
     "2027 年战略：县区政务热线，先投入一名拓展负责人", "2027 strategy: county hotlines, one person to open them"),
)  # fmt: skip


@dataclass(frozen=True)
class Truths:
    """What is planted in the data; the analysis must find this and no more.

    Attributes
    ----------
    visits_to_policy : mapping of (status, tier) to float
        Visits made ÷ visits the policy asks for, in the twelve months to the as-of date, over all customers of the
        class and for each role alike. A class left out is visited at policy.
    team_visits : mapping of team to float
        A further factor on the visits of one team.
    team_growth : mapping of team to float
        Revenue January–October 2026 over the same months of 2025, less one, in expectation.
    variable_share : mapping of role to float
        Target variable pay ÷ target total pay, 0.05–0.9.
    win_rate : mapping of segment to float
        Won ÷ (won + lost) of bids that are not renewals.
    lapsed_existing, signed_prospects : int
        Wrong statuses: "existing" without a running contract, "prospect" with one.
    unowned_prospects : float
        Share of prospects nobody owns (and nobody visits).
    unassigned_facts : int
        Rows without a known customer in visits and in revenue, each.
    unseen_look : str
        Look that nobody took: no factor comes from it.
    unanswered_threat, disputed_factor, weak_strength : str
        Factors: the one no strategy or initiative answers; the one five raters differ on by two or more; the
        strength rated 2. No other is like that; "" plants none.
    idle_strategy, unowned_initiative : str
        The one strategy without initiative, the one initiative without owner.
    driver : str
        Competency in which each role's third with the most growth is better, in skill and in what it tells.
    team_gap : mapping of (team, competency) to float
        Points by which a team's people are better (below zero: worse) than others.
    two_raters : mapping of staff_id to competency
        Persons rated by a manager and one peer only, and the competency where these are two points apart.
    self_only : tuple of staff_id
        Persons who were rated by nobody but themselves.
    disputed : mapping of team to float
        Share of a team's invoices that are disputed and paid months late; a team left out: 0.02.
    defaulters : tuple of customer_id
        Customers that have paid nothing since 2025.
    """

    visits_to_policy: Mapping[tuple[str, str], float] = field(
        default_factory=lambda: dict(zip(CLASSES, (0.92, 0.80, 1.50, 0.50, 0.55, 0.70), strict=True))
    )
    team_visits: Mapping[str, float] = field(
        default_factory=lambda: {EAST1: 1.0, EAST2: 1.0, SOUTH: 0.8, NORTH: 1.1}
    )
    team_growth: Mapping[str, float] = field(
        default_factory=lambda: {EAST1: 0.14, EAST2: 0.06, SOUTH: -0.20, NORTH: 0.10}
    )
    variable_share: Mapping[str, float] = field(
        default_factory=lambda: dict(zip(ROLES, (0.42, 0.40, 0.22, 0.15, 0.38), strict=True))
    )
    win_rate: Mapping[str, float] = field(
        default_factory=lambda: {
            "银行": 0.30,
            "保险": 0.34,
            "电商": 0.38,
            "政务热线": 0.16,
            "通信": 0.28,
            "物流": 0.40,
        }
    )
    lapsed_existing: int = 4
    signed_prospects: int = 3
    unowned_prospects: float = 0.12
    unassigned_facts: int = 6
    unseen_look: str = "people"
    unanswered_threat: str = "F07"
    disputed_factor: str = "F09"
    weak_strength: str = "F17"
    idle_strategy: str = "TS8"
    unowned_initiative: str = "IN6"
    driver: str = "倾听与提问"
    team_gap: Mapping[tuple[str, str], float] = field(default_factory=lambda: {(SOUTH, "异议处理"): -1.5})
    two_raters: Mapping[str, str] = field(default_factory=lambda: {"S019": "守诺跟进", "S028": "换位思考"})
    self_only: tuple[str, ...] = ("S014",)
    disputed: Mapping[str, float] = field(default_factory=lambda: {SOUTH: 0.16})
    defaulters: tuple[str, ...] = ("C0060", "C0234")

    @classmethod
    def none(cls) -> Truths:
        """Nothing planted: visits at policy, teams growing alike, pay inside 30–50 %, clean references, skill at random."""
        return cls(
            visits_to_policy={},
            team_visits={},
            team_growth=dict.fromkeys((EAST1, EAST2, SOUTH, NORTH), 0.06),
            variable_share=dict.fromkeys(ROLES, 0.40),
            win_rate={plan[0]: plan[8] for plan in PLANS},
            lapsed_existing=0,
            signed_prospects=0,
            unowned_prospects=0.0,
            unassigned_facts=0,
            unseen_look="",
            unanswered_threat="",
            disputed_factor="",
            weak_strength="",
            idle_strategy="",
            unowned_initiative="",
            driver="",
            team_gap={},
            two_raters={},
            self_only=(),
            disputed={},
            defaulters=(),
        )


def generate(seed: int = 2027, truths: Truths | None = None) -> dict[str, pd.DataFrame]:
    """All tables of the client.

    Parameters
    ----------
    seed : int
        Seeds one stream per table, so that a truth moved in one table leaves the others as they were.
    truths : Truths, optional
        What to plant; the demonstration's own when left out.

    Returns
    -------
    dict of str to DataFrame
        Table name to frame, columns as in the codebook, dates as Timestamps, money in yuan without VAT.

    Examples
    --------
    >>> tables = generate()
    >>> tables["customers"]["status"].value_counts().to_dict()
    {'prospect': 300, 'existing': 150, 'lost': 18}
    """
    truths = Truths() if truths is None else truths
    rngs = [np.random.default_rng([seed, k]) for k in range(11)]
    who, people = customers(rngs[0]), staff(truths, rngs[1])
    deals = contracts(who, truths, rngs[2])
    owners = assignments(who, people, deals, truths, rngs[3])
    money = revenue(who, deals, owners, truths, rngs[4])
    bids = opportunities(who, deals, owners, truths, rngs[5])
    number = bids[bids["contract_id"].ne("")].set_index("contract_id")["opportunity_id"]
    deals.insert(2, "opportunity_id", deals["contract_id"].map(number).fillna(""))
    deals["product_id"] = sold(deals, np.random.default_rng([seed, 30]))
    money.insert(
        5, "product_id", money["contract_id"].map(deals.set_index("contract_id")["product_id"]).fillna("")
    )
    bills, paid = _billed(money, deals, people, truths, np.random.default_rng([seed, 31]))
    columns = ["contract_id", "customer_id", "opportunity_id", "product_id", "kind", "signed_on", "starts_on", "ends_on", "billing",
               "seats", "monthly_amount", "renewal_probability", "payment_days"]  # fmt: skip
    log, best = visits(who, owners, truths, rngs[7]), strong(people, owners, money)
    log["logged_on"] = logged_on(log, np.random.default_rng([seed, 50]))
    tables = {
        "customers": _money(who, money, rngs[6]),
        "coverage": coverage(),
        "staff": people,
        "assignments": owners,
        "absences": absences(),
        "visits": log,
        "promises": promises(who, log, np.random.default_rng([seed, 51])),
        "contracts": deals[columns],
        "credits": credits(
            deals,
            owner_at(owners, deals["customer_id"], deals["signed_on"]),
            np.random.default_rng([seed, 32]),
        ),
        "invoices": bills,
        "receipts": paid,
        "products": products(),
        "markets": markets(),
        "quotas": quotas(people, SIGNED_2026, np.random.default_rng([seed, 33])),
        "support": support(people, np.random.default_rng([seed, 40])),
        "decisions": decisions(),
        "revenue": money,
        "opportunities": bids.drop(columns="contract_id"),
        "segments": segments(who, money),
        "adjustments": adjustments(),
        "role_work": role_work(),
        "factors": factors(truths),
        "factor_ratings": factor_ratings(truths, rngs[8]),
        "strategies": strategies(truths),
        "strategy_scores": strategy_scores(),
        "initiatives": initiatives(truths),
        **aims(seed),
        "competencies": competencies(),
        "assessments": assessments(people, best, truths, rngs[9]),
        "incidents": incidents(who, people, log, best, truths, rngs[10]),
    }
    return {name: _microseconds(table) for name, table in tables.items()}


def _billed(
    money: pd.DataFrame, deals: pd.DataFrame, people: pd.DataFrame, truths: Truths, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Invoices and receipts."""
    bills = invoices(money, deals)
    team = bills["staff_id"].map(people.set_index("staff_id")["team"])
    paid, bills = receipts(bills, team, truths, rng)
    return bills, paid


def _microseconds(table: pd.DataFrame) -> pd.DataFrame:
    """Days in one unit, whatever arithmetic they came from."""
    days = [name for name, kind in table.dtypes.items() if kind.kind == "M" and kind != "datetime64[us]"]
    return table.astype(dict.fromkeys(days, "datetime64[us]")) if days else table


def _money(customers: pd.DataFrame, revenue: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Potential, whole outsourcing spend and next year's target, in yuan a year, never below what we earn already."""
    size = len(customers)
    year = revenue[revenue["month"] > AS_OF - pd.DateOffset(months=12)].groupby("customer_id")["amount"].sum()
    earned = customers["customer_id"].map(year).fillna(0.0)
    floor = customers["tier"].map({"A": 9e6, "B": 3.5e6, "C": 6e5}).to_numpy()
    potential = np.maximum(
        floor * (1 + 0.5 * rng.gamma(1.6, 0.8, size)), earned * (1.08 + 0.4 * rng.beta(2, 3, size))
    )
    spend = potential * (1.2 + rng.gamma(1.5, 0.8, size))
    target = (earned * (1.0 + 0.2 * rng.beta(2, 2, size)) / 1e4).round() * 1e4
    existing = customers["status"].eq("existing") & (earned > 0)
    return customers.assign(
        potential=(np.ceil(potential / 1e4) * 1e4).astype("int64"),
        outsourcing_spend=(np.ceil(spend / 1e4) * 1e4).astype("int64"),
        target_revenue=target.where(existing).astype("Int64"),
    )


def segments(customers: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
    """The plan by segment; our revenue is that of the twelve months to the as-of date, to the nearest 10,000."""
    columns = ["segment", "market_size", "growth", "growth_low", "growth_high", "new_wins", "new_wins_low",
               "new_wins_high", "win_rate", "win_rate_low", "win_rate_high", "average_contract", "go_live_months",
               "go_live_months_low", "go_live_months_high"]  # fmt: skip
    plans = pd.DataFrame(list(PLANS), columns=columns)
    year = revenue[revenue["month"] > AS_OF - pd.DateOffset(months=12)]
    ours = year.groupby(year["customer_id"].map(customers.set_index("customer_id")["segment"]))[
        "amount"
    ].sum()
    plans.insert(1, "segment_en", [s.segment_en for s in SEGMENTS])
    plans.insert(6, "our_revenue", ((plans["segment"].map(ours) / 1e4).round() * 1e4).astype("int64"))
    return plans.astype({"market_size": "int64"})


def adjustments() -> pd.DataFrame:
    """One adjustment of the team size for each of the article's causes."""
    columns = ["adjustment", "adjustment_en", "cause", "scope", "kind", "value", "reason", "reason_en"]
    table = pd.DataFrame(list(ADJUSTMENTS), columns=columns)
    table.insert(4, "scope_en", table["scope"].map(REGIONS).fillna(""))
    return table


def write(folder: Path, *, seed: int = 2027, truths: Truths | None = None) -> None:
    """Write the tables as UTF-8 CSV beside ``engagement.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    style = {"date_format": "%Y-%m-%d", "float_format": "%.12g", "lineterminator": "\n", "encoding": "utf-8"}
    for name, table in generate(seed, truths).items():
        table.to_csv(folder / f"{name}.csv", index=False, **style)
    if folder.resolve() != HOME.resolve():
        shutil.copyfile(HOME / "engagement.toml", folder / "engagement.toml")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HOME)
