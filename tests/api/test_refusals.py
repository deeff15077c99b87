"""Every fault of a file gives a NamError that names the place; misspelt attributes are refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from small_models import container, linear, noise, wavenet

import nam_core


@pytest.mark.parametrize("text", ["{}", " {", "[1, 2]", "\ufeff{", json.dumps(wavenet(), indent=1)])
@pytest.mark.parametrize("read", [nam_core.load, nam_core.info, nam_core.read_nam])
def test_json_text_is_no_path(text: str, read: Callable[[str], Any]) -> None:
    with pytest.raises(nam_core.NamFileError, match="JSON text, not a path") as caught:
        read(text)
    assert len(str(caught.value)) < 200


def test_names_that_no_file_can_have() -> None:
    for name in ("a\0b.nam", "\ud800" * 500 + ".nam", "\0" * 100_000):
        with pytest.raises((nam_core.NamFileError, OSError)) as caught:
            nam_core.load(name)
        assert len(str(caught.value)) < 1000 or isinstance(caught.value, OSError)


def test_a_file_whose_name_looks_like_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("{1}.nam").write_text(json.dumps(linear([1.0])))
    assert nam_core.load("{1}.nam").architecture == "Linear"


@pytest.mark.parametrize(
    "weights",
    [
        lambda values: tuple(values),
        lambda values: np.array(values, np.float32),
        lambda values: np.array(values, np.float64),
        lambda values: np.array(values, ">f4"),
        lambda values: list(np.array(values, np.float32)),
        lambda values: np.repeat(np.array(values, np.float32), 2)[::2],
    ],
)
def test_weights_of_a_dict_may_be_any_row_of_numbers(weights: Callable[[Any], Any]) -> None:
    nam = wavenet()
    given = weights(np.float32(nam["weights"]).tolist())
    x = noise(100)
    model = nam_core.load({**nam, "weights": given})
    assert np.array_equal(model.process(x), nam_core.load(nam).process(x))
    if isinstance(given, np.ndarray):
        given[:] = 0  # a copy was made
        assert np.array_equal(nam_core.Model.copy(model).process(x), model.process(x))


@pytest.mark.parametrize(
    ("weights", "place"),
    [
        (np.zeros((2, 2)), "weights: found a NumPy array of float64 and shape"),
        (np.zeros(4, complex), "weights: found a NumPy array of complex128"),
        (np.array(["1"]), "weights: found a NumPy array"),
        (np.array([0.0, np.nan]), r"weights\[1\]"),
        ((1.0, None), r"weights\[1\]: found null"),
        ([1.0, np.float64(1e300)], r"weights\[1\]: found 1e\+300"),
        ([1.0, [2.0]], r"weights\[1\]: found an array"),
        ([True], r"weights\[0\]: found true"),
        ({1.0}, "weights: found a Python set"),
        ("1.0", 'weights: found "1.0"'),
    ],
)
def test_other_weights_are_refused_with_their_place(weights: Any, place: str) -> None:
    with pytest.raises(nam_core.NamError, match=place):
        nam_core.load({**wavenet(), "weights": weights})


@pytest.mark.parametrize("rate", [1e-320, 0.5, 10_000_001, 1e18, 1e308])
def test_sample_rates_beyond_all_converters(rate: float) -> None:
    with pytest.raises(nam_core.NamConfigError, match=r"sample_rate: found .* must be from 1 to 10000000 Hz"):
        nam_core.load({**wavenet(), "sample_rate": rate})
    inner = container(wavenet(sample_rate=rate), wavenet(sample_rate=rate))
    with pytest.raises(nam_core.NamConfigError, match=r"submodels\[0\].model.sample_rate"):
        nam_core.load({**inner, "sample_rate": None})


@pytest.mark.parametrize(("rate", "known"), [(0, False), (-1.0, False), (1, True), (10_000_000, True)])
def test_sample_rates_at_the_edge(rate: float, known: bool) -> None:
    model = nam_core.load({**wavenet(), "sample_rate": rate})
    assert (model.sample_rate_known, model.sample_rate) == (known, rate if known else 48000.0)


def nested(depth: int) -> dict[str, Any]:
    nam = linear([0.5])
    for _ in range(depth):
        nam = container(linear([0.25]), nam)
    return nam


def conditioned(depth: int) -> dict[str, Any]:
    nam = wavenet()
    for _ in range(depth):
        outer = wavenet()
        outer["config"]["condition_dsp"] = nam
        nam = outer
    return nam


def mixed(depth: int) -> dict[str, Any]:
    """A container in a Sequential in a condition_dsp, and so on."""
    nam = linear([0.5])
    for level in range(depth):
        outer = wavenet()
        outer["config"]["condition_dsp"] = nam
        rig = {**linear([1.0]), "architecture": "Sequential", "weights": [], "config": {"models": [nam]}}
        nam = (container(linear([0.25]), nam), rig, outer)[level % 3]
    return nam


@pytest.mark.parametrize("make", [nested, conditioned, mixed])
def test_nesting(make: Callable[[int], dict[str, Any]]) -> None:
    model = nam_core.load(make(64))
    assert np.isfinite(model.process(noise(100))).all()
    with pytest.raises(nam_core.NamConfigError, match="nested in 65 models; must be in at most 64"):
        nam_core.load(make(65))


def test_an_architecture_of_more_weights_than_can_be_counted() -> None:
    """``cost`` needs no weights, so the file's length does not limit its sizes."""
    config = {"num_layers": 2**31 - 1, "input_size": 1, "hidden_size": 2**31 - 1}
    with pytest.raises(nam_core.NamConfigError, match=r"config: implies .* weights"):
        nam_core.cost({"version": "0.7.0", "architecture": "LSTM", "config": config})


