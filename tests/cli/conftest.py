"""Models and recordings on disk, and a way to run the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, Nam, noise, wavenet

from nam_core.cli import main


@dataclass(frozen=True)
class Result:
    """The result of a command."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``nam-core`` with these arguments."""

    def call(*arguments: object) -> Result:
        status = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call


@pytest.fixture
def write_nam(tmp_path: Path) -> Callable[..., Path]:
    """Write a model to disk."""

    def write(nam: Nam | None = None, name: str = "amp.nam", **changes: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({**(nam or wavenet()), **changes}))
        return path

    return write


@pytest.fixture
def write_wav(tmp_path: Path) -> Callable[..., Path]:
    """Write ``(frames,)`` or ``(channels, frames)`` to disk as 32-bit float."""

    def write(audio: Array | None = None, name: str = "dry.wav", rate: int = 48000) -> Path:
        path = tmp_path / name
        samples = noise(5000) if audio is None else audio
        soundfile.write(path, np.asarray(samples).T, rate, subtype="FLOAT")
        return path

    return write
