"""Shared checks name every offender; one rule of matching serves all methods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt import checks


def test_require_columns_names_what_is_missing_and_what_is_there():
    frame = pd.DataFrame({"customer": ["a"]})
    with pytest.raises(
        ValueError, match=r"customers is missing columns \['status', 'tier'\]; it has \['customer'\]"
    ):
        checks.require_columns(frame, ["status", "customer", "tier"], name="customers")
    with pytest.raises(TypeError, match=r"customers is a list, must be a DataFrame"):
        checks.require_columns([1], ["status"], name="customers")


def test_require_codes_names_all_unknown_codes_and_empty_ones():
    with pytest.raises(ValueError, match=r"customers.status has \['', 'new', 'won'\], must be among"):
        checks.require_codes(
            pd.Series(["existing", "won", "new", None]), checks.STATUSES, name="customers.status"
        )


def test_require_unique_names_each_repeated_key_once():
    frame = pd.DataFrame({"role": list("aaabb"), "tier": list("xxxyz")})
    with pytest.raises(ValueError, match=r"coverage has more than one row for .* \[\('a', 'x'\)\]"):
        checks.require_unique(frame, ["role", "tier"], name="coverage")


def test_require_bounds_names_rows_that_are_missing_infinite_or_outside():
    values = pd.Series([1.0, -1.0, np.nan, np.inf], index=list("abcd"))
    with pytest.raises(ValueError, match=r"visits == \{'b': -1.0, 'c': nan, 'd': inf\}, must be >= 0"):
        checks.require_bounds(values, name="visits", minimum=0)
    with pytest.raises(ValueError, match=r"must be between 0 and 1"):
        checks.require_bounds(values, name="share", minimum=0, maximum=1)
    with pytest.raises(ValueError, match=r"must be finite"):
        checks.require_bounds(values, name="money")


def test_require_numbers_reports_all_offenders_at_once():
    rules = {"days": ("> 0", lambda x: x > 0), "share": ("<= 1", lambda x: x <= 1)}
    with pytest.raises(ValueError, match=r"days == -1, must be > 0; share == 2, must be <= 1"):
        checks.require_numbers(rules, days=-1, share=2)
    with pytest.raises(TypeError, match=r"days is '5', share is True, must be a number"):
        checks.require_numbers(rules, days="5", share=True)
    with pytest.raises(ValueError, match=r"days == nan"):
        checks.require_numbers(rules, days=float("nan"), share=1)
