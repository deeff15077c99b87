"""Small listening tests with sounds that are quick to make, and simulated answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from nam_core.listening.answers import Key
from nam_core.listening.making import make
from nam_core.listening.plan import read_plan

RATE = 48000
ITEMS = ("chords", "lead", "bass")


def sound(seed: int, seconds: float = 1.0) -> npt.NDArray[np.float64]:
    """Noise that falls by 6 dB per octave, ``(frames,)``."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * RATE))
    spectrum = np.fft.rfft(noise)
    spectrum /= np.arange(1, spectrum.size + 1)
    shaped = np.fft.irfft(spectrum, noise.size)
    return np.asarray(0.3 * shaped / np.abs(shaped).max())


def write_plan(folder: Path, kind: str, items: tuple[str, ...] = ITEMS, **top: Any) -> Path:
    """A test of these items with the systems "near" and "far"."""
    lines = [f'title = "A test"\nkind = "{kind}"', *(f"{key} = {value}" for key, value in top.items())]
    for number, item in enumerate(items):
        for name, gain in (("amp", 1.0), ("near", 0.5), ("far", 0.25)):
            soundfile.write(folder / f"{item}-{name}.wav", gain * sound(number), RATE, subtype="PCM_24")
        lines.append(
            f'[[item]]\nname = "{item}"\nreference = "{item}-amp.wav"\n'
            f'[item.systems]\nnear = "{item}-near.wav"\nfar = "{item}-far.wav"'
        )
    path = folder / "stimuli.toml"
    path.write_text("\n".join(lines))
    return path


def make_test(folder: Path, kind: str, **top: Any) -> Path:
    """The folder of a new test."""
    list(make(read_plan(write_plan(folder, kind, **top)), folder / "test"))
    return folder / "test"


def abx_answers(key: Key, listener: str, shares: dict[str, float], rng: np.random.Generator) -> bytes:
    """Answers of a listener who is right in this share of the trials of each system."""
    trials = []
    for item in key.page["items"]:
        for stimulus in item["stimuli"]:
            pair = [item["reference"], stimulus]
            for _ in range(key.page["trials"]):
                x = int(rng.integers(2))
                right = rng.random() < shares[key.systems[stimulus][1]]
                answer = pair[x if right else 1 - x]
                trials.append(
                    {"item": item["name"], "a": pair[0], "b": pair[1], "x": pair[x], "answer": answer}
                )
    return answers(key, listener, trials)


def mushra_answers(key: Key, listener: str, means: dict[str, float], rng: np.random.Generator) -> bytes:
    """Answers of a listener who rates systems about these numbers."""
    trials = []
    for item in key.page["items"]:
        ratings = {
            sound: float(np.clip(round(rng.normal(means[key.systems[sound][1]], 3.0)), 0, 100))
            for sound in item["stimuli"]
        }
        trials.append({"item": item["name"], "ratings": ratings})
    return answers(key, listener, trials)


def answers(key: Key, listener: str, trials: list[dict[str, Any]]) -> bytes:
    """The file of answers that the page writes."""
    head = {"format": "nam_core listening answers", "format_version": 1, "test": key.test, "kind": key.kind}
    return json.dumps({**head, "listener": listener, "seed": 1, "trials": trials}).encode()
