"""Words as numbers: whatever the columns hold, the answers are those of the text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt import codes, frames


def words(seed: int, size: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drawn = rng.choice(np.array(["北区", "B", "A", "", None], dtype=object), (size, 3))
    return pd.DataFrame(drawn, columns=["one", "two", "three"], index=rng.permutation(size))


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_coded_reads_what_text_reads(dtype):
    frame = words(1).astype(dtype)
    found = codes.coded(frame, "one")
    pd.testing.assert_series_equal(found.astype("str"), frames.text(frame, "one"))
    assert found.cat.categories.is_monotonic_increasing
    assert codes.coded(found.to_frame(), "one").tolist() == found.tolist()
    assert (codes.coded(frame, "absent") == "").all()
    assert codes.coded(pd.DataFrame({"id": [1, "1", None]}), "id").tolist() == ["1", "1", ""]
    assert codes.coded(frame.head(0), "one").tolist() == []


def test_lookups_equal_those_by_text():
    frame = words(2)
    one, two = codes.coded(frame, "one"), codes.coded(frame, "two")
    values = pd.DataFrame({"found": {"A": "x", "B": "", "none": "y"}, "other": "z"})
    plain = frames.text(frame, "one")
    found, met = codes.found_under(one, values), values["found"]
    assert found["found"].tolist() == [met.get(word, "") for word in plain]
    assert found["other"].tolist() == ["z" * (word in met) for word in plain]
    repeated = pd.DataFrame({"found": ["x", "z"]}, index=["A", "A"])
    assert set(codes.found_under(one, repeated)["found"]) == {"", "x"}
    assert codes.or_else(one, two).tolist() == [
        a or b for a, b in zip(plain, frames.text(frame, "two"), strict=True)
    ]
    assert codes.blank(one).tolist() == (plain == "").tolist()


def test_matched_finds_the_row_of_keys_with_the_same_words():
    frame = words(3)
    coded = [codes.coded(frame, name) for name in ("one", "two")]
    keys = pd.DataFrame({"one": ["B", "A", "gone"], "two": ["", "北区", "A"]})
    place = {key: position for position, key in enumerate(keys.itertuples(index=False, name=None))}
    plain = zip(frames.text(frame, "one"), frames.text(frame, "two"), strict=True)
    assert codes.matched(coded, keys).tolist() == [place.get(key, -1) for key in plain]
    assert set(codes.matched(coded, keys.tail(1))) == {-1}


def test_many_columns_of_many_words_still_have_one_number_a_row():
    """Seven columns of a thousand words have more combinations than a number can hold."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({f"c{k}": [f"w{word}" for word in rng.permutation(1000)] for k in range(7)})
    frame = pd.concat([frame, frame], ignore_index=True)
    number = codes.together([codes.coded(frame, name) for name in frame])
    assert (number[:1000] == number[1000:]).all() and len(set(number)) == 1000
    assert np.argsort(number[:1000]).tolist() == frame.head(1000).sort_values(list(frame)).index.tolist()


def test_stacked_keeps_words_and_distinct_counts_them():
    parts = [words(seed, 50).assign(number=float(seed)) for seed in (5, 6)]
    coded = [part.assign(one=codes.coded(part, "one")) for part in parts]
    found = codes.stacked(
        [coded[0], coded[1].assign(one=lambda rows: rows["one"].cat.rename_categories(str.upper))]
    )
    assert isinstance(found["one"].dtype, pd.CategoricalDtype)
    assert found["number"].tolist() == [5.0] * 50 + [6.0] * 50
    group = np.arange(100) % 3
    plain = found["one"].astype("str")
    expected = [plain[(group == k) & (plain != "")].nunique() for k in range(4)]
    assert codes.distinct(group, found["one"], 4).tolist() == expected
