"""What is no model, job, path or file is refused by every function that wants one, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import linear

import nam_core
from nam_core import evaluation, levels

AUDIO = np.zeros(100, np.float32)
# Where a model is wanted; a path of one is a frequent mistake.
OF_A_MODEL: dict[str, Callable[[Any], object]] = {
    "render": lambda found: nam_core.render(found, AUDIO),
    "render_file": lambda found: nam_core.render_file(found, "dry.wav", "wet.wav"),
    "fit_quality": lambda found: nam_core.fit_quality(found, 0.5),
    "Governor": nam_core.Governor,
    "save": lambda found: nam_core.save(found, "new.nam"),
    "Model": lambda found: nam_core.Model(found, 1.0),
    "levels.gains": levels.gains,
    "levels.delay": levels.delay,
    "levels.polarity": levels.polarity,
}
OF_A_FILE: dict[str, Callable[[Any], object]] = {
    "load": nam_core.load,
    "read_nam": nam_core.read_nam,
    "info": nam_core.info,
    "cost": nam_core.cost,
    "convert": nam_core.convert,
    "chain": lambda found: nam_core.chain([found]),
}
OF_JOBS: dict[str, Callable[[Any], object]] = {
    "run_job": nam_core.run_job,
    "render_many": nam_core.render_many,
    "render_many, one": lambda found: nam_core.render_many([found]),
    "train_many": nam_core.train_many,
    "train_many, one": lambda found: nam_core.train_many([found]),
    "RenderJob.model": lambda found: nam_core.RenderJob(found, "a.wav", "b.wav"),
    "RenderJob.input": lambda found: nam_core.RenderJob("a.nam", found, "b.wav"),
    "RenderJob.output": lambda found: nam_core.RenderJob("a.nam", "a.wav", found),
    "RenderJob.options": lambda found: nam_core.RenderJob("a.nam", "a.wav", "b.wav", options=found),
    "RenderJob.load": lambda found: nam_core.RenderJob("a.nam", "a.wav", "b.wav", load=found),
    "BlendSource": nam_core.BlendSource,
}
OF_RECORDINGS: dict[str, Callable[[Any], object]] = {
    "train dry": lambda found: nam_core.train(found, "wet.wav"),
    "train wet": lambda found: nam_core.train(["dry.wav"], [found]),
    "pairs_in": evaluation.pairs_in,
}
OF_RESULTS: dict[str, Callable[[Any], object]] = {
    "evaluation.page": evaluation.page,
    "evaluation.write_json": lambda found: evaluation.write_json(found, "new.json"),
    "evaluation.write_csv": lambda found: evaluation.write_csv(found, "new.csv"),
}
# 3 is also the number of an open file, which ``open`` takes.
WRONG = [None, 3, 2.5, object(), {1: 2}, len, nam_core.load]
EVERYWHERE = {**OF_A_MODEL, **OF_A_FILE, **OF_JOBS, **OF_RECORDINGS, **OF_RESULTS}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: type(wrong).__name__)
@pytest.mark.parametrize("name", EVERYWHERE)
def test_arguments_of_a_wrong_type_get_a_message_of_ours(
    name: str, wrong: object, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    # A dict may be a file that has been parsed, which is looked into.
    of_a_dict = nam_core.NamError if isinstance(wrong, dict) and name in OF_A_FILE else TypeError
    with pytest.raises(of_a_dict) as caught:
        EVERYWHERE[name](wrong)
    # Words of ours, and none of Python's about what it tried with the value.
    assert not re.search(r"object is not|object has no|argument must be a string", str(caught.value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", OF_A_MODEL)
def test_a_path_in_the_place_of_a_model(name: str) -> None:
    for path in ("amp.nam", Path("amp.nam")):
        with pytest.raises(TypeError, match=r"nam_core\.load\("):
            OF_A_MODEL[name](path)


@pytest.mark.parametrize(
    "wrong", [None, object(), {1: 2}, len, "noise"], ids=lambda wrong: type(wrong).__name__
)
def test_wrong_audio_and_rates_get_a_message_of_ours(wrong: Any) -> None:
    for call in (
        lambda: evaluation.ArrayTake(wrong, 48000.0, "wet"),
        lambda: levels.measure(AUDIO, wrong),
        lambda: levels.measure([wrong], 48000.0),
    ):
        with pytest.raises(
            (TypeError, nam_core.NamAudioError), match=r"must be (an array of|a) number|finite"
        ):
            call()


def test_a_path_in_a_job() -> None:
    with pytest.raises(TypeError, match=r"input must be a str; found \w+: str\(\.\.\.\) makes"):
        nam_core.RenderJob("a.nam", Path("a.wav"), "b.wav")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"jobs must be a list of RenderJob; found RenderJob"):
        nam_core.render_many(nam_core.RenderJob("a.nam", "a.wav", "b.wav"))  # type: ignore[arg-type]


def test_a_model_in_the_place_of_a_file() -> None:
    model = nam_core.load(linear([0.5]))
    for name in OF_A_FILE.keys() - {"chain"}:
        with pytest.raises(TypeError, match="loaded already"):
            OF_A_FILE[name](model)
