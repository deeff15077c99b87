"""examples/play_live.py with a simulated sound card."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from realtime.switching_models import ROOT
from small_models import noise

import nam_core

A2 = ROOT / "examples" / "overdrive_a2.nam"
RECORDED = noise(6400)


class Stream:
    """Calls back with the recording, block by block, as soon as it is opened."""

    played: Any = None

    def __init__(self, samplerate: float, blocksize: int, channels: int, dtype: str, **options: Any) -> None:
        assert (samplerate, channels, dtype) == (48000, 1, "float32")
        self.blocksize, self.callback = blocksize, options["callback"]

    def __enter__(self) -> Stream:
        blocks = RECORDED.reshape(-1, self.blocksize, 1)
        out = np.full_like(blocks, np.nan)
        for block, result in zip(blocks, out, strict=True):
            self.callback(block, result, self.blocksize, None, None)
        Stream.played = out.ravel()
        return self

    def __exit__(self, *error: object) -> None:
        pass


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    stand_in = ModuleType("sounddevice")
    stand_in.Stream = Stream  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sounddevice", stand_in)
    spec = importlib.util.spec_from_file_location("play_live", ROOT / "examples" / "play_live.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_plays(example: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    lines = iter(["0.0", "loud", "2", "q"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    monkeypatch.setattr(sys, "argv", ["play_live.py", str(A2), "--block", "64"])
    # Whatever this machine can afford: the example's own fit is not what is tested.
    monkeypatch.setattr(
        nam_core, "fit_quality", lambda model, **_: nam_core.Fit(model.quality, True, 0.3, 64, ())
    )
    monkeypatch.setattr(nam_core.Governor, "step", lambda self, now: None)
    example.main()
    assert np.array_equal(Stream.played, nam_core.load(A2).process(RECORDED))
    printed = capsys.readouterr().out
    assert "quality 1" in printed
    assert "could not convert" in printed
    assert "quality must be from 0.0" in printed
