"""The plot: axes, names and lines, and a picture that is not blank."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.image import imread
from survey.surveys import many, result, survey

from nam_core.survey import plot
from nam_core.survey.budget import parse_budget
from nam_core.survey.horizontal import Axis, Horizontal
from nam_core.survey.label_layout import Box, place_labels

BUDGET = parse_budget("30ms", 2.0)


def decode(picture: BinaryIO | Path) -> npt.NDArray[np.uint8]:
    """The pixels of a PNG, ``(height, width, 3)``."""
    pixels = np.asarray(imread(picture, format="png"))
    rounded: npt.NDArray[np.uint8] = np.rint(255 * pixels[..., :3]).astype(np.uint8)
    return rounded


def points_of(figure: Any) -> set[tuple[float, float]]:
    """The positions of the markers."""
    found: set[tuple[float, float]] = set()
    for container in figure.axes[0].containers:
        line = container[0]
        found |= set(zip(line.get_xdata().tolist(), line.get_ydata().tolist(), strict=True))
    return found


def names_of(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


SURVEY = survey(
    result("nano", 40.0, channels=(4, 2), parameters=842, macs_per_frame=732),
    result("slim", 80.0, channels=(3,), quality=0.2, parameters=1871, macs_per_frame=1731),
    result("slim", 400.0, channels=(8,), quality=0.7, parameters=12146, macs_per_frame=11776),
    result("ir", 10.0, channels=(), architecture="Linear", parameters=256, macs_per_frame=256),
    result("nano", 41.0, signal="silence", channels=(4, 2)),
)


def test_axes_points_and_names() -> None:
    figure = plot.draw(SURVEY)
    axes = figure.axes[0]
    assert axes.get_xlabel() == "Channels of the first layer array"
    assert axes.get_ylabel() == "Time for 2 s of audio, ms"
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    # 100 ns per sample are 9.6 ms for 2 s. An impulse response has no channels; silence is not shown.
    expected = {(4, 3.84), (3, 7.68), (8, 38.4)}
    assert {(x, round(y, 6)) for x, y in points_of(figure)} == expected
    assert sorted(names_of(figure)) == ["nano", "slim (3 ch)", "slim (8 ch)"]
    x, y = axes.get_xlim(), axes.get_ylim()
    assert all(x[0] < px < x[1] and y[0] < py < y[1] for px, py in expected)


@pytest.mark.parametrize(
    ("axis", "label", "values"),
    [
        ("parameters", "Parameters", {842, 1871, 12146, 256}),
        ("macs", "Multiply-adds per sample", {732, 1731, 11776, 256}),
    ],
)
def test_other_horizontal_axes(axis: Axis, label: str, values: set[int]) -> None:
    figure = plot.draw(SURVEY, axis)
    assert figure.axes[0].get_xlabel() == label
    assert {x for x, _ in points_of(figure)} == values
    assert len(names_of(figure)) == 4


def test_error_bars_span_the_quartiles() -> None:
    figure = plot.draw(survey(result(ns=100.0)))
    (bars,) = figure.axes[0].containers[0][2]
    ((low, high),) = [segment[:, 1] for segment in bars.get_segments()]
    assert (low, high) == (pytest.approx(9.6 * 0.95), pytest.approx(9.6 * 1.1))


def test_the_budget_is_a_line_with_the_verdict_below() -> None:
    figure = plot.draw(SURVEY, budget=BUDGET)
    lines = [line for line in figure.axes[0].lines if set(np.atleast_1d(line.get_ydata())) == {30.0}]
    assert len(lines) == 1
    assert "budget: 30ms" in names_of(figure)
    below = " ".join(text.get_text() for text in figure.texts)
    assert "the largest model that fits is slim (3 ch)" in below
    assert "Test <CPU>" in below
    alone = plot.draw(SURVEY, budget=BUDGET, with_texts=False)
    assert "the largest model" not in " ".join(text.get_text() for text in alone.texts)


def test_block_lengths_have_colours_of_their_own() -> None:
    found = survey(result(ns=150.0, block=16), result(ns=100.0, block=64), blocks=(16, 64))
    figure: Any = plot.draw(found)
    containers = figure.axes[0].containers
    assert [container.get_label() for container in containers] == ["blocks of 16", "blocks of 64"]
    assert len({container[0].get_color() for container in containers}) == 2
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "blocks of 16",
        "blocks of 64",
    ]
    # There is one name, at the first block length.
    assert names_of(figure) == ["amp"]


def test_names_of_a_crowd_lie_apart() -> None:
    figure = plot.draw(many(20), budget=parse_budget("1%", 2.0))
    axes = figure.axes[0]
    assert len(names_of(figure)) == 21
    extents = [text.get_window_extent() for text in axes.texts]
    boxes = [Box(extent.x0, extent.y0, extent.x1, extent.y1) for extent in extents]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    area = axes.get_window_extent()
    assert all(box.within(Box(area.x0, area.y0, area.x1, area.y1)) for box in boxes)


def test_of_many_the_presets_and_the_front_are_named() -> None:
    crowd = [result(f"sweep-{i:02d}", 100.0 + i, channels=(8 + i % 3,)) for i in range(30)]
    found = survey(*crowd, result("a2-full", 500.0, channels=(8,)), result("quick", 50.0, channels=(9,)))
    figure = plot.draw(found)
    # quick is the cheapest model; sweep-02 is the cheapest of those with more channels.
    assert sorted(names_of(figure)) == ["a2-full", "quick", "sweep-02"]
    along = Horizontal(found, "channels")
    words = along.tooltips(along.results())
    assert len(words) == 32
    assert words["point-0"] == (
        "sweep-00: 100.0 ns per sample in blocks of 64, 0.48 % of a core, 1,200 parameters"
    )
    ids = {line.get_gid() for line in figure.axes[0].lines} - {None}
    assert ids == set(words)


def test_accuracy_as_the_axis() -> None:
    esr = {"nano": 0.02, "slim (3 ch)": 0.05, "slim (8 ch)": 0.0, "unknown": 1.0}
    figure = plot.draw(SURVEY, "esr", accuracy=esr)
    axes = figure.axes[0]
    assert axes.get_xlabel() == "ESR of the evaluation, lower is better"
    places = {(round(x, 6), round(y, 6)) for x, y in points_of(figure)}
    assert places == {(0.02, 3.84), (0.05, 7.68), (0.002, 38.4)}
    along = Horizontal(SURVEY, "esr", esr)
    assert [SURVEY.label(each) for each in along.front(along.results())] == ["nano", "slim (8 ch)"]
    assert along.tooltips(along.results())["point-0"].endswith("842 parameters, ESR 0.02")
    with pytest.raises(ValueError, match="none of these models is in the evaluation, which has: unknown"):
        plot.draw(SURVEY, "esr", accuracy={"unknown": 1.0})


def test_the_picture_is_not_blank(tmp_path: Path) -> None:
    path = tmp_path / "plot.png"
    plot.draw(SURVEY, budget=BUDGET).savefig(path)
    pixels = decode(path)
    height, width, _ = pixels.shape
    assert width == 1875
    assert height >= 900
    blue, red = (0, 0x72, 0xB2), (0xB2, 0x22, 0x22)
    assert (pixels == blue).all(axis=-1).sum() > 50
    # The dashes of the budget's line fill most of one row of pixels.
    assert (pixels == red).all(axis=-1).sum(axis=1).max() > width // 3
    assert (pixels[:, :10] == 255).all()


def test_nothing_to_put_on_the_axis() -> None:
    with pytest.raises(ValueError, match="none of these models has channels"):
        plot.draw(survey(result(channels=())))


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install nam_core\[plot\]"):
        plot.draw(SURVEY)


def test_names_for_which_there_is_no_room() -> None:
    area = Box(0.0, 0.0, 100.0, 30.0)
    points = [(50.0, 15.0)] * 40
    boxes = place_labels(points, [(40.0, 10.0)] * 40, area, 2.0)
    placed = [box for box in boxes if box is not None]
    assert 2 <= len(placed) <= 6
    assert all(box.within(area) for box in placed)
    assert not [pair for pair in combinations(placed, 2) if pair[0].overlaps(pair[1])]
