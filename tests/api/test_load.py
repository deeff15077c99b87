"""``nam_core.load``: sources and options, and the errors for wrong ones."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import container, linear, noise, wavenet

import nam_core

ISAS: list[str] = nam_core.runtime_info()["isas"]


def test_all_kinds_of_source_give_the_same_model(tmp_path: Path) -> None:
    nam = wavenet()
    path = tmp_path / "Verstärker ♪.nam"
    path.write_text(json.dumps(nam), encoding="utf-8")
    x = noise(300)
    expected = nam_core.load(nam).process(x)
    for source in (path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes())):
        assert np.array_equal(nam_core.load(source).process(x), expected)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.nam"):
        nam_core.load(tmp_path / "none.nam")
    with pytest.raises(nam_core.NamFileError, match=r"this is a folder, and no \.nam file is in it"):
        nam_core.load(tmp_path)
    for name in ("second.nam", "first.NAM", "notes.txt"):
        (tmp_path / name).touch()
    with pytest.raises(nam_core.NamFileError, match=r"with 2 models in it; name one .*first\.NAM$"):
        nam_core.load(tmp_path)


def test_wrong_weights_are_refused_with_their_place() -> None:
    nam = wavenet()
    nam["weights"].pop()
    with pytest.raises(nam_core.NamWeightError, match="head_scale"):
        nam_core.load(nam)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("dtype", "float16"),
        ("dtype", np.float32),
        ("compat", "plugin"),
        ("quality", -0.01),
        ("quality", 1.01),
        ("quality", float("nan")),
    ],
)
def test_options_out_of_range(option: str, value: Any) -> None:
    with pytest.raises(ValueError, match=option):
        nam_core.load(wavenet(), **{option: value})


@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_instruction_set_runs(isa: str, dtype: Any) -> None:
    model = nam_core.load(wavenet(), isa=isa, dtype=dtype)
    assert model.isa == isa
    assert model.dtype == dtype
    expected = nam_core.load(wavenet(), dtype="float64").process(noise(200))
    assert np.allclose(model.process(noise(200)), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("isa", ["sse9", "AVX2", "scala", "neon" if "neon" not in ISAS else "avx2"])
def test_unknown_instruction_set(isa: str) -> None:
    with pytest.raises(nam_core.NamIsaError, match=isa) as caught:
        nam_core.load(wavenet(), isa=isa)
    for name in ISAS:
        assert name in str(caught.value)
    assert isinstance(caught.value, RuntimeError)


def test_best_instruction_set_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAM_CORE_ISA", raising=False)
    assert nam_core.load(wavenet()).isa == ISAS[0]


def test_instruction_set_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAM_CORE_ISA", ISAS[-1])
    assert nam_core.load(wavenet()).isa == ISAS[-1]
    assert nam_core.load(wavenet(), isa=ISAS[0]).isa == ISAS[0]
    monkeypatch.setenv("NAM_CORE_ISA", "")
    assert nam_core.load(wavenet()).isa == ISAS[0]
    monkeypatch.setenv("NAM_CORE_ISA", "sse9")
    with pytest.raises(nam_core.NamIsaError, match="sse9"):
        nam_core.load(wavenet())


def test_quality_selects_a_size() -> None:
    nam = container(linear([0.25]), linear([0.5]))
    x = noise(50)
    for quality, gain in ((0.0, 0.25), (0.49, 0.25), (0.5, 0.5), (1.0, 0.5)):
        model = nam_core.load(nam, quality=quality)
        assert model.quality == quality
        assert np.array_equal(model.process(x), x * np.float32(gain))


def test_taps_of_files_that_the_trainer_exported() -> None:
    """Trainer 0.13.0 writes the oldest tap first; biases come after the taps (format D4)."""
    taps = np.array([0.5, -0.25, 0.125, 1.0], np.float32)
    x = noise(50, dtype="float64")
    exported = nam_core.load(linear(taps[::-1]), linear_taps="oldest_first", dtype="float64")
    assert np.allclose(exported.process(x), np.convolve(x, taps)[:50], rtol=0, atol=1e-15)

    stereo = linear(taps, out_channels=2)
    stereo["config"]["bias"] = True
    stereo["weights"] += [0.25, 0.5]
    turned = copy.deepcopy(stereo)
    turned["weights"] = [*np.fliplr(np.reshape(stereo["weights"][:8], (2, 4))).ravel().tolist(), 0.25, 0.5]
    inside = [container(nam, nam) for nam in (stereo, turned)]
    expected = nam_core.load(inside[0]).process(x)
    assert np.array_equal(nam_core.load(inside[1], linear_taps="oldest_first").process(x), expected)
    with pytest.raises(ValueError, match='linear_taps must be "newest_first" or "oldest_first"'):
        nam_core.load(stereo, linear_taps="reversed")  # type: ignore[arg-type]
