"""What the demonstration client has decided so far."""

from __future__ import annotations

import pandas as pd

DECISIONS = (
    ("D1", "2026-10-20", "2027 年收入目标定为 7.4 亿元", "Set the revenue target of 2027 at 740 million yuan",
     "按战略要求 7.6 亿元;照去年加一成", "The 760 million that strategy requires; last year plus a tenth",
     "预测加举措约 7.3 亿元,再要求政务标书多中一成", "Forecast and initiatives come to some 730 million; hotline bids are to bring the rest",
     "销售总监", "sales director", "target.adopted", 740_000_000),
    ("D2", "2026-10-22", "华南部先补拜访再谈增员", "The South Team fills its visits before it adds people",
     "立即增员两人", "Add two people at once", "拜访只到标准的七成,先看清是人手还是路程", "Visits stand at seven tenths of the policy; find out first whether people or distance is the cause",
     "销售总监", "sales director", "", None),
)  # fmt: skip


def decisions() -> pd.DataFrame:
    """Two decisions of the planning season; the first adopts the target."""
    columns = ["decision_id", "decided_on", "decision", "decision_en", "alternatives", "alternatives_en", "reason",
               "reason_en", "decided_by", "decided_by_en", "key", "value"]  # fmt: skip
    table = pd.DataFrame(list(DECISIONS), columns=columns)
    return table.assign(decided_on=pd.to_datetime(table["decided_on"]), value=table["value"].astype("Int64"))
