"""Every command that reads sound files, with damaged ones: it says what is wrong with figures, or refuses."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, linear, noise

from nam_core.audio.dry_signal import dry_signal

TRAIN = "train slow.wav slow.wav --architecture a1-nano --epochs 1 --rate 8000 --delay 0 -o t.nam --force"
# BAD is the damaged file; slow.wav and slow-bad.wav have the length and the rate that training takes.
LINES = {
    "info": "info BAD",
    "render": "render amp.nam BAD wet.wav",
    "render, in two passes": "render amp.nam BAD wet.flac --normalize-peak -1",
    "render, an impulse response": "render BAD dry.wav wet.wav",
    "render, many": "render amp.nam --input BAD --output out",
    "dataset": "dataset amp.nam --input BAD --output out --split all=1 --length 1000",
    "evaluate, dry": "evaluate amp.nam --dry BAD --wet BAD --no-cost",
    "evaluate, against a model": "evaluate amp.nam --dry BAD --against other.nam --no-cost",
    "listen make": "listen make stimuli.toml -o test",
    "suite": "suite out --sample-rate 8000 --recordings recordings",
    "compare": "compare amp.nam BAD --against exact",
    "bench": "bench amp.nam --seconds 0.02 --repetitions 2 --input BAD",
    "combine": "combine amp.nam BAD -o both.nam",
    "train": TRAIN.replace("slow.wav", "BAD"),
    "train, one more": f"{TRAIN} --also BAD BAD",
    "train, validation": f"{TRAIN} --validation BAD BAD",
}
LONG = ("train", "listen")
RESPONSES = ("info", "combine", "render, an impulse response")


def cut(path: Path, audio: Array, rate: int) -> None:
    """The second half is not there."""
    soundfile.write(path, audio, rate, subtype="FLOAT")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def unclosed(path: Path, audio: Array, rate: int) -> None:
    """The recorder died before it wrote sizes."""
    soundfile.write(path, audio, rate, subtype="FLOAT")
    data = bytearray(path.read_bytes())
    place = data.find(b"data") + 4
    data[4:8] = data[place : place + 4] = bytes(4)
    path.write_bytes(data)


def not_finite(path: Path, audio: Array, rate: int) -> None:
    """Three samples are no numbers."""
    changed = audio.copy()
    changed[[5, 500, -1]] = np.nan, np.inf, -np.inf
    soundfile.write(path, changed, rate, subtype="FLOAT")


def integers(path: Path, audio: Array, rate: int) -> None:
    """Integers of 16 bits, as float."""
    soundfile.write(path, audio * 32768, rate, subtype="FLOAT")


@pytest.mark.parametrize("damage", [cut, unclosed, not_finite, integers])
@pytest.mark.parametrize("name", LINES)
def test_damage_is_said(
    name: str,
    damage: Callable[[Path, Array, int], None],
    run: Any,
    write_nam: Any,
    write_wav: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if name == "compare":
        pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
    monkeypatch.chdir(tmp_path)
    write_nam(linear([0.5, -0.25]))
    (tmp_path / "other.nam").write_text(json.dumps(linear([0.3, 0.1])))
    write_wav()
    rate = 8000 if name.startswith("train") else 48000
    if name.startswith(LONG):
        audio = dry_signal(19 * 8000, 8000, 1).reshape(-1)
    else:
        audio = noise(2000 if name in RESPONSES else 24000)
    (tmp_path / "recordings").mkdir()
    bad = tmp_path / ("recordings/bad.wav" if name == "suite" else "bad.wav")
    damage(bad, audio, rate)
    if name.startswith("train,"):
        soundfile.write("slow.wav", audio, rate, subtype="FLOAT")
    Path("stimuli.toml").write_text(
        'title = "t"\nkind = "abx"\n[[item]]\nname = "i"\nreference = "bad.wav"\n'
        '[item.systems]\nsame = "bad.wav"'
    )
    done = run(
        *(str(bad.relative_to(tmp_path)) if word == "BAD" else word for word in shlex.split(LINES[name]))
    )
    said = [line for line in done.err.splitlines() if "bad.wav" in line]
    assert said
    assert done.status in (1, 2) or any("warning: " in line for line in said), done
    assert any(re.search(r"\d", line) for line in said), done
    assert "Traceback" not in done.err
