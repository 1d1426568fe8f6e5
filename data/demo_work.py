"""What the demonstration client's roles do besides visiting, and who is known to be away."""

from __future__ import annotations

import pandas as pd

# work, role, hours a year per existing customer, per opportunity opened, per person
WORK = (
    ("合同与回款跟进", "Contracts and payments", "account_manager", 16, None, None),
    ("商机推进与商务谈判", "Pursuit and negotiation", "account_manager", None, 40, None),
    ("例会、培训与内部协调", "Meetings, training, coordination", "account_manager", None, None, 220),
    ("投标方案与演示", "Bids and demonstrations", "product_manager", None, 34, None),
    ("存量客户方案升级", "Upgrades for existing customers", "product_manager", 4, None, None),
    ("例会、培训与内部协调", "Meetings, training, coordination", "product_manager", None, None, 220),
    ("上线交付与试运行", "Go-live and trial operation", "delivery_manager", None, 18, None),
    ("服务质量复盘与月报", "Service reviews and monthly reports", "delivery_manager", 30, None, None),
    ("例会、培训与内部协调", "Meetings, training, coordination", "delivery_manager", None, None, 260),
)
AWAY = (("S009", "2026-12-01", "2027-05-28"), ("S018", "2027-03-15", "2027-08-31"))


def role_work() -> pd.DataFrame:
    """Three pieces of work for each of the three roles."""
    hours = ["hours_per_customer", "hours_per_opportunity", "hours_fixed"]
    table = pd.DataFrame(list(WORK), columns=["work", "work_en", "role", *hours])
    return table.astype(dict.fromkeys(hours, "Int64"))


def absences() -> pd.DataFrame:
    """Two parental leaves that are known on the as-of day."""
    table = pd.DataFrame(list(AWAY), columns=["staff_id", "from_on", "to_on"])
    return table.assign(from_on=pd.to_datetime(table["from_on"]), to_on=pd.to_datetime(table["to_on"]))
