"""The page parses, needs no other file, and is complete."""

from __future__ import annotations

import pytest
from page_reader import Page
from survey.surveys import MACHINE, PROFILE, result, survey

from nam_core.survey import report
from nam_core.survey.budget import parse_budget
from nam_core.survey.results import Survey

SURVEY = survey(
    result("<b>amp</b>", 100.0, profile=PROFILE, silence_ratio=1.03),
    result("other", 300.0, channels=(16, 8)),
    result("<b>amp</b>", 103.0, signal="silence", silence_ratio=1.03),
)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(report.page(SURVEY, budget=parse_budget("1%", 2.0)))


def test_nothing_comes_from_outside(page: Page) -> None:
    assert page.references == []


def test_the_picture_is_in_it(page: Page) -> None:
    assert page.tags.count("svg") == 1
    assert "Time for 2 s of audio, ms" in page.text
    assert "budget: 1%" in page.text


def test_accuracy_is_a_second_picture_and_points_say_what_they_are(page: Page) -> None:
    assert "other: 300.0 ns per sample in blocks of 64, 1.44 % of a core" in page.text
    both = Page(report.page(SURVEY, accuracy={"<b>amp</b>": 0.01}))
    assert both.tags.count("svg") == 2
    assert "ESR of the evaluation, lower is better" in both.text
    assert "1 of 2 results are of models that were evaluated." in both.text
    assert Page(report.page(SURVEY, "esr", accuracy={"other": 0.5})).tags.count("svg") == 1


def test_tables(page: Page) -> None:
    costs = next(row for row in page.rows if row[0] == "<b>amp</b>")
    assert costs[1:5] == ["8, 4", "1,000", "64", "100.0"]
    assert costs[-1] == "1.030"
    assert costs[5:7] == ["15.0% !", "90.0"]
    assert ["other", "64", "6.4", "7.0", "9.0", "12.0", "1333", "0.675 %"] in page.rows
    assert ["conv", "75.0%", "75.00", "23"] in page.rows
    assert len({len(row) for row in page.rows}) == 3


def test_verdict_and_machine(page: Page) -> None:
    assert "the largest model that fits is <b>amp</b>" in page.text
    assert "Test <CPU>, 4 cores" in page.text
    assert "0.1.0, avx2, float32, compiled by GNU 12" in page.text


def test_bad_conditions_are_said_and_good_ones_are_not() -> None:
    machine = {**vars(MACHINE), "conditions": ("It was hot & busy.",)}
    labelled = Survey(type(MACHINE)(**machine), SURVEY.settings, SURVEY.results)
    assert "It was hot & busy." in Page(report.page(labelled)).text
    text = report.page(SURVEY)
    assert "conditions that" not in Page(text).text


def test_no_budget_no_verdict() -> None:
    assert "budget" not in Page(report.page(SURVEY)).text
