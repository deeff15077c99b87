"""``nam_core.render_file``: the bits of streaming, from files of any length, in bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from small_models import Array, linear, lstm, noise, wavenet

import nam_core
from nam_core import NamAudioError
from nam_core.offline import playing

MODELS = {"wavenet": wavenet(dilations=(1, 30, 100)), "lstm": lstm(), "one tap": linear([0.5])}


def write(path: Path, audio: Array, rate: int = 48000) -> Path:
    soundfile.write(path, audio.T, rate, subtype="DOUBLE")
    return path


def read(path: Path) -> Array:
    audio: Array = soundfile.read(path, dtype="float64")[0].T
    return audio


@pytest.mark.parametrize("longest", [1024, 5000, 2**20])
@pytest.mark.parametrize("threads", [None, 1, 2, 5])
@pytest.mark.parametrize("name", MODELS)
def test_the_bits_of_streaming(
    name: str, threads: int | None, longest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "_LONGEST_PIECE", longest)
    model, x, wet = nam_core.load(MODELS[name]), noise(40_011), tmp_path / "wet.wav"
    model.process(noise(77))
    before = model.copy()
    done = nam_core.render_file(model, write(tmp_path / "dry.wav", x), wet, threads=threads)
    assert (done.frames, done.channels, done.sample_rate, done.format) == (40_011, 1, 48000, "WAV")
    expected = nam_core.load(MODELS[name]).process(x)
    assert np.array_equal(read(wet).astype(np.float32), expected)
    assert done.peak == np.abs(expected).max()
    assert np.array_equal(model.process(x), before.process(x))


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("name", MODELS)
def test_both_channels(name: str, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "_LONGEST_PIECE", 3000)
    model, x, wet = nam_core.load(MODELS[name], dtype="float64"), noise(20_000, 2), tmp_path / "wet.wav"
    dry = write(tmp_path / "dry.wav", x)
    nam_core.render_file(model, dry, wet, channel="both", threads=threads, subtype="DOUBLE")
    expected = np.stack([nam_core.load(MODELS[name], dtype="float64").process(row) for row in x])
    assert np.array_equal(read(wet), expected)
    for channel, row in ((2, 1), ("left", 0), ("1", 0)):
        nam_core.render_file(model, dry, wet, channel=channel, threads=threads, subtype="DOUBLE")
        assert np.array_equal(read(wet), expected[row])


def test_a_model_of_several_channels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "_LONGEST_PIECE", 2000)
    nam, x, wet = wavenet(in_channels=2, out_channels=3), noise(9000, 2), tmp_path / "wet.wav"
    nam_core.render_file(nam_core.load(nam), write(tmp_path / "dry.wav", x), wet, threads=2)
    assert np.array_equal(read(wet).astype(np.float32), nam_core.load(nam).process(x))
    with pytest.raises(NamAudioError, match="it has 1 channel, and the model takes 2"):
        nam_core.render_file(nam_core.load(nam), write(tmp_path / "mono.wav", x[0]), wet)


def test_progress_and_cancel(tmp_path: Path) -> None:
    model, dry = nam_core.load(wavenet()), write(tmp_path / "dry.wav", noise(50_000))
    seen: list[tuple[int, int]] = []
    nam_core.render_file(
        model, dry, tmp_path / "wet.wav", progress=lambda done, total: seen.append((done, total))
    )
    assert seen == sorted(seen)
    assert seen[-1] == (50_000, 50_000)

    def cancel(done: int, total: int) -> None:
        raise InterruptedError

    before = (tmp_path / "wet.wav").read_bytes()
    with pytest.raises(InterruptedError):
        nam_core.render_file(model, dry, tmp_path / "wet.wav", progress=cancel)
    assert (tmp_path / "wet.wav").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"dry.wav", "wet.wav"}
    # Its threads have ended too.
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("nam_core")]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "amp.nam"
    path.write_text(str(linear([0.5])).replace("'", '"').replace("False", "false"))
    model, dry = nam_core.load(path), write(tmp_path / "dry.wav", noise(100))
    link = tmp_path / "link.wav"
    link.symlink_to(path)
    for wet in (dry, link):
        with pytest.raises(FileExistsError, match="this is also an input"):
            nam_core.render_file(model, dry, wet)


def test_bad_arguments(tmp_path: Path) -> None:
    model, dry, wet = nam_core.load(linear([0.5])), write(tmp_path / "x.wav", noise(9)), tmp_path / "wet.wav"
    with pytest.raises(ValueError, match="threads must be at least 1; found 0"):
        nam_core.render_file(model, dry, wet, threads=0)
    with pytest.raises(NamAudioError, match=r"wet\.ogg: the name of a sound file"):
        nam_core.render_file(model, dry, tmp_path / "wet.ogg")
    with pytest.raises(NamAudioError, match="WAV files do not have PCM_99; they have PCM_16, "):
        nam_core.render_file(model, dry, wet, subtype="PCM_99")
    with pytest.raises(NamAudioError, match="there is no channel 2"):
        nam_core.render_file(model, dry, wet, channel=2)
    other = write(tmp_path / "y.wav", noise(9), 44100)
    with pytest.raises(NamAudioError, match="at 44100 Hz, and the model runs at 48000 Hz; --resample"):
        nam_core.render_file(nam_core.load(wavenet()), other, wet)
    with pytest.raises(NamAudioError, match=r"and the impulse response at 48000 Hz; .*--sample-rate 44100"):
        nam_core.render_file(model, other, wet)
    with pytest.raises(FileNotFoundError):
        nam_core.render_file(model, tmp_path / "none.wav", wet)
    assert not wet.exists()


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    dry, wet = (
        Path(os.fsdecode(os.fsencode(tmp_path) + name)) for name in (b"/gr\xfcn.wav", b"/na\xdf.flac")
    )
    os.rename(write(tmp_path / "dry.wav", noise(100)), dry)
    nam_core.render_file(nam_core.load(linear([1.0])), dry, wet)
    with wet.open("rb") as file:
        assert soundfile.read(file)[0].size == 100


def test_a_loud_input_and_what_comes_of_it_are_said(tmp_path: Path) -> None:
    dry, wet = write(tmp_path / "dry.wav", noise(100).astype("f8") * 32768), tmp_path / "wet.wav"
    with pytest.warns(UserWarning) as caught:
        nam_core.render_file(nam_core.load(linear([1e38])), dry, wet)
    texts = [str(warning.message) for warning in caught]
    assert [text.split(": ")[0] for text in texts] == [str(dry), str(wet)]
    assert "are these integers?" in texts[0]
    assert "samples that are NaN or infinite: " in texts[1]


def test_memory_is_bounded(tmp_path: Path) -> None:
    """Ten minutes, 230 MB of input and output, in less than 200 MB with everything that is loaded."""
    code = """
import os, re, resource, sys
import nam_core, numpy as np, soundfile
with soundfile.SoundFile("dry.wav", "w", 48000, 1, "FLOAT") as file:
    for _ in range(600): file.write(np.zeros(48000, np.float32))
config = {"receptive_field": 2, "bias": False}
nam = {"version": "0.5.4", "architecture": "Linear", "config": config, "weights": [0.5, 0.25]}
model = nam_core.load(nam)
nam_core.render_file(model, "dry.wav", "wet.wav", threads=int(sys.argv[1]))
# Linux counts the parent's memory in ru_maxrss, from before the program was started.
status = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else ""
peak = re.search(r"VmHWM:\\s*(\\d+)", status)
print(peak[1] if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    for threads in (1, 16):
        done = subprocess.run(
            [sys.executable, "-c", code, str(threads)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        kib = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
        assert kib < 200 * 1024
    assert soundfile.info(tmp_path / "wet.wav").frames == 600 * 48000
