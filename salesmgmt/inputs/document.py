"""The codebook written out for people: ``python -m salesmgmt.inputs.document data/README.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from salesmgmt.inputs.codebook import CODEBOOK, Column, Setting, Table
from salesmgmt.inputs.keys import bounds
from salesmgmt.locale import Words

__all__ = ["document"]

_TYPES = {
    "text": "文字 text", "id": "编号 id", "int": "整数 whole number", "number": "数字 number", "money": "金额 money",
    "share": "比例 share", "date": "日期 date", "month": "月份 month",
    "period": "期间 period", "code": "代码 code", "bool": "是/否 yes/no",
    "choice": "选项 choice", "list": "列表 list", "table": "小表 table", "shares": "12 个占比 twelve shares", "count": "次数 count",
}  # fmt: skip
_UNITS = ("money", "visits", "customers", "people", "posts", "hours", "days", "months", "years")

_HEAD = """\
# 数据说明 Codebook

本页由程序从 `salesmgmt/inputs/codebook.toml` 生成,请勿手改:`python -m salesmgmt.inputs.document data/README.md`。
This page is generated from `salesmgmt/inputs/codebook.toml`; do not edit it.

一个项目是一个文件夹:`engagement.toml` 加若干张表。每张表是 `<表名>.csv`、`.xlsx`、`.xls` 或 `.parquet`(表名用英文或中文,如 `客户.csv`),
或 `workbook.xlsx` 中的同名工作表,或在 `[tables]` 中指明来源。`salesmgmt new` 生成可填写的空白项目。`demo/` 是一个完整的虚构客户。
An engagement is a folder: `engagement.toml` and some tables, each `<table>.csv`, `.xlsx`, `.xls` or `.parquet` (also under its Chinese
name, e.g. `客户.csv`), a sheet of that name in `workbook.xlsx`, or named under `[tables]`. `salesmgmt new` makes one to fill in.
`demo/` is a whole fictional client.

- CSV:UTF-8、UTF-16 或 GB18030,以逗号、分号、制表符或竖线分隔。表头可在第一行或标题行之下;可用英文列名、中文名或别名,不分大小写、全半角和空格,可带单位,如「年潜力(万元)」。合计行、脚注不计入,并会说明。
  CSV is UTF-8, UTF-16 or GB18030, separated by commas, semicolons, tabs or pipes. The header may stand below title rows; headers may be the column's name, its Chinese or English label, or an alias, whatever the case, width and spaces, with a unit such as 年潜力(万元). Totals and footnotes are left out and told.
