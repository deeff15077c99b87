"""The file that ``nam-core render`` writes: its format, and that it is complete or does not exist."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, linear, noise, wavenet

import nam_core
from nam_core.audio.writer import choose_encoding


def read(path: Path) -> Array:
    audio: Array = soundfile.read(path, dtype="float32")[0]
    return audio


def expected() -> Array:
    """The output of ``write_nam()`` for ``write_wav()``."""
    return nam_core.render(nam_core.load(wavenet()), noise(5000))


@pytest.mark.parametrize(
    ("name", "options", "file_format", "subtype"),
    [
        ("wet.WAV", [], "WAV", "FLOAT"),
        ("wet.aif", [], "AIFF", "FLOAT"),
        ("wet.flac", [], "FLAC", "PCM_24"),
        ("wet.wav", ["--subtype", "PCM_16"], "WAV", "PCM_16"),
        ("wet.wav", ["--subtype", "double"], "WAV", "DOUBLE"),
        ("wet.flac", ["--subtype", "PCM_16"], "FLAC", "PCM_16"),
    ],
)
def test_format_of_the_output(
    name: str,
    options: list[str],
    file_format: str,
    subtype: str,
    run: Any,
    write_nam: Any,
    write_wav: Any,
    tmp_path: Path,
) -> None:
    wet = tmp_path / name
    assert run("render", write_nam(), write_wav(), wet, *options).status == 0
    info = soundfile.info(wet)
    assert (info.format, info.subtype, info.frames) == (file_format, subtype, 5000)
    step = {"PCM_16": 2.0**-15, "PCM_24": 2.0**-23}.get(subtype, 0.0)
    assert np.allclose(read(wet), expected(), rtol=0, atol=step)


def test_a_wav_too_long_for_its_header_becomes_rf64() -> None:
    hour = 3600 * 48000
    assert choose_encoding("wet.wav", None, 1, hour).format == "WAV"
    assert choose_encoding("wet.wav", None, 2, 6 * hour).format == "RF64"
    # The size counts, not a guess of it.
    assert choose_encoding("wet.wav", "PCM_16", 2, 6 * hour).format == "WAV"
    with pytest.raises(nam_core.NamAudioError, match="do not fit in an AIFF file"):
        choose_encoding("wet.aiff", None, 2, 6 * hour)


def test_clipped_samples_are_counted(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    x = np.array([0.1, 0.5, -0.5, 0.75, -1.0, 0.2], np.float32)
    model, dry, wet = write_nam(linear([2.0])), write_wav(x), tmp_path / "wet.wav"
    result = run("render", model, dry, wet, "--subtype", "PCM_24")
    assert result.status == 0
    assert result.err == (
        f"nam-core render: warning: {wet}: 2 samples were clipped, by up to 6.0 dB; "
        "a float subtype keeps them\n"
    )
    assert np.allclose(read(wet), np.clip(2 * x, -1, 1), rtol=0, atol=2**-23)
    assert run("render", model, dry, wet).err == ""
    assert np.array_equal(read(wet), 2 * x)


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("existing", [True, False])
def test_a_failed_render_leaves_nothing_new(
    existing: bool, run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    x = noise(50_000)
    x[40_000] = np.nan
    model, dry, wet = write_nam(), write_wav(x), tmp_path / "wet.wav"
    if existing:
        wet.write_bytes(b"the last take")
    before = listing(tmp_path)
    result = run("render", model, dry, wet)
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"nam-core render: {dry}: audio must be finite; samples that are NaN or infinite: 1 of 50,000, "
        "the first at frame 40,000; the peak of the others is 0.9; export it again\n"
    )
    assert listing(tmp_path) == before
    assert not existing or wet.read_bytes() == b"the last take"


def test_an_interrupted_render_leaves_nothing(
    run: Any, write_nam: Any, write_wav: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, dry = write_nam(), write_wav()
    before = listing(tmp_path)

    def interrupt(self: object, block: object) -> None:
        assert listing(tmp_path) != before
        raise KeyboardInterrupt

    monkeypatch.setattr("nam_core.audio.writer.AudioWriter.write", interrupt)
    assert run("render", model, dry, tmp_path / "wet.wav").status == 130
    assert listing(tmp_path) == before


def test_a_full_disk_leaves_nothing(write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    model, dry = write_nam(), write_wav(noise(100_000))
    before = listing(tmp_path)
    program = (
        "import resource, sys; from nam_core.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100000, resource.RLIM_INFINITY)); sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, "render", str(model), str(dry), str(tmp_path / "wet.wav")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == f"nam-core render: {tmp_path / 'wet.wav'}: File too large\n"
    assert done.stderr.count("\n") == 1
    assert listing(tmp_path) == before


def test_an_input_is_never_overwritten(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    model, dry = write_nam(), write_wav()
    link, hard_link = tmp_path / "link.wav", tmp_path / "hard.wav"
    link.symlink_to(dry)
    hard_link.hardlink_to(dry)
    contents = {path: path.read_bytes() for path in (model, dry)}
    for wet in (dry, link, hard_link, tmp_path / "." / "dry.wav", model):
        result = run("render", model, dry, wet)
        assert result.status == 2
        assert "would be overwritten" in result.err
    assert contents == {path: path.read_bytes() for path in (model, dry)}


def test_an_old_output_is_replaced(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    real, wet = tmp_path / "real.wav", tmp_path / "wet.wav"
    real.write_bytes(b"old")
    wet.symlink_to(real)
    assert run("render", write_nam(), write_wav(), wet).status == 0
    assert wet.is_symlink()
    assert np.array_equal(read(real), expected())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wet", "must end in one of .wav, "),
        ("wet.txt", "must end in one of .wav, "),
        ("wet.ogg", "must end in one of .wav, "),
        ("none/wet.wav", "No such file or directory"),
        ("folder.wav", "Is a directory"),
    ],
)
def test_an_output_that_cannot_be(
    name: str, text: str, run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    (tmp_path / "folder.wav").mkdir()
    result = run("render", write_nam(), write_wav(), tmp_path / name)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"nam-core render: {tmp_path / name}: ")
    assert text in result.err


def test_a_subtype_that_the_format_does_not_have(
    run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    result = run("render", write_nam(), write_wav(), tmp_path / "wet.flac", "--subtype", "FLOAT")
    assert result.status == 2
    assert "FLAC files do not have FLOAT; they have PCM_S8, PCM_16, PCM_24" in result.err


@pytest.mark.parametrize("kind", ["text", "empty", "raw", "missing", "folder"])
def test_an_input_that_is_no_sound(kind: str, run: Any, write_nam: Any, tmp_path: Path) -> None:
    dry = tmp_path / ("dry.raw" if kind == "raw" else "dry.wav")
    if kind == "folder":
        dry.mkdir()
    elif kind != "missing":
        dry.write_bytes(b"" if kind == "empty" else b"this is no sound")
    result = run("render", write_nam(), dry, tmp_path / "wet.wav")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"nam-core render: {dry}: ")
    assert result.err.count("\n") == 1


def test_the_output_has_the_usual_permissions(
    run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    wet, plain = tmp_path / "wet.wav", tmp_path / "plain"
    plain.touch()
    assert run("render", write_nam(), write_wav(), wet).status == 0
    assert wet.stat().st_mode == plain.stat().st_mode


def test_progress_is_for_terminals(
    run: Any, write_nam: Any, write_wav: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    result = run("render", write_nam(), write_wav(noise(40_000), "dry [x].wav"), tmp_path / "wet.wav")
    assert (result.status, result.out) == (0, "")
    assert "dry [x].wav" in result.err
    assert "100%" in result.err
