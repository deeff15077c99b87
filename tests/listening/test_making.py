"""``nam-core listen make``: the sounds of the page, and plans that it refuses."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from codebase.sources import ROOT
from listening.tests_to_hear import ITEMS, RATE, sound, write_plan
from small_models import wavenet

import nam_core
from nam_core.audio.loudness_meter import LoudnessMeter
from nam_core.cli import main
from nam_core.errors import NamError
from nam_core.listening.anchors import low_pass
from nam_core.listening.answers import Key
from nam_core.listening.making import make
from nam_core.listening.plan import Item, Sound, read_plan
from nam_core.listening.preparing import prepare


def played(folder: Path, number: str) -> npt.NDArray[np.float64]:
    """The sound in a script of the page, ``(frames,)``."""
    text = (folder / "page" / "sounds" / f"{number}.js").read_text()
    found = re.fullmatch(r'receiveSound\("(.+)", "(.+)"\);\n', text)
    assert found is not None
    assert found[1] == number
    audio, rate = soundfile.read(io.BytesIO(base64.b64decode(found[2])))
    assert rate == RATE
    return np.asarray(audio)


def loudness(audio: npt.NDArray[np.float64]) -> float:
    meter = LoudnessMeter(RATE, 1)
    meter.add(audio)
    meter.finish()
    assert meter.true_peak < 10 ** (-0.9 / 20)
    return meter.integrated


def test_all_sounds_of_an_item_are_equally_loud(mushra: Path, mushra_key: Key) -> None:
    for item in mushra_key.page["items"]:
        sounds = [item["reference"], *item["stimuli"]]
        assert len(sounds) == 6  # two systems, two anchors, the reference twice
        levels = [loudness(played(mushra, number)) for number in sounds]
        assert max(levels) - min(levels) < 0.1


def test_the_hidden_reference_is_the_reference(mushra: Path, mushra_key: Key) -> None:
    names = {name: number for number, (item, name) in mushra_key.systems.items() if item == "lead"}
    np.testing.assert_array_equal(
        played(mushra, names["reference"]), played(mushra, names["hidden reference"])
    )
    assert names["reference"] != names["hidden reference"]


def test_the_page_does_not_tell_what_is_what(mushra: Path, abx: Path) -> None:
    for folder in (abx, mushra):
        page = (folder / "page" / "index.html").read_text("utf-8")
        test = re.search(r"const TEST = (.*);", page)
        assert test is not None
        for word in ("near", "far", "anchor", "hidden"):
            assert word not in test[1]
        assert sorted(path.name for path in folder.iterdir()) == ["answers", "key.json", "page"]
        assert json.loads(test[1])["items"][0]["name"] == ITEMS[0]


def test_the_documented_plan_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "listening-tests.md").read_text("utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "stimuli.toml").write_text(text.replace("# trials", "# ").replace("# anchors", "anchors"))
    plan = read_plan(tmp_path / "stimuli.toml")
    assert (plan.kind, plan.anchors) == ("mushra", (3500.0, 7000.0))
    assert plan.items[0].systems["lite"] == Sound(tmp_path / "examples" / "overdrive_a2.nam", 0.0)
    assert plan.items[0].dry == tmp_path / "examples" / "guitar_dry.wav"


@pytest.mark.parametrize("hertz", [3500.0, 7000.0])
def test_anchors_keep_what_the_recommendation_asks_for(hertz: float) -> None:
    """BS.1534-3 5.1 at 3.5 kHz: 0.1 dB of ripple, -25 dB at 4 kHz, -50 dB at 4.5 kHz; for 7 kHz all
    frequencies double.
    """
    impulse = np.zeros((1, RATE))
    impulse[0, RATE // 2] = 1.0
    response = 20 * np.log10(np.abs(np.fft.rfft(low_pass(impulse, hertz, RATE)[0])) + 1e-12)
    assert np.abs(response[: int(hertz)]).max() < 0.1
    assert response[int(hertz * 4.0 / 3.5)] < -25.0
    assert response[int(hertz * 4.5 / 3.5) :].max() < -50.0
    # The anchor has no delay against the reference.
    assert np.argmax(low_pass(impulse, hertz, RATE)[0]) == RATE // 2


def test_models_play_the_dry_file(tmp_path: Path) -> None:
    dry = sound(7).astype(np.float32)
    soundfile.write(tmp_path / "dry.wav", dry, RATE, subtype="FLOAT")
    (tmp_path / "amp.nam").write_text(json.dumps(wavenet()))
    model = Sound(tmp_path / "amp.nam", 1.0)
    recording = Sound(tmp_path / "dry.wav", 1.0)
    item = Item("item", recording, {"model": model}, tmp_path / "dry.wav", 0.1, 0.6)
    prepared = prepare(item, ())
    rendered = nam_core.render(nam_core.load(tmp_path / "amp.nam"), dry)[4800:33600]
    gain = 10 ** (prepared.gains_db["model"] / 20)
    inner = slice(240, -240)  # the fades
    np.testing.assert_allclose(prepared.sounds["model"][0][inner], gain * rendered[inner], rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('kind = "abx"', 'kind = "ab"'), 'kind: must be "abx" or "mushra"; found "ab"'),
        (('kind = "abx"', 'kind = "abx"\ntrials = 0'), "trials: must be from 1 to 200; found 0"),
        (('kind = "abx"', 'kind = "mushra"\ntrials = 9'), "trials: is for ABX tests"),
        (('kind = "abx"', 'kind = "abx"\nanchors = [3500]'), "anchors: is for MUSHRA tests"),
        (
            ('kind = "abx"', 'kind = "mushra"\nanchors = [10]'),
            r"anchors[0]: must be from 500 to 20000 Hz; found 10",
        ),
        (('kind = "abx"', 'kind = "abx"\nloud = 1'), "loud: unknown; known are anchors, item, kind"),
        (('name = "lead"', 'name = "chords"'), 'item[1].name: two items are called "chords"'),
        (('far = "lead-far.wav"', ""), "item[1].systems: every item needs the same systems"),
        (('"lead-far.wav"', '"lead.nam"'), "item[1].dry: missing: a .nam file needs a dry recording"),
        (('far = "lead-far.wav"', '"hidden reference" = "lead-far.wav"'), "this name is taken by the test"),
        (('"lead-far.wav"', "3"), "item[1].systems.far: must be the name of a file"),
        (
            ('"lead-far.wav"', '{file = "a.wav", quality = 2}'),
            "item[1].systems.far.quality: must be from 0 to 1",
        ),
        (('kind = "abx"', "kind ="), "this is not a TOML file"),
        (('"lead-far.wav"', '"missing.wav"'), "missing.wav: No such file or directory"),
        (('"lead-far.wav"', '"other-rate.wav"'), "other-rate.wav: 44100 Hz, but the reference has 48000 Hz"),
        (('"lead-far.wav"', '"stereo.wav"'), "stereo.wav: 2 channels, but the reference has 1"),
        (('"lead-far.wav"', '"short.wav"'), "short.wav: 24,000 frames, but the reference has 48,000"),
        (('"lead-far.wav"', '"silent.wav"'), '"far" of the item "lead" is too quiet to be matched'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_plans_are_refused_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], words: str
) -> None:
    plan = write_plan(tmp_path, "abx", ITEMS[:2])
    soundfile.write(tmp_path / "other-rate.wav", sound(0), 44100)
    soundfile.write(tmp_path / "stereo.wav", np.stack([sound(0)] * 2, 1), RATE)
    soundfile.write(tmp_path / "short.wav", sound(0, 0.5), RATE)
    soundfile.write(tmp_path / "silent.wav", np.zeros(RATE), RATE)
    text = plan.read_text()
    assert change[0] in text
    plan.write_text(text.replace(*change))
    assert main(["listen", "make", str(plan), "-o", str(tmp_path / "out")]) == 2
    assert words in capsys.readouterr().err


def test_a_folder_with_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = write_plan(tmp_path, "abx", ITEMS[:1])
    assert main(["listen", "make", str(plan), "-o", str(tmp_path)]) == 2
    assert "is not empty; choose another folder, or --overwrite" in capsys.readouterr().err
    assert main(["listen", "make", str(plan), "-o", str(tmp_path), "--overwrite"]) == 0
    assert plan.exists()


def test_the_same_plan_gives_the_same_test(tmp_path: Path) -> None:
    plan = write_plan(tmp_path, "abx", ITEMS[:1], seed=3)
    for name in ("a", "b"):
        list(make(read_plan(plan), tmp_path / name))
    assert (tmp_path / "a" / "key.json").read_bytes() == (tmp_path / "b" / "key.json").read_bytes()
    with pytest.raises((NamError, OSError)):
        read_plan(tmp_path / "missing.toml")
