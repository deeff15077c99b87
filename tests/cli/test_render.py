"""``nam-core render``: the bits of ``nam_core.render``, in a file that is complete or does not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import Array, container, linear, lstm, noise, wavenet

import nam_core


def read(path: Path) -> Array:
    audio: Array = soundfile.read(path, dtype="float32")[0].T
    return audio


def rendered(nam: Any, audio: Array, **options: Any) -> Array:
    return nam_core.render(nam_core.load(nam, **options), audio)


@pytest.mark.parametrize("nam", [wavenet(), lstm()], ids=["wavenet", "lstm"])
@pytest.mark.parametrize("frames", [0, 1, 16384, 400_001])
def test_the_bits_of_render(
    nam: Any, frames: int, run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    x, wet = noise(frames), tmp_path / "wet.wav"
    result = run("render", write_nam(nam), write_wav(x), wet)
    assert (result.status, result.out, result.err) == (0, "", "")
    assert np.array_equal(read(wet), rendered(nam, x))
    info = soundfile.info(wet)
    assert (info.samplerate, info.channels, info.format, info.subtype) == (48000, 1, "WAV", "FLOAT")


def test_options_reach_the_engine(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    nam = container(linear([0.5, 0.25]), wavenet())
    x, wet, isas = noise(3000), tmp_path / "wet.wav", nam_core.runtime_info()["isas"]
    model, dry = write_nam(nam), write_wav(x)
    for options in (
        {"quality": 0.2},
        {"quality": 0.2, "compat": "core"},
        {"dtype": "float64"},
        {"isa": isas[-1]},
    ):
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        assert run("render", model, dry, wet, *words).status == 0
        assert np.array_equal(read(wet), rendered(nam, x, **options).astype(np.float32))


def test_the_memory_limit(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    nam = wavenet(channels=2)
    nam["config"]["layers"][0]["dilations"] = [10**5] * len(nam["config"]["layers"][0]["dilations"])
    model, dry, wet = write_nam(nam), write_wav(noise(10)), tmp_path / "wet.wav"
    taken = nam_core.load(model).memory_bytes
    refused = run("render", model, dry, wet, "--max-bytes", taken - 1)
    assert (refused.status, refused.out, wet.exists()) == (2, "", False)
    assert f"{model}: config.layers[0]: playing this model would take {taken:,} bytes" in refused.err
    # What a render plays beside the model does not count.
    assert run("render", model, dry, wet, "--max-bytes", taken).status == 0


def test_integer_files_are_read_at_full_scale(run: Any, write_nam: Any, tmp_path: Path) -> None:
    dry, wet = tmp_path / "dry.flac", tmp_path / "wet.wav"
    soundfile.write(dry, np.array([-32768, -1, 0, 1, 16384], np.int16), 48000, subtype="PCM_16")
    assert run("render", write_nam(linear([1.0])), dry, wet).status == 0
    assert read(wet).tolist() == [-1.0, -1 / 32768, 0.0, 1 / 32768, 0.5]


@pytest.mark.parametrize("known", [True, False])
def test_another_sample_rate_is_refused_with_the_remedy(
    known: bool, run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    dry, wet = write_wav(name="my dry.wav", rate=44100), tmp_path / "wet.wav"
    result = run("render", write_nam(wavenet(sample_rate=48000 if known else None)), dry, wet)
    assert result.status == 2
    assumed = "" if known else ", which is assumed because its file states none"
    assert result.err.splitlines()[-1] == (
        f"nam-core render: {dry}: recorded at 44100 Hz, and the model runs at 48000 Hz{assumed}; "
        "--resample (resample=True) resamples it there and back"
    )
    assert not wet.exists()


def test_unknown_sample_rate_is_noted(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    model = write_nam(wavenet(sample_rate=None))
    result = run("render", model, write_wav(), tmp_path / "wet.wav")
    assert result.status == 0
    assert result.err == f"nam-core render: {model} does not state its sample rate; 48000 Hz assumed\n"


def test_another_rate_of_model_and_file(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    wet = tmp_path / "wet.wav"
    assert run("render", write_nam(wavenet(sample_rate=96000)), write_wav(rate=96000), wet).status == 0
    assert soundfile.info(wet).samplerate == 96000


def test_stereo_asks_which_channel(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    x, wet = noise(40_000, 2), tmp_path / "wet.wav"
    model, dry = write_nam(lstm()), write_wav(x)
    result = run("render", model, dry, wet)
    assert result.status == 2
    assert result.err == (
        f"nam-core render: {dry}: it has 2 channels, and the model takes one: "
        "choose with --channel left, right or both\n"
    )
    assert not wet.exists()
    for channel, index in (("left", 0), ("1", 0), ("right", 1), ("2", 1)):
        assert run("render", model, dry, wet, "--channel", channel).status == 0
        assert np.array_equal(read(wet), rendered(lstm(), x[index]))
    assert run("render", model, dry, wet, "--channel", "both").status == 0
    assert np.array_equal(read(wet), np.stack([rendered(lstm(), row) for row in x]))


@pytest.mark.parametrize("channel", ["0", "3", "-1", "middle", "", "²"])
def test_there_is_no_such_channel(
    channel: str, run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    result = run(
        "render", write_nam(), write_wav(noise(100, 2)), tmp_path / "wet.wav", f"--channel={channel}"
    )
    assert result.status == 2
    assert f"has 2 channels; there is no channel {channel}" in result.err


def test_channels_of_mono_and_of_many(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    model, wet = write_nam(), tmp_path / "wet.wav"
    mono = write_wav(noise(100))
    for channel in ("left", "1", "both"):
        assert run("render", model, mono, wet, "--channel", channel).status == 0
        assert np.array_equal(read(wet), rendered(wavenet(), noise(100)))
    assert (
        "has 1 channel; there is no channel right"
        in run("render", model, mono, wet, "--channel", "right").err
    )
    many = write_wav(noise(100, 4), "many.wav")
    for options in ([], ["--channel", "both"]):
        assert "choose with --channel 1 to 4" in run("render", model, many, wet, *options).err
    assert run("render", model, many, wet, "--channel", "3").status == 0
    assert np.array_equal(read(wet), rendered(wavenet(), noise(100, 4)[2]))


def test_a_model_of_several_channels(run: Any, write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    nam, x, wet = wavenet(in_channels=2, out_channels=3), noise(20_000, 2), tmp_path / "wet.wav"
    model = write_nam(nam)
    assert run("render", model, write_wav(x), wet).status == 0
    assert np.array_equal(read(wet), rendered(nam, x))
    result = run("render", model, write_wav(x[0], "mono.wav"), wet)
    assert result.status == 2
    assert "it has 1 channel, and the model takes 2" in result.err
    assert run("render", model, write_wav(x), wet, "--channel", "left").status == 2


def test_both_channels_through_a_model_of_two_outputs(
    run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    nam, x, wet = wavenet(out_channels=2), noise(500, 2), tmp_path / "wet.wav"
    assert run("render", write_nam(nam), write_wav(x), wet, "--channel", "both").status == 0
    assert np.array_equal(read(wet), np.concatenate([rendered(nam, row) for row in x]))