def test_a_stack_overflow_is_an_error_of_ours() -> None:
    limit = sys.getrecursionlimit()
    depth = 0
    frame: FrameType | None = sys._getframe()
    while frame:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 60)
    try:
        with pytest.raises(nam_core.NamFileError, match="nested too deeply"):
            nam_core.load(conditioned(40))
    finally:
        sys.setrecursionlimit(limit)


def test_memory_that_runs_out_is_said(tmp_path: Path) -> None:
    """The first size of the container fits into a small process, the other one does not."""
    large = wavenet(channels=60, dilations=(1, 1_000_000))
    path = tmp_path / "large.nam"
    path.write_text(json.dumps(container(wavenet(), large)))
    code = f"""
import resource, nam_core
model = nam_core.load({str(path)!r}, quality=0.0, max_bytes=2**40)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (50 << 20),) * 2)
for call in (lambda: nam_core.load({str(path)!r}, max_bytes=2**40), lambda: model.set_quality(1.0)):
    try:
        call()
    except nam_core.NamFileError as error:
        print(error.path, error.location, "memory" in str(error))
print(model.quality)
"""
    if not sys.platform.startswith("linux"):
        pytest.skip("limits the memory as Linux does")
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == f"{path} config True\n" * 2 + "0.0\n"


def test_containers_take_time_in_proportion_to_their_size() -> None:
    def calls(count: int) -> int:
        """Counts Python functions entered while a container of this many submodels is read, built and
        changed.
        """
        nam = container(*[linear([0.5])] * count)
        entered = 0

        def note(frame: FrameType, event: str, argument: object) -> None:
            nonlocal entered
            entered += event == "call"

        sys.setprofile(note)
        try:
            model = nam_core.load(nam)
            assert len(model.sizes) == count
            model.quality = 0.5
        finally:
            sys.setprofile(None)
        return entered

    calls(4)
    assert calls(400) < 4.4 * calls(100)


@pytest.mark.parametrize("name", ["\udcff", "é", "a\0b", "x" * 5000])
def test_instruction_sets_that_have_no_name(name: str) -> None:
    """A byte in the environment that is not text becomes a surrogate."""
    with pytest.raises(nam_core.NamIsaError, match="not available") as caught:
        nam_core.load(wavenet(), isa=name)
    assert len(str(caught.value)) < 300


def test_misspelt_attributes_are_refused() -> None:
    model = nam_core.load(wavenet())
    for owner in (model, nam_core.Governor(model), nam_core.read_nam(wavenet()), model.sizes[0]):
        with pytest.raises((AttributeError, TypeError)):
            owner.qualty = 0.5  # type: ignore[union-attr]
    for name in ("sample_rate", "sizes", "switching", "metadata"):
        with pytest.raises(AttributeError):
            setattr(model, name, None)


@pytest.mark.parametrize(
    ("shape", "way_out"),
    [
        ((64, 1), r"block\[:, 0\]"),
        ((1, 64), r"block\[0\]"),
        ((1, 1), r"block\[:, 0\]"),
        ((2, 64), r"row \(block\[0\].*Model\.copy"),
        ((64, 2), r"column \(block\[:, 0\].*Model\.copy"),
        ((), "one axis"),
        ((2, 2, 2), "one axis"),
    ],
)
def test_other_shapes_are_told_the_way_out(shape: tuple[int, ...], way_out: str) -> None:
    model = nam_core.load(wavenet())
    for call in (model.process, lambda block: nam_core.render(model, block)):
        with pytest.raises(ValueError, match=way_out):
            call(np.zeros(shape, np.float32))


def test_a_block_of_frames_by_channels_is_refused_with_the_way_out() -> None:
    model = nam_core.load(wavenet(in_channels=2))
    with pytest.raises(ValueError, match=r"block\.T"):
        model.process(np.zeros((64, 2), np.float32))


@pytest.mark.parametrize(
    "block", [None, "text", [1, 2], [[1.0], [1.0, 2.0]], object(), np.zeros(4, complex), np.zeros(4, bool)]
)
def test_blocks_that_are_no_audio_are_refused(block: Any) -> None:
    model = nam_core.load(wavenet())
    with pytest.raises((TypeError, ValueError)):
        model.process(block)
