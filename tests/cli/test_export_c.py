"""``nam-core export-c``. tests/embedding tests that hosts compile its headers and get the right bits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from small_models import wavenet

import nam_core
from nam_core.format.slimming import select

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


def weights(header: str) -> list[npt.NDArray[np.float32]]:
    """The arrays of weights in a header, in their order."""
    arrays = re.findall(r"constexpr float weights_\d+\[\] = \{(.*?)\}", header, re.DOTALL)
    literals = [re.findall(r"(\S+)f,", array) for array in arrays]
    return [np.array([float.fromhex(literal) for literal in found], np.float32) for found in literals]


def same_bits(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> bool:
    """Whether two arrays have the same bits, signs of zeros included."""
    return a.tobytes() == b.tobytes()


def test_the_example_is_what_the_command_writes(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "amp.hpp"
    result = run("export-c", ROOT / "examples" / "overdrive_nano.nam", "-o", out)
    assert (result.status, result.out, result.err) == (0, "", "")
    assert out.read_text() == (ROOT / "examples" / "embedded" / "overdrive_nano.hpp").read_text()


@pytest.mark.parametrize(
    "name", ["a1_nano", "lstm_2x5", "convnet_batchnorm", "linear_bias", "kitchen_sink_1"]
)
def test_weights_have_the_file_s_bits(run: Any, tmp_path: Path, name: str) -> None:
    out = tmp_path / "amp.hpp"
    assert run("export-c", GOLDEN / f"{name}.nam", "-o", out).status == 0
    assert same_bits(weights(out.read_text())[0], nam_core.read_nam(GOLDEN / f"{name}.nam").weights)


def test_every_kind_of_float_survives(run: Any, write_nam: Any, tmp_path: Path) -> None:
    nam = wavenet()
    # Zeros of both signs, the smallest denormal, the largest number, and one of each length in between.
    nam["weights"][:4] = [0.0, -0.0, 1.401298464324817e-45, 3.4028234663852886e38]
    nam["weights"][4:27] = [1 + 2.0**-bit for bit in range(1, 24)]
    assert run("export-c", write_nam(nam), "-o", tmp_path / "amp.hpp").status == 0
    (found,) = weights((tmp_path / "amp.hpp").read_text())
    assert same_bits(found, np.array(nam["weights"], np.float32))


def test_a_condition_dsp_has_weights_of_its_own(run: Any, tmp_path: Path) -> None:
    path, out = GOLDEN / "condition_dsp_nested.nam", tmp_path / "amp.hpp"
    assert run("export-c", path, "-o", out).status == 0
    outer = nam_core.read_nam(path)
    inner = outer.config.condition_dsp  # type: ignore[union-attr]  # a WaveNet
    expected = [outer.weights, inner.weights, inner.config.condition_dsp.weights]  # type: ignore[union-attr]
    assert all(map(same_bits, weights(out.read_text()), expected))


@pytest.mark.parametrize("name", ["slim_default", "container_three"])
def test_quality_chooses_the_size(run: Any, tmp_path: Path, name: str) -> None:
    path, out = GOLDEN / f"{name}.nam", tmp_path / "amp.hpp"
    nam = nam_core.read_nam(path)
    count = len(nam_core.load(path).sizes)
    for quality, which in ((0.0, 1), (1.0, count)):
        assert run("export-c", path, "-o", out, "--quality", quality).status == 0
        assert f"// Size {which} of {count}: qualities from" in out.read_text()
        assert same_bits(weights(out.read_text())[-1], select(nam, quality).weights)
    # The full size is the default.
    full = out.read_text()
    assert run("export-c", path, "-o", out).status == 0
    assert out.read_text() == full


def test_the_comment_says_what_it_is(run: Any, write_nam: Any, tmp_path: Path) -> None:
    nam = wavenet()
    del nam["sample_rate"]
    out = tmp_path / "amp.hpp"
    assert run("export-c", write_nam(nam, 'a "b\\\n.nam'), "-o", out).status == 0
    comment = out.read_text().partition("#pragma once")[0]
    assert all(line.startswith("//") for line in comment.splitlines())
    assert "1 in, 1 out; sample rate unknown, 48000 Hz assumed; receptive field 15 frames." in comment


@pytest.mark.parametrize(
    ("file", "namespace"),
    [("5150 III (bright).nam", "5150_III_bright"), ("double.nam", "double"), ("ü.nam", "unnamed")],
)
def test_names_are_made_of_the_file_s(
    run: Any, write_nam: Any, tmp_path: Path, file: str, namespace: str
) -> None:
    assert run("export-c", write_nam(name=file), "-o", tmp_path / "amp.hpp").status == 0
    assert f"namespace nam_core::model_{namespace} {{" in (tmp_path / "amp.hpp").read_text()


def test_a_name_of_one_s_own(run: Any, write_nam: Any, tmp_path: Path) -> None:
    assert run("export-c", write_nam(), "-o", tmp_path / "amp.hpp", "--name", "Clean2").status == 0
    assert "namespace nam_core::model_Clean2 {" in (tmp_path / "amp.hpp").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--name", "a b"), "name must be of letters, digits and underscores; found 'a b'"),
        (("--quality", "2"), "quality must be from 0.0 (smallest) to 1.0 (the full model); found 2.0"),
        (("-o", "no/such/amp.hpp"), "no/such/amp.hpp: No such file or directory"),
    ],
)
def test_what_is_refused(
    run: Any, write_nam: Any, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run("export-c", write_nam(), "-o", tmp_path / "amp.hpp", *arguments)
    assert (result.status, result.err) == (2, f"nam-core export-c: {message}\n")
    assert not (tmp_path / "amp.hpp").exists()
