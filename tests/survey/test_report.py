"""The page: it parses, needs nothing from outside, and has everything in it."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser

import numpy as np
import pytest
from survey.surveys import MACHINE, PROFILE, result, survey
from survey.test_plot import decode

from nam_core.survey import report
from nam_core.survey.budget import parse_budget
from nam_core.survey.results import Survey

_VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """Checks that tags close in order, and keeps what is looked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.references: list[str] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            assert "url(" not in data
            assert "@import" not in data
            return
        self.text += data
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


SURVEY = survey(
    result("<b>amp</b>", 100.0, profile=PROFILE, silence_ratio=1.03),
    result("other", 300.0, channels=(16, 8)),
    result("<b>amp</b>", 103.0, signal="silence", silence_ratio=1.03),
)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(report.page(SURVEY, budget=parse_budget("1%", 2.0)))


def test_nothing_comes_from_outside(page: Page) -> None:
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert len(page.references) == 1
    assert page.references[0].startswith("data:image/png;base64,")


def test_the_picture_is_in_it(page: Page) -> None:
    pixels = decode(io.BytesIO(base64.b64decode(page.references[0].partition(",")[2])))
    assert pixels.shape[1] == 1875
    assert len(np.unique(pixels @ np.array([1, 256, 65536]))) > 10


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
