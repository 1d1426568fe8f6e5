"""The command line: make a folder to fill in, check the inputs, make a report, look at the machine.

Exit status: 0 done, 1 a report failed, 2 wrong usage or input.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from salesmgmt import __version__
from salesmgmt.errors import InputError
from salesmgmt.locale import LANGUAGES, Words

__all__ = ["main"]

_FAILED, _BAD_INPUT = 1, 2


def _assignments(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """``KEY=VALUE`` pairs as a mapping."""
    bad = [pair for pair in pairs if "=" not in pair]
    if bad:
        raise click.BadParameter(f"{bad} must be written KEY=VALUE")
    return {key.strip(): value.strip() for key, value in (pair.split("=", 1) for pair in pairs)}


_engagement = click.argument("engagement", type=click.Path(path_type=Path))
_scenario = click.option("--scenario", default="", help="Name of a [scenarios.NAME] section. 情景名称。")
_overrides = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", callback=_assignments,
    help="Override an assumption, e.g. sizing.visits_per_rep=200. 覆盖一项假设。",
)  # fmt: skip
_allow = click.option(
    "--allow", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another folder that the engagement's SQL may read. 允许 SQL 读取的其他文件夹。",
)  # fmt: skip
_lang = click.option(
    "--lang", "languages", multiple=True, type=click.Choice(LANGUAGES),
    help="Language, may be repeated; default: the engagement's. 语言,可重复。",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="salesmgmt")
def main() -> None:
    """Annual sales-team plans for outsourcing companies. 服务外包企业年度销售团队规划。"""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--lang", default="zh", type=click.Choice(LANGUAGES), help="Language. 语言。")
def new(folder: Path, lang: str) -> None:
    """Make an engagement folder with a workbook to fill in. 新建项目文件夹和填写工作簿。"""
    from salesmgmt.inputs import format_problems, input_words, new_engagement

    try:
        new_engagement(folder, language=lang)
    except InputError as error:
        for line in format_problems(error.problems, input_words(lang)):
            click.echo(line, err=True)
        raise SystemExit(_BAD_INPUT) from None
    shown = f'"{folder}"' if " " in str(folder) else folder
    click.echo(f"{Words(lang)('workbook.made', folder=folder)}\n  salesmgmt check {shown}")


@main.command()
@_engagement
@_scenario
@_overrides
@_allow
@_lang
def check(
    engagement: Path,
    scenario: str,
    overrides: dict[str, str],
    allow: tuple[Path, ...],
    languages: tuple[str, ...],
) -> None:
    """Say every problem in the inputs at once; run nothing. 一次列出全部数据问题。"""
    from salesmgmt.inputs import format_problems, load

    try:
        data = load(engagement, scenario=scenario, overrides=overrides, allow=allow)
    except InputError as error:
        _refuse(error, languages, engagement)
    language = languages[0] if languages else data.languages[0]
    words = data.words(language)
    for line in [
        *format_problems(data.notes, words, limit=len(data.notes)),
        *format_problems(data.warnings, words),
    ]:
        click.echo(line)
    rows = "".join(
        f"\n  {words.table(name)} {name}: {words('cli.rows', n=f'{source.rows:,}')} · {words.client(source.origin)}"
        for name, source in data.sources.items()
    )
    click.echo(words("cli.inputs_good", client=data.client, year=data.year) + rows)


@main.command()
@_engagement
@_lang
@_scenario
@click.option("--view", "views", multiple=True, type=click.Choice(["director", "board", "people"]), help="Who reads; may be repeated, default director and board. 读者视图。")  # fmt: skip
@_overrides
@_allow
@click.option("--pdf", is_flag=True, help="Print every page to PDF too. 同时生成 PDF。")
@click.option("--seed", default=2027, show_default=True, help="Seed of every simulation. 随机种子。")
@click.option("--out", default="reports", show_default=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the runs. 报告文件夹。")  # fmt: skip
def report(
    engagement: Path, languages: tuple[str, ...], scenario: str, views: tuple[str, ...],
    overrides: dict[str, str], allow: tuple[Path, ...], pdf: bool, seed: int, out: Path,
) -> None:  # fmt: skip
    """Run the chapters and publish the report. 运行各章并发布报告。"""
    from salesmgmt import publish

    options: dict[str, Any] = {"languages": languages or None, "scenario": scenario, "overrides": overrides}
    if views:
        options["views"] = views
    try:
        run = publish.report(engagement, seed=seed, allow=allow, out=out, pdf=pdf, **options)
    except publish.NoPrinter as error:
        click.echo(_words(languages, engagement)("cli.no_printer", reason=error), err=True)
        raise SystemExit(_BAD_INPUT) from None
    except InputError as error:
        _refuse(error, languages, engagement)
    except publish.ReportFailed as failure:
        words = _words(languages, engagement)
        click.echo(words("cli.failed", reason=failure), err=True)
        raise SystemExit(_FAILED) from None
    words = _words(languages, engagement)
    click.echo(words("cli.done", folder=run.folder, seconds=f"{run.seconds:.0f}"))
    for page in run.pages:
        click.echo(f"  {page}")
        if pdf:
            click.echo(f"  {page.with_suffix('.pdf')}")
    click.echo(f"  {run.workbook}")
    if run.warnings or run.refusals:
        click.echo(words("cli.noted", warnings=len(run.warnings), refusals=len(run.refusals)))


@main.command()
@click.option("--lang", default="zh", type=click.Choice(LANGUAGES), help="Language. 语言。")
@click.option("--out", default="reports", type=click.Path(file_okay=False, path_type=Path), help="Folder that reports would go to. 报告文件夹。")  # fmt: skip
def doctor(lang: str, out: Path) -> None:
    """Look at fonts, kernel, browser and write access. 检查字体、内核、浏览器与写权限。"""
    from salesmgmt.publish.doctor import examine

    words = Words(lang)
    findings = examine(out)
    for finding in findings:
        mark = (
            words("doctor.good")
            if finding.good
            else words("doctor.bad" if finding.required else "doctor.optional")
        )
        click.echo(f"[{mark}] {words(f'doctor.{finding.subject}')}: {finding.detail}")
    if any(finding.required and not finding.good for finding in findings):
        raise SystemExit(_FAILED)


def _words(languages: tuple[str, ...], engagement: Path) -> Words:
    from salesmgmt.inputs import preferred_language

    return Words(languages[0] if languages else preferred_language(engagement))


def _refuse(error: InputError, languages: tuple[str, ...], engagement: Path) -> None:
    """Say every problem, keep all of them in problems.xlsx with the client's sheets marked, and exit 2."""
    from salesmgmt.inputs import (
        format_problems,
        input_words,
        preferred_language,
        problems_file,
        write_problems,
    )

    words = input_words(languages[0] if languages else preferred_language(engagement))
    for line in format_problems(error.problems, words):
        click.echo(line, err=True)
    if engagement.is_dir() and os.access(engagement, os.W_OK):
        try:
            path = write_problems(error.problems, problems_file(engagement), words, error.origins)
        except OSError as failure:  # open in Excel, or the disk is full
            click.echo(words("cli.problems_not_kept", reason=failure.strerror), err=True)
        else:
            click.echo(words("cli.all_problems", path=path), err=True)
    raise SystemExit(_BAD_INPUT)
