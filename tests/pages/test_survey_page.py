"""The page of a survey, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages.conftest import WIDTHS, Scheme, Visitor
from survey.surveys import many

from nam_core.survey import report
from nam_core.survey.budget import parse_budget


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a survey of sixty models."""
    path = tmp_path_factory.mktemp("page") / "survey.html"
    path.write_text(report.page(many(60), budget=parse_budget("1%", 2.0)), "utf-8")
    return path


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(visit: Visitor, path: Path, width: str, scheme: Scheme) -> None:
    with visit(path, width, scheme) as seen:
        seen.shoot(f"survey-{scheme}-{width}")
        assert seen.overflow() <= 0


def test_figures_with_commas_sort_as_numbers(visit: Visitor, path: Path) -> None:
    with visit(path) as seen:
        table = seen.page.locator("table.sortable").first
        heading = table.get_by_role("columnheader", name="MAC/")
        heading.first.get_by_role("button").press("Enter")
        cells = table.locator("tbody tr > :nth-child(3)").all_inner_texts()
        assert [int(cell.replace(",", "")) for cell in cells] == [800 + 150 * i for i in range(60)]
