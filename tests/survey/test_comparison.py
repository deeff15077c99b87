"""Comparing two surveys: ratios, and surveys that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from survey.surveys import result, survey

from nam_core.survey import table
from nam_core.survey.comparison import compare


def test_ratios_and_their_range() -> None:
    this = survey(result("a", 50.0), result("b", 400.0), result("mine"), result("a", 1.0, signal="silence"))
    other = survey(result("b", 200.0), result("a", 100.0), result("theirs"))
    comparison = compare(this, other)
    assert [(ratio.label, ratio.value) for ratio in comparison.ratios] == [("a", 0.5), ("b", 2.0)]
    assert comparison.ratios[0].low == pytest.approx(0.5 * 0.95 / 1.1)
    assert comparison.ratios[0].high == pytest.approx(0.5 * 1.1 / 0.95)
    assert comparison.mean == pytest.approx(1.0)
    assert [ratio.least for ratio in comparison.ratios] == pytest.approx([0.5, 2.0])
    assert (comparison.only_this, comparison.only_other) == (("mine",), ("theirs",))


def test_sizes_and_blocks_are_kept_apart() -> None:
    def of(scale: float) -> Any:
        return survey(
            *(
                result("a", scale * ns, quality=quality, channels=(channels,), block=block)
                for ns, quality, channels, block in ((1, 0.2, 3, 16), (2, 0.2, 3, 64), (3, 0.8, 8, 16))
            ),
            blocks=(16, 64),
        )

    assert [ratio.value for ratio in compare(of(3.0), of(1.0)).ratios] == [3.0, 3.0, 3.0]


UNLIKE: dict[str, tuple[dict[str, Any], str]] = {
    "blocks": ({"blocks": (16,)}, "blocks is 64 here and 16 there"),
    "dtype": ({"dtype": "float64"}, "dtype is float32 here and float64 there"),
    "signal": ({"signal": "song.wav"}, "signal is guitar here and song.wav there"),
    "seconds": ({"seconds": 1.0}, "seconds is 2.0 here and 1.0 there"),
}


@pytest.mark.parametrize("kind", UNLIKE)
def test_unlike_runs_are_refused_unless_told(kind: str) -> None:
    changes, text = UNLIKE[kind]
    this = survey(result("a", 50.0))
    other = survey(result("a", 100.0, block=changes.get("blocks", (64,))[0]), **changes)
    with pytest.raises(ValueError, match=text):
        compare(this, other)
    assert [ratio.value for ratio in compare(this, other, unlike=True).ratios] == [0.5]


def test_another_model_of_the_same_name_is_refused() -> None:
    this, other = survey(result("a")), survey(result("a", macs_per_frame=2000))
    with pytest.raises(ValueError, match="a is a different model there"):
        compare(this, other)


def test_runs_on_other_instruction_sets_are_compared() -> None:
    this, other = survey(result("a")), survey(result("a", isa="neon"))
    assert compare(this, other).ratios[0].value == 1.0


def test_nothing_in_common() -> None:
    with pytest.raises(ValueError, match="no model in common"):
        compare(survey(result("a")), survey(result("b")))


def test_least_times_have_a_ratio_of_their_own() -> None:
    """Another program doubled the medians of this run; its least times equal those of the other run."""
    this = survey(result("a", 200.0, ns_per_sample_min=90.0), result("b", 100.0, ns_per_sample_min=45.0))
    other = survey(result("a", 100.0, ns_per_sample_min=90.0), result("b", 50.0, ns_per_sample_min=90.0))
    comparison = compare(this, other)
    assert comparison.mean == pytest.approx(2.0)
    assert [ratio.least for ratio in comparison.ratios] == [1.0, 0.5]
    assert comparison.mean_of_least == pytest.approx(0.5**0.5)


def test_the_table_of_a_comparison() -> None:
    comparison = compare(survey(result("a", 50.0), result("mine")), survey(result("a", 100.0)))
    shown = table.ratios(comparison, "this machine", "that machine")
    assert shown.rows[0] == ("a", "64", "50.0", "100.0", "0.500", "0.432 to 0.579", "0.500")
    assert shown.rows[-1][:1] + shown.rows[-1][-3:] == ("geometric mean", "0.500", "", "0.500")
    assert "Only here: mine." in shown.note
