"""Metadata never prevents loading: any content loads, and a warning names the key."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import orjson
import pytest
from small_models import container, linear, noise

import nam_core
from nam_core.format.schema.metadata import _MAX_WARNINGS

MODEL = linear([0.5, -0.25, 1.0])
PLAIN = nam_core.load(MODEL).process(noise(100))


def file_with(metadata: bytes, model: dict[str, Any] = MODEL) -> bytes:
    """A .nam file with this text as its metadata."""
    return orjson.dumps({**model, "metadata": 0})[:-2] + metadata + b"}"


def loaded(data: bytes | dict[str, Any]) -> tuple[nam_core.Model, list[str]]:
    """Load the model, check its sound, and return the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = nam_core.load(data)
    assert np.array_equal(model.process(noise(100)), PLAIN)
    # What is left can be written by any program.
    orjson.dumps(model.metadata.raw)
    json.dumps(model.metadata.raw, allow_nan=False)
    return model, [str(warning.message) for warning in caught]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e999", "9" * 5000])
@pytest.mark.parametrize("key", ["loudness", "gain", "input_level_dbu", "output_level_dbu", "training"])
def test_numbers_that_are_not_finite(number: str, key: str) -> None:
    model, said = loaded(file_with(f'{{"name": "Amp", "{key}": {number}}}'.encode()))
    assert len(said) == 1
    assert said[0].startswith(f"metadata.{key}: found ")
    assert said[0].endswith("must be a finite number; ignored")
    assert model.metadata.name == "Amp"
    assert model.metadata.raw[key] is None


@pytest.mark.parametrize("number", [float("nan"), float("-inf"), 10**400])
def test_numbers_of_a_dict_that_are_not_finite(number: float) -> None:
    model, said = loaded({**MODEL, "metadata": {"loudness": number}})
    assert [text.split(": ")[0] for text in said] == ["metadata.loudness"]
    assert model.metadata.loudness is None


@pytest.mark.parametrize(
    ("metadata", "place"),
    [
        (b'{"name": 7}', "metadata.name"),
        (b'{"loudness": "-20"}', "metadata.loudness"),
        (b'{"gain": [1]}', "metadata.gain"),
        (b'"text"', "metadata"),
        (b"NaN", "metadata"),
        (b"[1, 2]", "metadata"),
        # Not JSON at all, but its end can be found.
        (b'{"name": "Amp",}', "metadata"),
        (b"{'name': 1}", "metadata"),
        (b"[" * 5000 + b"]" * 5000, "metadata"),
        (b'{"training": {"data": {"x": [0, NaN]}}}', "metadata.training.data.x[1]"),
    ],
)
def test_values_of_another_type_are_ignored_with_a_warning(metadata: bytes, place: str) -> None:
    _, said = loaded(file_with(metadata))
    assert len(said) == 1
    assert said[0].startswith(f"{place}: ")
    assert said[0].endswith("ignored")


@pytest.mark.parametrize("text", [rb'"\ud800Amp"', b'"\xfcAmp"', b'"\xed\xa0\x80Amp"'])
def test_text_that_is_not_unicode(text: bytes) -> None:
    model, said = loaded(file_with(b'{"name": ' + text + b"}"))
    assert len(said) == 1
    assert said[0].startswith("metadata.name: found text that is not Unicode")
    assert model.metadata.name is not None
    assert model.metadata.name.strip("\N{REPLACEMENT CHARACTER}") == "Amp"


def test_valid_metadata_give_no_warning() -> None:
    long_name = b'{"name": "' + b"x" * 10**6 + b'"}'
    for metadata in (b"null", b"{}", long_name, b'{"name": "a\tb", "loudness": -20}'):
        assert loaded(file_with(metadata))[1] == []


def test_nesting_without_end_is_cut_off() -> None:
    _, said = loaded(file_with(b'{"x":' * 500 + b"1" + b"}" * 500))
    assert len(said) == 1
    assert "nested too deeply; ignored" in said[0]


def test_a_thousand_faults_take_few_warnings() -> None:
    values = ",".join(f'"k{i}": NaN' for i in range(1000))
    _, said = loaded(file_with(f"{{{values}}}".encode()))
    assert len(said) == _MAX_WARNINGS + 1
    assert said[-1] == f"metadata: {1000 - _MAX_WARNINGS} more values are like that; ignored"


def test_the_metadata_of_submodels_is_forgiven_too() -> None:
    inner = {**MODEL, "metadata": {"loudness": float("-inf"), "name": "Amp"}}
    model, said = loaded(json.dumps({**container(inner), "metadata": {"gain": float("nan")}}).encode())
    places = {text.split(": ")[0] for text in said}
    assert places == {"metadata.gain", "config.submodels[0].model.metadata.loudness"}
    assert model.metadata.gain is None


@pytest.mark.parametrize(
    ("part", "bad", "message"),
    [
        ("0.5", "NaN", r"found NaN, which is not JSON; numbers must be finite \(line 1, column \d+\)"),
        ("0.5", "1e400", r"not valid JSON: number is infinity"),
        ('"Linear"', r'"Lin\ud800ear"', "not valid JSON: no low surrogate"),
        ("48000", "-Infinity", "found -Infinity, which is not JSON"),
    ],
)
def test_outside_of_metadata_nothing_is_forgiven(part: str, bad: str, message: str) -> None:
    text = file_with(b'{"loudness": -Infinity}').decode().replace(part, bad, 1)
    with pytest.raises(nam_core.NamFileError, match=message):
        nam_core.load(text.encode())


def test_of_a_key_given_twice_the_last_counts() -> None:
    data = file_with(b'{"loudness": NaN}').removesuffix(b"}") + b', "metadata": {"loudness": -20}}'
    model, said = loaded(data)
    assert (model.metadata.loudness, said) == (-20.0, [])
    config = b'"config": {"metadata": NaN}, ' + orjson.dumps(MODEL).removeprefix(b"{")
    loaded(b"{" + config)
