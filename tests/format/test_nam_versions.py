"""The versions that are read, warned about, and refused (format 1.3)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from nam_core.errors import NamConfigError, NamVersionError
from nam_core.format.nam_file import read_nam

GoldenJson = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize("version", ["0.5.0", "0.5.4", "0.5.99", "0.6.0", "0.6.7", "0.7.0"])
def test_supported(golden_json: GoldenJson, version: str) -> None:
    data = golden_json("plain_one_array") | {"version": version}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_nam(data).version == version


@pytest.mark.parametrize("version", ["0.7.1", "0.7.12"])
def test_newer_patch_of_0_7_warns(golden_json: GoldenJson, version: str) -> None:
    data = golden_json("plain_one_array") | {"version": version}
    with pytest.warns(UserWarning, match=f"version: version {version} is newer"):
        assert read_nam(data).version == version


OUTSIDE = ["0.4.9", "0.8.0", "1.0.0", "1.5.0"]
MALFORMED = ["0.5", "0.7", "0.7.0-rc1", "0.7.0\n", " 0.7.0", "v0.7.0", "abc", "", "0.5.0.0", "-0.5.0"]
ODD_DIGITS = ["0.\N{ARABIC-INDIC DIGIT FIVE}.0", "0.5." + "9" * 5000]


@pytest.mark.parametrize("version", [*OUTSIDE, *MALFORMED, *ODD_DIGITS], ids=lambda text: repr(text[:12]))
def test_refused(golden_json: GoldenJson, version: str) -> None:
    with pytest.raises(NamVersionError) as caught:
        read_nam(golden_json("plain_one_array") | {"version": version})
    assert caught.value.location == "version"


@pytest.mark.parametrize("version", [0.7, 7, None, True, [0, 7, 0]])
def test_refused_type(golden_json: GoldenJson, version: Any) -> None:
    with pytest.raises(NamVersionError, match=r"must be a string"):
        read_nam(golden_json("plain_one_array") | {"version": version})


def test_missing(golden_json: GoldenJson) -> None:
    data = golden_json("plain_one_array")
    del data["version"]
    with pytest.raises(NamConfigError, match="version: missing"):
        read_nam(data)


def test_applies_to_nested_models(golden_json: GoldenJson) -> None:
    data = golden_json("condition_dsp_nested")
    data["config"]["condition_dsp"]["config"]["condition_dsp"]["version"] = "0.4.0"
    with pytest.raises(NamVersionError) as caught:
        read_nam(data)
    assert caught.value.location == "config.condition_dsp.config.condition_dsp.version"

    data = golden_json("container_two")
    data["config"]["submodels"][1]["model"]["version"] = "0.7.3"
    with pytest.warns(UserWarning, match=r"config.submodels\[1\].model.version: version 0.7.3"):
        read_nam(data)