- 金额用整元,不含增值税;含税时写 `tax = "included"`,读入时换算。比例用 0–1 的小数。日期写作 2027-01-05,月份写作 2027-01,期间写作 2027、2027-Q1 或 2027-01。1,280、128万元、35%、2027年1月5日、Excel 日期序号、— 和「无」等只有一种读法的写法也能读,逐列逐条说明;1/2/2027 之类有两种读法的会提问,在 `[tables]` 中用 `dates`、`units`、`tax` 回答。
  Money is in whole currency units without VAT; with `tax = "included"` it is converted on reading. Shares are 0–1. Days are written 2027-01-05, months 2027-01, periods 2027, 2027-Q1 or 2027-01. What can be read in one way only is read too (1,280, 128万元, 35%, 2027年1月5日, a spreadsheet's serial numbers, — for nothing) and told column by column; what can be read in two ways (1/2/2027) is asked, and `dates`, `units` and `tax` in `[tables]` hold the answer.
- 只有「客户」表是必需的。主键列空白(编号除外)表示全部。多余的列保留但不使用。
  Only customers is required. A key column left empty (other than an id) means all. Further columns are kept and ignored.
- 任何文字列旁可加 `<列名>_en`,给出英文说法。 `<column>_en` beside any text column gives its English wording.
- 计划表(人填的)严格:有错即停。事实表(系统导出的)对缺失或不识别的编号宽容:计入「未归属」,仍在各项合计中,并提醒。
  Plan tables (typed by people) are strict: an error stops the run. Facts (out of systems) are forgiving about missing or unknown references: those rows count as unassigned, stay in every total and are warned about.
"""

_TABLES_SECTION = """\
## `[tables]`

```toml
[tables]
customers = "客户台账.xlsx#客户"                                          # 文件#工作表 file#sheet
quotas    = { file = "targets.csv", dates = "mdy", units = { amount = "万元" }, tax = "included" }
staff     = { file = "hr.csv", columns = { "工牌号" = "staff_id" } }       # 对方列名 = 我方列名 their header = our column
visits    = { sql = "select id as visit_id, day as visited_on, rep as staff_id, account as customer_id from read_csv('crm/*.csv')" }
revenue   = { sql = "select * from ledger", connection = "postgresql://${ERP_USER}:${ERP_PASSWORD}@erp:5432/erp" }
```

`dates`:`ymd`、`mdy` 或 `dmy`,说明 1/2/2027 这类日期的次序。`units`:列名 = 单位(元、千元、万元、百万元、千万元、亿元;比例用 % 或 1),用于自身不带单位的单元格。
`tax`:`included` 或 `excluded`,本表金额是否含税。
`dates` says the order of dates such as 1/2/2027; `units` the unit of cells that carry none, by column; `tax` whether the table's money
carries VAT.

`connection` 是任意 SQLAlchemy 地址,密码等写作 `${环境变量}`,只读连接。事实表在数据库里校验和汇总,只取回汇总结果;列类型为文字时整表取回(至多 500 万行)。
`sqlite:///crm.db` 和 `duckdb:///crm.duckdb` 的相对路径从项目文件夹起算。
`connection` is any SQLAlchemy address, its secrets written `${VARIABLE}`, opened to read only. Facts are validated and added up in the
database; where columns come as text the rows are fetched (at most five million). Relative paths of `sqlite:///crm.db` and
`duckdb:///crm.duckdb` start at the engagement folder.

`sql` 是一条 SELECT,由内嵌的 DuckDB 执行,只能读取项目文件夹和操作者允许的文件夹(`--allow DIR`、环境变量 `SALESMGMT_ALLOW`),
相对路径从项目文件夹起算。
`sql` is one SELECT, run by an embedded DuckDB that may read the engagement folder and folders the operator allows
(`--allow DIR`, environment variable `SALESMGMT_ALLOW`) and nothing else; relative paths start at the engagement folder.

## `[scenarios.NAME]`

```toml
[scenarios.stretch]
title = "下沉县区"
"sizing.visits_per_rep" = 200
by = "销售总监"
reason = "新签目标上调"
```

用 `--scenario stretch` 选用;`--set sizing.visits_per_rep=200` 临时覆盖一项。两者都替换整个假设(连同区间);不带角色的覆盖适用于所有角色。
Chosen with `--scenario stretch`; `--set sizing.visits_per_rep=200` overrides one. Either replaces the whole assumption, its band
too, and without a role that of every role. `title` is what readers see (`title_en` in English); `by`, `on` and `reason`
may say who, when and why.
"""

_ASSUMPTIONS = """\
*假设*(下表标 ●)可以是一个数,也可以写明区间和来历;带「按角色」的还可写在角色小节里,如 `[sizing.account_manager]`。
An *assumption* (marked ●) is a number, or states its band and origin; those marked "by role" may stand in a role's section, e.g.
`[sizing.account_manager]`.

```toml
[sizing]
visits_per_rep = { value = 220, low = 180, high = 260, kind = "measured", source = "CRM 2026", owner = "销售运营" }
```

`low` 和 `high` 是 P10 和 P90:十次里有一次更低、一次更高。区间按「分布」展开:log 对数(正数)、logit(比例)、linear 线性;中位数是 `value`。
`kind` 取 measured(实测)、opinion(意见)、policy(规定),缺省为 opinion。同一个键的各角色假设一起变动,除非写 `independent = true`。
`low` and `high` are P10 and P90: one case in ten lies below, one above. A band spreads by its family (log for positive numbers,
logit for shares, linear) with the median at `value`. `kind` is measured, opinion (the default) or policy. Assumptions of one key
move together over the roles unless `independent = true`.
"""


def document() -> str:
    """The codebook as Markdown: every table and column, every key of engagement.toml.

    Returns
    -------
    str
        Text of ``data/README.md``.

    Examples
    --------
    >>> "| `customer_id` |" in document()
    True
    """
    parts = [_HEAD, "## 目录 Tables\n", _overview(), *map(_table, CODEBOOK.tables.values()), *_settings()]
    return "\n".join([*parts, _TABLES_SECTION])


def _overview() -> str:
    rows = (
        (f"[`{t.name}`](#{t.name})", t.zh, "事实 fact" if t.fact else "计划 plan", " ".join(t.lights))
        for t in CODEBOOK.tables.values()
    )
    return _grid(("表 table", "中文", "性质 kind", "点亮什么 what it lights up"), rows)


def _table(table: Table) -> str:
    kind = "事实表 fact" if table.fact else "计划表 plan table"
    text = f'<a id="{table.name}"></a>\n\n## {table.zh} `{table.name}`\n\n{table.about[0]} {table.about[1]}\n\n{kind}。'
    if table.aliases:
        text += f" 文件名也可用 file may also be named: {', '.join(table.aliases)}。"
    header = (
        "列 column",
        "中文名",
        "English",
        "类型 type",
        "单位 unit",
        "范围 bounds",
        "必需 required",
        "说明 about",
    )
    rows = [_column(table, column) for column in table.columns.values()]
    return f"{text}\n\n{_grid(header, rows)}{_reduced(table)}{_shipped(table)}"


def _column(table: Table, column: Column) -> tuple[str, ...]:
    key = "主键 key" if column.key else ""
    required = "是 yes" if column.required else ""
    about = [" ".join(dict.fromkeys(filter(None, column.about)))]
    if column.codes:
        about.append("、".join(f"`{code}` {labels[0]}" for code, labels in column.codes.items()))
    if column.open:
        about.append("其他文字照录 other text is kept")
    if column.secret:
        about.append("从不显示 never shown")
    if column.ref:
        about.append(f"→ `{column.ref}`")
    if column.aliases:
        about.append(f"别名 also: {', '.join(column.aliases)}")
    return (
        f"`{column.name}`", column.zh, column.en, _TYPES[column.type], _unit(column.unit), _bounds(column),
        " · ".join(filter(None, (key, required))), "; ".join(filter(None, about)),
    )  # fmt: skip


def _bounds(column: Column) -> str:
    """Bounds of a column, or the only numbers it may hold."""
    return ", ".join(f"{choice:g}" for choice in column.choices) or bounds(column)


def _reduced(table: Table) -> str:
    if table.derived:
        columns = ", ".join(f"`{name}`" for name in table.derived)
        return f"\n读入时另算 worked out on reading: {columns}。\n"
    if not table.reduced:
        return ""
    columns = ", ".join(f"`{name}`" for name in table.reduced)
    return f"\n方法读到的是按月汇总 methods read monthly sums: {columns}。\n"


def _shipped(table: Table) -> str:
    """The visit frequencies that hold where the client gives none."""
    if table.name != "coverage":
        return ""
    rows = [[f"{row[name]}" for name in CODEBOOK.coverage[0]] for row in CODEBOOK.coverage]
    return f"\n系统默认频次(意见) shipped frequencies (opinion):\n\n{_grid(CODEBOOK.coverage[0], rows)}"


def _settings() -> Iterator[str]:
    yield f"## engagement.toml\n\n{_ASSUMPTIONS}"
    header = (
        "键 key",
        "中文名",
        "English",
        "类型 type",
        "单位 unit",
        "范围 bounds",
        "默认 default",
        "分布 family",
        "说明 about",
    )
    for section in dict.fromkeys(setting.section for setting in CODEBOOK.settings.values()):
        rows = [_setting(setting) for setting in CODEBOOK.settings.values() if setting.section == section]
        yield f"### `[{section}]`\n\n{_grid(header, rows)}"


def _setting(setting: Setting) -> tuple[str, ...]:
    mark = " ●" if setting.assumption else ""
    role = "按角色 by role" if setting.by_role else ""
    choices = ", ".join(f"`{choice}`" for choice in setting.choices)
    about = " ".join(filter(None, setting.about))
    return (
        f"`{setting.key}`{mark}", setting.zh, setting.en, _TYPES[setting.type], _unit(setting.unit), bounds(setting),
        _default(setting), setting.family, "; ".join(filter(None, (about, choices, role))),
    )  # fmt: skip


def _default(setting: Setting) -> str:
    if setting.required:
        return "必填 required"
    default: Any = setting.default
    if setting.assumption and default:
        return f"{default[0]:g} ({default[1]:g}–{default[2]:g})"
    return "" if default is None else ", ".join(default) if isinstance(default, list) else str(default)


def _unit(unit: str) -> str:
    """A unit in both languages, out of the catalogues."""
    if unit == "money":
        return "元 currency"
    if unit not in _UNITS:
        return "0–1" if unit == "share" else ""
    return " ".join(Words(language)(f"unit.{unit}.other", n="").strip() for language in ("zh", "en"))


def _grid(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (header, *rows)]
    lines.insert(1, "|" + " --- |" * len(tuple(header)))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "data/README.md").write_text(document(), encoding="utf-8")
