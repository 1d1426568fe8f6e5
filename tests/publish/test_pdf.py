"""Pages on paper: a tagged, outlined PDF beside each, or a sentence that says what is missing."""

from __future__ import annotations

import shutil
import sys

import pytest
from click.testing import CliRunner

from salesmgmt.cli import main
from salesmgmt.publish.pdf import find_printer, print_copy, write_pdf


def test_a_page_prints_tagged_and_outlined(made, chromium, tmp_path):
    page = tmp_path / "report.zh.html"
    shutil.copyfile(made.pages[0], page)
    printed = write_pdf(page, find_printer())
    content = printed.read_bytes()
    assert printed.name == "report.zh.pdf" and content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in content and b"/Outlines" in content and b"/Lang (zh-CN)" in content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.zh.html", "report.zh.pdf"]


def test_weasyprint_prints_where_no_browser_is(made, monkeypatch, tmp_path):
    pytest.importorskip("weasyprint", reason="WeasyPrint (extra pdf) is not installed", exc_type=ImportError)
    monkeypatch.setenv("PATH", str(tmp_path))
    page = tmp_path / "report.zh.html"
    page.write_text(made.pages[0].read_text(encoding="utf-8"), encoding="utf-8")
    assert b"/StructTreeRoot" in write_pdf(page, find_printer()).read_bytes()


def test_paper_has_numbers_as_text_and_no_cards(made):
    html = made.pages[0].read_text(encoding="utf-8")
    copy = print_copy(html)
    assert html.count('class="num"') == copy.count('<span class="num">') > 3
    assert "<div popover" in html and "<div popover" not in copy and "<button" not in copy
    assert copy.rstrip().endswith("</html>") and "<footer" in copy


def test_without_a_printer_nothing_is_run(demo, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    result = CliRunner().invoke(
        main, ["report", str(demo), "--pdf", "--lang", "en", "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 2 and "install Chromium" in result.output
    assert not (tmp_path / "out").exists()


def test_a_browser_that_prints_nothing_fails_the_report(tmp_path, made, monkeypatch):
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\necho cannot open display >&2\nexit 3\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    page = tmp_path / "report.zh.html"
    shutil.copyfile(made.pages[0], page)
    with pytest.raises(RuntimeError, match="chromium: cannot open display"):
        write_pdf(page, find_printer())
    assert not page.with_suffix(".pdf").exists()
