"""The page of an evaluation in a browser: it sorts, plays, obeys the keyboard, and makes no request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation.planted import GOOD, OTHER, RATE, guitar, moved, near, noise, played
from pages.conftest import WIDTHS, Browsers, Scheme, Visitor

from nam_core.evaluation import ArrayTake, Pair, evaluate, page


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with three models, one pair with two takes, and its alignments."""
    dry = guitar(6.0)
    wet = -0.5 * moved(played(GOOD, dry), 37.3)
    takes = [ArrayTake(wet + noise(wet, -50.0, seed), RATE, "amp") for seed in (1, 2)]
    pair = Pair("amp", ArrayTake(dry, RATE, "dry"), *takes)
    models: list[Any] = [(OTHER, "other"), (near(GOOD, 0.01), "near"), (GOOD, "good")]
    found = evaluate(models, pair, align="gain", section_seconds=0.5)
    path = tmp_path_factory.mktemp("page") / "evaluation.html"
    path.write_text(page(found), "utf-8")
    return path


def ranking(page: Any) -> Any:
    return page.locator("table.sortable").first


def column(page: Any, number: int) -> list[str]:
    """The cells of a column of the ranking, counted from 1."""
    found: list[str] = ranking(page).locator(f"tbody tr > :nth-child({number})").all_inner_texts()
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(visit: Visitor, path: Path, width: str, scheme: Scheme) -> None:
    with visit(path, width, scheme) as seen:
        seen.shoot(f"evaluation-{scheme}-{width}")
        assert seen.overflow() <= 0
        ink, paper = (
            seen.page.evaluate(f"getComputedStyle(document.body).{name}")
            for name in ("color", "backgroundColor")
        )
        brightness = [sum(int(part) for part in colour.strip("rgb()").split(",")) for colour in (ink, paper)]
        assert (brightness[0] < brightness[1]) == (scheme == "light")
        # A picture follows: its text has the colour of the page's.
        text = seen.page.locator("svg text").first
        assert text.evaluate("e => getComputedStyle(e).fill") == ink


def test_tables_sort_by_mouse_and_by_keyboard(visit: Visitor, path: Path) -> None:
    with visit(path) as seen:
        heading = ranking(seen.page).get_by_role("columnheader", name="ESR", exact=True)
        button = heading.get_by_role("button")
        assert column(seen.page, 1) == ["good", "near", "other"]
        button.click()
        assert heading.get_attribute("aria-sort") == "ascending"
        assert column(seen.page, 1) == ["good", "near", "other"]
        button.press("Enter")
        assert heading.get_attribute("aria-sort") == "descending"
        assert column(seen.page, 1) == ["other", "near", "good"]
        button.press("Space")
        assert column(seen.page, 1) == ["good", "near", "other"]
        by_name = ranking(seen.page).get_by_role("columnheader", name="model").get_by_role("button")
        by_name.click()
        by_name.click()
        assert column(seen.page, 1) == ["other", "near", "good"]
        assert heading.get_attribute("aria-sort") is None
        # Numbers as numbers, not as text: the least cost first.
        ranking(seen.page).get_by_role("columnheader", name="parameters").get_by_role("button").click()
        counts = [int(text.replace(",", "")) for text in column(seen.page, 11)]
        assert counts == sorted(counts)


def test_players_play_one_at_a_time(visit: Visitor, path: Path) -> None:
    with visit(path) as seen:
        players = seen.page.locator("audio")
        assert players.count() % 3 == 0
        assert players.first.get_attribute("aria-label") == "target, moment 1 of good"
        first, second = players.nth(0), players.nth(1)
        first.focus()
        first.press("Space")
        seen.wait_for("document.querySelectorAll('audio')[0].currentTime > 0.1")
        assert first.evaluate("e => e.duration") == pytest.approx(1.75, abs=0.01)
        second.focus()
        second.press("Space")
        seen.wait_for("document.querySelectorAll('audio')[1].currentTime > 0.1")
        assert first.evaluate("e => e.paused")
        assert second.evaluate("e => !e.paused || e.ended")


def test_target_model_and_difference_are_as_loud(visit: Visitor, path: Path) -> None:
    """The sounds, as the browser decodes them."""
    decode = """async source => {
        const bytes = Uint8Array.from(atob(source.split(",")[1]), c => c.charCodeAt(0));
        const context = new OfflineAudioContext(1, 1, 48000);
        const sound = await context.decodeAudioData(bytes.buffer);
        return [...sound.getChannelData(0)];
    }"""
    with visit(path) as seen:
        levels = []
        for index in range(3):
            source = seen.page.locator("audio").nth(index).get_attribute("src")
            samples = np.array(seen.page.evaluate(decode, source))
            levels.append(10 * np.log10(np.mean(samples**2)))
        assert np.ptp(levels) < 0.1


def test_the_keyboard_reaches_everything_in_order(visit: Visitor, path: Path) -> None:
    with visit(path) as seen:
        places = []
        for _ in range(12):
            seen.page.keyboard.press("Tab")
            places.append(
                seen.page.evaluate(
                    "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
                )
            )
        assert places[0][0] == "A"  # past all that comes before the content
        assert {"DIV", "BUTTON"} <= {tag for tag, _ in places}
        assert all(outline == "solid" for _, outline in places)
        seen.page.keyboard.press("Enter")
        tree = seen.page.locator("main").aria_snapshot()
        for name in ("heading", "table", "img", "region", "columnheader"):
            assert name in tree


def test_points_have_tooltips_and_pictures_words(visit: Visitor, path: Path) -> None:
    with visit(path) as seen:
        pictures = seen.page.get_by_role("img")
        assert pictures.count() == 3
        titles = seen.page.locator("svg g > title").all_text_contents()
        assert sorted(title.partition(":")[0] for title in titles) == ["good", "near", "other"]
        assert all("ns per sample" in title for title in titles)


def test_it_prints(visit: Visitor, path: Path, browsers: Browsers) -> None:
    if browsers.name == "firefox":
        pytest.skip("Firefox takes no medium by the protocol")
    with visit(path, scheme="dark") as seen:
        seen.page.emulate_media(media="print")
        assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not seen.page.locator("audio").first.is_visible()
        seen.shoot("evaluation-print")
