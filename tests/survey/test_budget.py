"""The spelling of budgets, and verdicts on known figures."""

from __future__ import annotations

import pytest
from survey.surveys import result, survey

from nam_core.survey.budget import parse_budget, verdict


@pytest.mark.parametrize(
    ("text", "share"),
    [("3%", 0.03), ("3 %", 0.03), ("0.5%", 0.005), (".5%", 0.005), ("60ms", 0.03), (" 60 ms ", 0.03)],
)
def test_shares_and_times_mean_the_same(text: str, share: float) -> None:
    budget = parse_budget(text, seconds=2.0)
    assert budget.share == pytest.approx(share)
    assert budget.milliseconds(2.0) == pytest.approx(2000 * share)


@pytest.mark.parametrize("text", ["", "3", "%", "-3%", "0%", "0ms", "3 s", "nan%", "3%%", "1e3%"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a budget is a share"):
        parse_budget(text, seconds=2.0)


# 0.48 % of a core, 9.6 ms, per 100 ns.
SURVEY = survey(
    result("small", 50.0, macs_per_frame=500),
    result("middle", 200.0, macs_per_frame=4000),
    # Takes less time than the model before, with more multiply-adds.
    result("clever", 150.0, macs_per_frame=5000),
    result("large", 900.0, macs_per_frame=9000),
    result("slim", 60.0, macs_per_frame=600, channels=(3,), quality=0.2),
    result("slim", 220.0, macs_per_frame=4500, channels=(6,), quality=0.5),
    result("slim", 600.0, macs_per_frame=8000, channels=(8,), quality=0.8),
    # Results on silence do not count for verdicts.
    result("small", 5000.0, signal="silence", macs_per_frame=500),
)


def test_the_largest_model_and_size_that_fit() -> None:
    about, models, sizes = verdict(SURVEY, parse_budget("1.2%", 2.0))
    assert about == "The budget is 1.2 % of one core, 24 ms for 2 s of audio."
    assert "the largest model that fits is clever (5,000 multiply-adds, 14.4 ms, 0.72 %)" in models
    assert "5 of 7 fit" in models
    assert "The cheapest that does not fit is slim (8 ch)" in models
    assert sizes.startswith("The largest size of slim that fits is slim (6 ch) (4,500 multiply-adds")


def test_a_time_just_at_the_budget_fits() -> None:
    found = survey(result("amp", 100.0))
    assert "the largest model that fits is amp" in verdict(found, parse_budget("9.6ms", 2.0))[1]
    assert "no model fits" in verdict(found, parse_budget("9.59ms", 2.0))[1]


def test_what_would_fit_undisturbed() -> None:
    found = survey(
        result("amp", 100.0),
        result("late", 300.0, ns_per_sample_min=150.0, macs_per_frame=3000),
        result("later", 400.0, ns_per_sample_min=200.0, macs_per_frame=4000),
    )
    # 0.48 % of a core per 100 ns.
    _, models, undisturbed = verdict(found, parse_budget("1%", 2.0))
    assert "the largest model that fits is amp" in models
    assert undisturbed == (
        "On an undisturbed machine, by least times, later (19.2 ms, 0.96 %) and 1 smaller would fit too."
    )
    assert "by least times, amp (8.64 ms, 0.432 %) would fit" in verdict(found, parse_budget("9ms", 2.0))[-1]


def test_nothing_fits() -> None:
    about, models = verdict(SURVEY, parse_budget("0.1%", 2.0))
    assert "0.1 %" in about
    assert models.startswith("In blocks of 64 frames no model fits; the cheapest is small (500")


def test_everything_fits() -> None:
    _, models, sizes = verdict(SURVEY, parse_budget("50%", 2.0))
    assert "the largest model that fits is large" in models
    assert "7 of 7" in models
    assert "cheapest that does not" not in models
    assert sizes == "These fit in every size that was measured: slim."


def test_no_size_fits_where_others_do() -> None:
    found = survey(
        result("amp", 10.0),
        result("slim", 100.0, channels=(3,), quality=0.2),
        result("slim", 200.0, channels=(8,), quality=0.8),
    )
    assert verdict(found, parse_budget("0.1%", 2.0))[-1] == "These fit in no size: slim."


def test_each_block_length_has_its_verdict() -> None:
    found = survey(result("amp", 300.0, block=16), result("amp", 100.0, block=64), blocks=(16, 64))
    _, short, long = verdict(found, parse_budget("1%", 2.0))
    assert short.startswith("In blocks of 16 frames no model fits")
    assert long.startswith("In blocks of 64 frames the largest model that fits is amp")
