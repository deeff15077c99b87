"""A pickle or deep copy of a model is the same model in its start state."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from realtime.switching_models import two_linear_sizes, two_wavenets
from small_models import aida, convnet, linear, lstm, noise, wavenet

import nam_core
from nam_core.format.config import ContainerConfig


def sequential(*models: dict[str, Any]) -> dict[str, Any]:
    config = {"models": list(models)}
    return {"version": "0.5.4", "architecture": "Sequential", "config": config, "weights": []}


@pytest.mark.parametrize(
    "nam",
    [
        *(wavenet(), lstm(), convnet(), linear([0.5, 1.0]), two_wavenets()),
        sequential(lstm(), sequential(two_wavenets(), linear([0.5, 1.0])), wavenet()),
        nam_core.convert(aida()),
    ],
)
@pytest.mark.parametrize("again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy])
def test_a_fresh_model_of_the_same_kind(nam: Any, again: Any) -> None:
    x = noise(500)
    model = nam_core.load(json.dumps(nam).encode())
    expected = model.copy().process(x)
    model.process(noise(200, seed=1))
    made = again(model)
    assert np.array_equal(made.process(x), expected)
    # Independent of each other.
    model.reset()
    assert np.array_equal(model.process(x), expected)


@pytest.mark.parametrize("again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy])
def test_a_chain(again: Any) -> None:
    x = noise(500)
    parts = [two_wavenets(), nam_core.convert(aida())]
    model = nam_core.chain(parts, quality=0.0)
    expected = model.copy().process(x)
    model.process(noise(200, seed=1))
    made = again(model)
    assert (made.quality, made.sizes) == (0.0, model.sizes)
    assert np.array_equal(made.process(x), expected)
    made.set_quality(1.0, crossfade=0)
    made.reset()
    assert np.array_equal(
        made.process(x), nam_core.chain([two_wavenets(), nam_core.convert(aida())]).process(x)
    )


def test_options_and_quality_are_kept(tmp_path: Path) -> None:
    nam = two_linear_sizes(small=0.125, full=0.5)
    for submodel, loudness in zip(nam["config"]["submodels"], (-30.0, -18.0), strict=True):
        submodel["model"]["metadata"] = {"loudness": loudness}
    path = tmp_path / "amp.nam"
    path.write_text(json.dumps(nam))
    isa = nam_core.runtime_info()["isas"][-1]
    model = nam_core.load(path, dtype="float64", isa=isa, match_loudness=True, quality=0.25)
    path.unlink()  # the contents travel, not the name
    made = pickle.loads(pickle.dumps(model))
    assert (made.dtype, made.isa, made.quality) == (np.dtype("float64"), model.isa, 0.25)
    assert str(path) in repr(made)
    assert np.array_equal(made.process(np.ones(9)), model.process(np.ones(9)))
    made.set_quality(1.0, crossfade=0)
    assert np.all(made.process(np.ones(9)) == 0.5)


def test_a_dict_with_numpy_weights() -> None:
    nam = wavenet()
    model = nam_core.load({**nam, "weights": np.asarray(nam["weights"])})
    x = noise(200)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).process(x), nam_core.load(nam).process(x))


def test_what_read_nam_gives_pickles_too() -> None:
    read = nam_core.read_nam(json.dumps(two_wavenets()).encode())
    made = pickle.loads(pickle.dumps(read))
    assert isinstance(read.config, ContainerConfig)
    assert made.architecture == read.architecture
    part = read.config.submodels[0].model
    assert np.array_equal(pickle.loads(pickle.dumps(part)).weights, part.weights)


def test_errors_keep_their_place() -> None:
    with pytest.raises(nam_core.NamWeightError) as caught:
        nam_core.load({**wavenet(), "weights": [0.5]})
    made = pickle.loads(pickle.dumps(caught.value))
    assert (str(made), made.part, made.got) == (str(caught.value), caught.value.part, 1)


def test_worker_processes() -> None:
    models = [nam_core.load(wavenet()), nam_core.load(two_wavenets(), quality=0.0)]
    x = noise(300)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        results = pool.starmap(nam_core.Model.process, [(model, x) for model in models])
    for model, result in zip(models, results, strict=True):
        assert np.array_equal(result, model.process(x))
