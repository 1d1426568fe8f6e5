"""Competency 胜任力: what the strong do differently, and how far each person is from it.

Read in this order:

1. :mod:`.scoring` – each person's score from several raters: :func:`scores`, :func:`self_only`.
2. :mod:`.performers` – who performs strongly: :func:`strong`.
3. :mod:`.contrasts` – how far groups differ, and what their sizes can show: :func:`hedges_g`, :func:`auc`,
   :func:`p_value`, :func:`detectable`.
4. :mod:`.profile` – the model of each role: :func:`model`.
5. :mod:`.distance` – people against the model: :func:`gaps`, :func:`score`, :func:`by_team`;
   :mod:`.stability` – whether their order survives the ratings' noise: :func:`survival`.

>>> import pandas as pd
>>> ratings = pd.DataFrame({"staff_id": "S1", "competency": ["listening", "promises"], "rater_id": "R1",
...     "rater_kind": "manager", "score": [3.0, 5.0]})
>>> asked = pd.DataFrame({"competency": ["listening", "promises"], "required": 4.0, "weight": [0.64, 0.36]})
>>> score(gaps(ratings, asked))["score"].tolist()
[0.8]
"""

from __future__ import annotations

from salesmgmt.evaluation.competency.contrasts import auc, detectable, hedges_g, p_value
from salesmgmt.evaluation.competency.distance import by_team, gaps, score
from salesmgmt.evaluation.competency.performers import strong
from salesmgmt.evaluation.competency.profile import model
from salesmgmt.evaluation.competency.scoring import scores, self_only
from salesmgmt.evaluation.competency.stability import survival

__all__ = [
    "auc",
    "by_team",
    "detectable",
    "gaps",
    "hedges_g",
    "model",
    "p_value",
    "score",
    "scores",
    "self_only",
    "strong",
    "survival",
]
