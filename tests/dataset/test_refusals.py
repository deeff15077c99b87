"""Inputs that cannot become a data set, and the errors."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile
from dataset.conftest import LENGTH
from small_models import noise, wavenet

import nam_core
from nam_core.datasets import DatasetOptions, make_dataset


def make(amps: Path, takes: Any, folder: Path, **changes: Any) -> Any:
    options = DatasetOptions(**{"length": LENGTH, "split": {"train": 1.0}, **changes})
    return make_dataset([str(amps / "crunch.nam")], [str(takes)], folder, options=options)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"length": 0}, "length must be a whole number of 1 or more; found 0"),
        ({"hop": -1}, "hop must be"),
        ({"split": {}}, "at least one name"),
        ({"split": {"a/b": 1.0}}, "letters, digits"),
        ({"split": {"train": 0.0}}, "share of split train must be above 0"),
        ({"layout": "rows"}, "layout must be pairs or many here"),
        ({"format": "wav"}, "format must be parquet or flac"),
        ({"sample_dtype": "int24"}, "sample_dtype must be float32 or float16 or int16 here; found 'int24'"),
        ({"format": "flac", "sample_dtype": "float32"}, "int24 or int16 here"),
        ({"gain_db": (3.0, -3.0)}, "found 3 and -3"),
        ({"silence_db": 3.0}, "silence_db must be 0 or below"),
    ],
)
def test_options(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        DatasetOptions(**changes)


def test_nothing_to_make_it_of(amps: Path, takes: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ValueError, match=r"empty: no recordings here; looked for \.wav"):
        make(amps, empty, tmp_path / "set")
    with pytest.raises(ValueError, match="no models here"):
        make_dataset([str(empty)], [str(takes)], tmp_path / "set")
    with pytest.raises(FileNotFoundError):
        make(amps, tmp_path / "none", tmp_path / "set")
    message = r"all segments of 48000 frames \(1 s\) in 6 recordings are silent.*--length"
    with pytest.raises(ValueError, match=message):
        make(amps, takes, tmp_path / "set", length=48_000)
    assert not (tmp_path / "set").exists()


def test_fewer_recordings_than_splits(amps: Path, takes: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"1 recording for 3 splits \(train, validation, test\).*train=1"):
        make(amps, takes / "0.wav", tmp_path / "set", split={"train": 8.0, "validation": 1.0, "test": 1.0})


def test_rates_that_differ(amps: Path, takes: Path, tmp_path: Path) -> None:
    soundfile.write(takes / "5.wav", noise(9000), 44100)
    soundfile.write(takes / "4.wav", noise(9000), 44100)
    with pytest.raises(
        nam_core.NamAudioError, match=r"4\.wav: recorded at 44100 Hz, .* 48000 Hz; resample.*1 more of 6"
    ):
        make(amps, takes, tmp_path / "set")
    with pytest.warns(UserWarning, match=r"left out: .*44100"):
        made = make(amps, takes, tmp_path / "set", skip_bad=True)
    assert made.recordings == {"train": 4}
    (amps / "crunch.nam").write_text(json.dumps(wavenet(sample_rate=96000)))
    with pytest.raises(
        nam_core.NamConfigError, match=r"crunch\.nam: runs at 96000 Hz, and .*clean\.nam at 48000"
    ):
        make_dataset([str(amps)], [str(takes)], tmp_path / "two")


def test_recordings_that_cannot_be_read(amps: Path, takes: Path, tmp_path: Path) -> None:
    (takes / "2.wav").write_bytes(b"no sound")
    soundfile.write(takes / "4.wav", noise(9000, 2).T, 48000)
    with pytest.raises(nam_core.NamAudioError, match=r"2\.wav.*--skip-bad.*this and 1 more of 6 out"):
        make(amps, takes, tmp_path / "set")
    (takes / "2.wav").unlink()
    with pytest.raises(nam_core.NamAudioError, match=r"4\.wav.*2 channels.*--channel"):
        make(amps, takes, tmp_path / "set")
    assert sum(make(amps, takes / "4.wav", tmp_path / "set", channel="left").segments.values()) == 6


def test_models_of_several_channels(amps: Path, takes: Path, tmp_path: Path) -> None:
    (amps / "crunch.nam").write_text(json.dumps(wavenet(out_channels=2)))
    with pytest.raises(nam_core.NamConfigError, match=r"crunch\.nam: has 1 inputs and 2 outputs"):
        make(amps, takes, tmp_path / "set")


def test_a_model_that_makes_no_sound(amps: Path, takes: Path, tmp_path: Path) -> None:
    nam = wavenet(activation="ReLU")
    nam["weights"] = [1e30] * len(nam["weights"])
    (amps / "crunch.nam").write_text(json.dumps(nam))
    with pytest.raises(
        nam_core.NamError, match=r"crunch\.nam: returns samples that are not finite for \d.*frame"
    ):
        make(amps, takes, tmp_path / "set")
    assert not list((tmp_path / "set").glob("*.parquet"))


def test_names_that_clash(amps: Path, takes: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    soundfile.write(other / "0.wav", noise(9000), 48000)
    with pytest.raises(ValueError, match=r"0\.wav: .*0\.wav is called 0\.wav too"):
        make_dataset([str(amps)], [str(takes), str(other)], tmp_path / "set")


def test_other_folders_are_left_alone(amps: Path, takes: Path, tmp_path: Path) -> None:
    with pytest.raises(nam_core.NamError, match=r"not empty \(it has .*\)"):
        make(amps, takes, takes)
    make(amps, takes, tmp_path / "set")
    before = {path: path.read_bytes() for path in (tmp_path / "set").iterdir()}
    for changes, text in (
        ({"length": 2000}, "options.length: 1500 there, 2000 asked for"),
        ({"seed": 2}, "seed"),
    ):
        with pytest.raises(nam_core.NamError, match=text):
            make(amps, takes, tmp_path / "set", **changes)
    (takes / "0.wav").unlink()
    with pytest.raises(nam_core.NamError, match=r"recordings\.0\.wav is only in the folder"):
        make(amps, takes, tmp_path / "set")
    assert {path: path.read_bytes() for path in (tmp_path / "set").iterdir()} == before
    (tmp_path / "set" / "dataset.json").write_text("[]")
    with pytest.raises(nam_core.NamError, match="not a manifest"):
        make(amps, takes, tmp_path / "set")


def test_the_extra_is_named(amps: Path, takes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install nam_core\[dataset\]"):
        make(amps, takes, tmp_path / "set")


def test_clipped_samples_are_said(amps: Path, takes: Path, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="samples were clipped; a lower gain or float samples"):
        made = make(amps, takes, tmp_path / "set", sample_dtype="int16", gain_db=(30.0, 30.0))
    assert made.clipped > 1000
