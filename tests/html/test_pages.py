"""The parts of every page: the shell, tables that sort, pictures with text, sound."""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from matplotlib.figure import Figure
from page_reader import Page

from nam_core.pages import Table, flac_uri, render_page, require_pages, svg
from nam_core.pages.palette import COLOURS, INK, SERIES

TEMPLATE = """{% extends "page.html" %}{% import "parts.html" as parts %}{% block content %}
{{ parts.table(content, "costs") }}{{ parts.picture(picture, "A <caption>") }}
{{ parts.player("model", sound, "moment 1") }}{{ parts.facts([("a", "b < c")]) }}
{{ parts.notice("warning", ["one", "two & three"]) }}{{ parts.notice("result", []) }}
{% endblock %}"""
TABLE = Table("Costs", ("name", "ns"), (("<b>", "1,200.5"), ("c", "-"), ("d", "3.1% !")), "A note.")


def drawing() -> Figure:
    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot()
    (point,) = axes.plot([1.0], [2.0], "o", color=SERIES[0].light)
    point.set_gid("point-0")
    axes.set_title("A title <of text>", color=INK.light)
    return figure


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    template = tmp_path_factory.mktemp("room") / "room.html"
    template.write_text(TEMPLATE, "utf-8")
    picture = svg(drawing(), "plot", "One <point>", "It is blue.", {"point-0": "amp & cab"})
    sound = flac_uri(np.zeros(100), 48000)
    return render_page(
        template, title="Amps & <cabs>", subtitle="", content=TABLE, picture=picture, sound=sound
    )


def test_it_closes_its_tags_and_asks_for_nothing(html: str) -> None:
    page = Page(html)
    assert not {"link", "iframe", "object", "img"} & set(page.tags)
    assert [reference.partition(",")[0] for reference in page.references] == ["data:audio/flac;base64"]
    assert page.policy.startswith("default-src 'none'")
    assert "http:" not in page.policy
    assert "Amps & <cabs>" in page.text
    assert "two & three" in page.text
    assert 'class="notice result"' not in html


def test_tables_have_what_they_sort_by(html: str) -> None:
    assert Page(html).rows == [["name", "ns"], ["<b>", "1,200.5"], ["c", "-"], ["d", "3.1% !"]]
    assert '<td data-key="1200.5">1,200.5</td>' in html
    assert '<td data-key="">-</td>' in html
    keys = Table("", ("a", "b", "c"), (("x", "-inf", "1e-05"), ("2", "inf dB", "8, 4"))).sort_keys()
    assert keys == ((None, -math.inf, 1e-5), (None, math.inf, 8.0))


def test_pictures_have_text_names_and_both_colour_schemes(html: str) -> None:
    page = Page(html)
    assert "A title <of text>" in page.text
    assert "amp & cab" in page.text
    assert 'role="img" aria-labelledby="plot-title plot-desc"' in html
    assert f"fill: var(--{SERIES[0].name})" in html
    picture = html[html.index("<svg") : html.index("</svg>")]
    assert not [colour for colour in COLOURS if colour.light in picture]
    again = svg(drawing(), "plot", "One <point>", "It is blue.", {"point-0": "amp & cab"})
    assert f"{picture}</svg>" == str(again)
    for colour in COLOURS:
        assert f"--{colour.name}: {colour.light};" in html
        assert f"--{colour.name}: {colour.dark};" in html


def test_colours_can_be_told_apart() -> None:
    """Text and lines have a contrast of 4.5 and 3 to the background (WCAG 2.2, 1.4.3 and 1.4.11)."""
    paper = COLOURS[0]
    for colour in COLOURS:
        least = {"ink": 7.0, "pale-ink": 4.5, "limit": 4.5, "grid": 1.0, "panel": 1.0, "warning-panel": 1.0}
        for scheme in ("light", "dark"):
            if colour is not paper:
                contrast = _contrast(getattr(colour, scheme), getattr(paper, scheme))
                bound = least.get(colour.name, 2.0)
                assert contrast >= bound, (colour.name, scheme, contrast)
    assert len({colour.light for colour in COLOURS}) == len(COLOURS)


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_sound_is_a_flac_file() -> None:
    signal = np.array([[0.5, -1.5, 0.25], [0.0, 1.0, -0.125]])
    uri = flac_uri(signal, 44100, "PCM_24")
    kind, _, contents = uri.partition(",")
    assert kind == "data:audio/flac;base64"
    decoded, rate = soundfile.read(io.BytesIO(base64.b64decode(contents)))
    assert rate == 44100
    np.testing.assert_allclose(decoded.T, np.clip(signal, -1, 1), atol=2**-23)


@pytest.mark.parametrize(
    ("signal", "rate", "message"),
    [([], 48000, "needs samples"), ([np.nan], 48000, "all of them finite"), ([0.0], 44100.5, "whole number")],
)
def test_flac_uri_refuses_wrong_samples_and_rates(signal: Any, rate: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        flac_uri(signal, rate)


@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_a_missing_library_names_the_extra(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(ImportError, match=rf"pages need {library}: pip install nam_core\[plot\]"):
        require_pages()


def test_a_template_that_uses_what_is_not_given_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "room.html"
    template.write_text('{% extends "page.html" %}{% block content %}{{ nothing }}{% endblock %}', "utf-8")
    with pytest.raises(Exception, match="'nothing' is undefined"):
        render_page(template, title="t", subtitle="")
