"""What is no loaded model in the place of one: a TypeError says what to do, at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_models import linear, noise

import nam_core
from nam_core import levels
from nam_core.live.live_player import LivePlayer

X = noise(8)
TAKE_A_MODEL: dict[str, Callable[[Any], Any]] = {
    "render": lambda model: nam_core.render(model, X),
    "render_file": lambda model: nam_core.render_file(model, "dry.wav", "wet.wav"),
    "blend": lambda model: nam_core.blend([(model, 0.0, 1)]),
    "save": lambda model: nam_core.save(model, "rig.nam"),
    "levels.delay": levels.delay,
    "levels.polarity": levels.polarity,
    "levels.loudness": levels.loudness,
    "levels.gains": levels.gains,
    "fit_quality": nam_core.fit_quality,
    "Governor": nam_core.Governor,
    "LivePlayer": LivePlayer,
}


@pytest.mark.parametrize("name", TAKE_A_MODEL)
@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("amp.nam", r"found 'amp.nam': nam_core.load\('amp.nam'\) makes one"),
        (Path("amp.nam"), r"Path\('amp.nam'\): nam_core.load\(\w*Path\('amp.nam'\)\) makes one"),
        (None, r"found None: nam_core.load\(...\) makes one"),
        (linear([1.0]), r"found dict: nam_core.load\(...\) makes one"),
        (b"{}", r"found bytes: nam_core.load\(...\) makes one"),
    ],
)
def test_a_file_in_the_place_of_a_model_is_refused(name: str, found: object, words: str) -> None:
    with pytest.raises(TypeError, match=f"must be a nam_core.Model; .*{words}"):
        TAKE_A_MODEL[name](found)


TAKE_A_SOURCE: dict[str, Callable[[Any], Any]] = {
    "load": nam_core.load,
    "info": nam_core.info,
    "cost": nam_core.cost,
    "convert": nam_core.convert,
    "chain": nam_core.chain,
    "chain of one": lambda source: nam_core.chain([source]),
}


@pytest.mark.parametrize("name", ["load", "info", "cost", "convert"])
def test_a_loaded_model_in_the_place_of_a_file(name: str) -> None:
    with pytest.raises(TypeError, match="found Model: this is loaded already; give what it was loaded from"):
        TAKE_A_SOURCE[name](nam_core.load(linear([1.0])))


@pytest.mark.parametrize("name", TAKE_A_SOURCE)
@pytest.mark.parametrize("found", [None, 3])
def test_none_and_numbers_in_the_place_of_a_file_are_refused(name: str, found: object) -> None:
    with pytest.raises(TypeError, match=r"(must be a path|takes a list of models).*; found (NoneType|int)$"):
        TAKE_A_SOURCE[name](found)


@pytest.mark.parametrize("parts", ["amp.nam", None, {}, nam_core.load(linear([1.0])), [None], ["amp.nam"]])
def test_a_blend_of_something_else(parts: Any) -> None:
    with pytest.raises(TypeError, match=r"takes a list with a tuple .*: \(model, gain in dB, polarity\);"):
        nam_core.blend(parts)


@pytest.mark.parametrize("blocks", [None, 3, {"a": X}])
def test_a_stream_of_something_else(blocks: Any) -> None:
    with pytest.raises(TypeError, match="blocks must be an iterable of arrays; found one"):
        nam_core.load(linear([1.0])).stream(blocks)
