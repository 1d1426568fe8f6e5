"""Response 响应判断: what more or fewer visits would bring, as those who know the customers judge it.

Everything here is opinion made explicit: curves through judged points (ADBUDG), how far they miss the points and
how far the judges differ, and what moving a few visits would do. Visit logs are not used: good customers are
visited more because they are good. No best allocation is claimed.

Read in this order:

1. :mod:`.curves` – the curves: :func:`curves`, :func:`respond`; how well they hold: :func:`summary`.
2. :mod:`.moves` – what they are applied to: :func:`base`; the rule of shares: :func:`shares`; a few visits moved:
   :func:`moves`, :func:`suggested`.

References
----------
Little (1970), Models and managers: the concept of a decision calculus, Management Science 16(8), B466–B485.
Lodish (1971), CALLPLAN: an interactive salesman's planning system, Management Science 18(4), P25–P40.
Albers, Mantrala & Sridhar (2010), Personal selling elasticities: a meta-analysis, Journal of Marketing Research
47(5), 840–853. Fischer, Albers, Wagner & Frie (2011), Dynamic marketing budget allocation, Marketing Science
30(4), 568–585, for the rule of shares.
"""

from __future__ import annotations

from salesmgmt.plan.response.curves import EFFORTS, curves, respond, summary
from salesmgmt.plan.response.moves import USUAL_ELASTICITY, base, moves, shares, suggested

__all__ = [
    "EFFORTS",
    "USUAL_ELASTICITY",
    "base",
    "curves",
    "moves",
    "respond",
    "shares",
    "suggested",
    "summary",
]
