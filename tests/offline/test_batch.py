"""Batches: the jobs that a user's words mean, the effect of a second run, and the manifest."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import container, linear, noise, wavenet

import nam_core
from nam_core.offline.batch import run_batch
from nam_core.offline.batch_options import parse_blend, read_jobs
from nam_core.offline.batch_plan import Batch
from nam_core.offline.options import RenderOptions

# Of a record: what is nested, and what is not.
GROUPS = ("versions", "options", "load", "levels")
COLUMNS = ("isa", "sample_rate", "model_sample_rate", "frames", "peak", "over_full_scale", "ns_per_sample")


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """Two models, one in a subfolder, and three recordings, one of them in a subfolder."""
    for name, gain in (("amps/clean.nam", 0.5), ("amps/high gain/lead.nam", 0.25)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(linear([gain])), "utf-8")
    for number, name in enumerate(("takes/one.wav", "takes/two.flac", "takes/verse/one.wav")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(tmp_path / name, 0.9 * noise(3000, seed=number), 48000, subtype="PCM_16")
    (tmp_path / "takes" / "._one.wav").write_bytes(b"a note of another program")
    (tmp_path / "takes" / "notes.txt").write_text("louder!")
    return tmp_path


def batch(studio: Path, **changes: Any) -> Batch:
    made = Batch([str(studio / "amps")], [str(studio / "takes")], str(studio / "wet"))
    return dataclasses.replace(made, **changes)


def names(found: Batch) -> list[str]:
    return [os.path.relpath(job.output, found.output) for job in found.jobs()]


def manifest(studio: Path) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = json.loads((studio / "wet" / "manifest.json").read_text())["outputs"]
    return outputs


def test_folders_keep_their_shape(studio: Path) -> None:
    assert names(batch(studio)) == [
        f"{model}/{take}.wav" for model in ("clean", "high gain/lead") for take in ("one", "two", "verse/one")
    ]
    flat = batch(
        studio, models=[str(studio / "amps" / "clean.nam")], name="{input} ({model}, {ext})", format="flac"
    )
    assert names(flat) == ["one (clean, wav).flac", "two (clean, flac).flac", "verse/one (clean, wav).flac"]
    pattern = batch(studio, models=[str(studio / "amps/**/*.nam")], inputs=[str(studio / "takes/*.wav")])
    assert names(pattern) == ["clean/one.wav", "lead/one.wav"]
    # What is named twice is played once.
    assert len(batch(studio, models=[str(studio / "amps"), str(studio / "amps/clean.nam")]).jobs()) == 6


def test_sizes(studio: Path) -> None:
    model = studio / "amps" / "clean.nam"
    model.write_text(json.dumps(container(linear([0.1]), linear([0.2]), linear([0.3]))), "utf-8")
    one = batch(studio, inputs=[str(studio / "takes" / "one.wav")])
    assert names(dataclasses.replace(one, size="all")) == [
        *("clean lite/one.wav", "clean 0.333/one.wav", "clean full/one.wav", "high gain/lead full/one.wav")
    ]
    for size, quality in (("full", 1.0), ("lite", 0.0), ("0.5", 0.5)):
        jobs = dataclasses.replace(one, size=size).jobs()
        assert [job.load.quality for job in jobs] == [quality, quality]
    qualities = [job.load.quality for job in dataclasses.replace(one, size="all").jobs()]
    gains = [nam_core.load(str(model), quality=q).process(np.ones(1))[0] for q in qualities[:3]]
    assert np.allclose(gains, [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"models": ["none.nam"]}, "No such file or directory: 'none.nam'"),
        ({"models": ["{studio}/takes"]}, r"takes: no models here; looked for \.nam, "),
        ({"inputs": ["{studio}/amps"]}, "amps: no recordings here"),
        ({"inputs": ["{studio}/*.mp3"]}, r"\*\.mp3: no recordings here"),
        ({"inputs": []}, "no recordings are named"),
        ({"name": "{amp}"}, r"a name may have \{model\}, \{input\}, \{size\}, \{ext\}; found \{amp\}"),
        ({"name": "../{input}"}, "leads out of the output folder"),
        ({"size": "tiny"}, "size must be full, lite, or a quality from 0 to 1; found 'tiny'"),
        ({"format": "mp3"}, r"\.mp3: the name of a sound file to write must end in one of \.wav"),
        ({"options": RenderOptions(subtype="PCM_20")}, "WAV files do not have PCM_20; they have PCM_16"),
        ({"format": "flac", "options": RenderOptions(subtype="FLOAT")}, "FLAC files do not have FLOAT"),
        ({"blend": [(0.0, 1)]}, "a blend needs a gain for each model: 2; found 1"),
    ],
)
def test_words_that_mean_nothing(changes: dict[str, Any], message: str, studio: Path) -> None:
    for key, value in changes.items():
        if key in ("models", "inputs"):
            changes[key] = [text.format(studio=studio) for text in value]
    with pytest.raises((ValueError, OSError, nam_core.NamAudioError), match=message):
        batch(studio, **changes).jobs()
    assert not (studio / "wet").exists()


def test_two_jobs_with_one_name_are_refused_before_work(studio: Path) -> None:
    same = batch(studio, name="{input}")
    with pytest.raises(FileExistsError, match="two outputs have this name"):
        run_batch(same.jobs(), same.output)
    assert not (studio / "wet").exists()


def test_results_are_not_the_recordings_of_the_next_run(studio: Path) -> None:
    """Where the folder of the results lies among the recordings."""
    whole = batch(studio, inputs=[str(studio)])
    first = names(whole)
    assert len(first) == 6
    assert not run_batch(whole.jobs(), whole.output).failed
    assert names(whole) == first
    pattern = batch(studio, inputs=[str(studio / "**" / "two.*")])
    assert [job.input for job in pattern.jobs()] == 2 * [str(studio / "takes" / "two.flac")]
    one = studio / "wet" / "clean" / "takes" / "one.wav"
    assert [job.input for job in batch(studio, inputs=[str(one)]).jobs()] == 2 * [str(one)]
    with pytest.raises(ValueError, match="the folder of the results, does not count; choose another"):
        batch(studio, output=str(studio / "takes")).jobs()


def test_the_manifest(studio: Path) -> None:
    todo = batch(studio, options=RenderOptions(output_gain_db=3.0), format="flac")
    report = run_batch(todo.jobs(), todo.output)
    assert not report.failed
    records = manifest(studio)
    assert [record["output"] for record in records] == sorted(name for name in names(todo))
    for record, job in zip(records, sorted(todo.jobs(), key=lambda job: job.output), strict=True):
        wet, _ = soundfile.read(job.output, dtype="float32")
        levels = nam_core.levels.measure(wet, 48000)
        assert record["levels"]["rms_db"] == pytest.approx(levels.rms_db, abs=0.01)
        assert record["gains"] == [{"input_db": 0.0, "output_db": 3.0}]
        assert (record["sample_rate"], record["format"]) == (48000, "FLAC")
    with (studio / "wet" / "manifest.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["output"] for row in table] == [record["output"] for record in records]
    assert table[0]["gains.output_db"] == "3.0"
    assert table[0]["model_sha256"] == records[0]["model_sha256"]
    assert not (studio / "wet" / "manifest.jsonl").exists()


def test_the_manifest_has_all_that_made_an_output(studio: Path) -> None:
    """In both forms: hashes, versions, options, rate, gains, levels, time."""
    todo = batch(studio, options=RenderOptions(input_gain_db=-1.0, output_gain_db=3.0, tail=0.01))
    assert not run_batch(todo.jobs(), todo.output).failed
    with (studio / "wet" / "manifest.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    jobs = {os.path.relpath(job.output, todo.output).replace(os.sep, "/"): job for job in todo.jobs()}
    for row, record in zip(table, manifest(studio), strict=True):
        job = jobs[row["output"]]
        for name, path in (("model", job.models[0]), ("input", job.input), ("output", job.output)):
            digest = hashlib.sha256(Path(str(path)).read_bytes()).hexdigest()
            assert row[f"{name}_sha256"] == record[f"{name}_sha256"] == digest
        flat = {f"{group}.{name}": value for group in GROUPS for name, value in record[group].items()}
        flat |= {f"gains.{name}": value for name, value in record["gains"][0].items()}
        flat |= {name: record[name] for name in COLUMNS}
        assert {name: row[name] for name in flat} == {
            name: "" if value is None else str(value) for name, value in flat.items()
        }
        assert row["versions.nam_core"] == nam_core.__version__
        assert (row["gains.input_db"], row["options.tail"], row["sample_rate"]) == ("-1.0", "0.01", "48000")
        assert set(record["levels"]) == {"peak_db", "true_peak_db", "rms_db", "lufs"}
        assert record["ns_per_sample"] > 0


def test_threads_and_time_do_not_show_in_a_manifest(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_times(threads: int) -> list[dict[str, Any]]:
        shutil.rmtree(studio / "wet", ignore_errors=True)
        monkeypatch.setattr("nam_core.offline.side_by_side.available_threads", lambda: threads)
        assert len(made(batch(studio))) == 6
        records = manifest(studio)
        for record in records:
            del record["ns_per_sample"]
            for file in record["files"]:
                del file["changed_ns"]
        return records

    assert without_times(1) == without_times(2) == without_times(5)


def made(found: Batch) -> list[str]:
    """The names of the outputs that a run makes."""
    report = run_batch(found.jobs(), found.output)
    assert not report.failed
    assert len(report.results) + len(report.kept) == len(found.jobs())
    return sorted(os.path.relpath(result.job.output, found.output) for result in report.results)


def test_a_second_run_does_what_is_missing_or_changed(studio: Path) -> None:
    todo = batch(studio)
    assert len(made(todo)) == 6
    assert made(todo) == []
    os.unlink(studio / "wet/clean/one.wav")
    assert made(todo) == ["clean/one.wav"]
    (studio / "wet/clean/two.wav").write_bytes(b"damaged")
    assert made(todo) == ["clean/two.wav"]
    soundfile.write(studio / "takes/verse/one.wav", noise(2000), 48000)
    assert made(todo) == ["clean/verse/one.wav", "high gain/lead/verse/one.wav"]
    (studio / "amps/clean.nam").write_text(json.dumps(linear([0.75])), "utf-8")
    assert len(made(todo)) == 3
    # Touched, and not changed.
    os.utime(studio / "amps/clean.nam", (0, 0))
    os.utime(studio / "wet/clean/one.wav", (0, 0))
    assert made(todo) == []
    assert len(made(batch(studio, options=RenderOptions(output_gain_db=1.0)))) == 6
    # Other options for one of the models: the other one's outputs stay.
    lead = [str(studio / "amps" / "high gain" / "lead.nam")]
    louder = batch(studio, models=lead, name="high gain/{model}/{input}", options=RenderOptions(tail=0.1))
    assert len(made(louder)) == 3
    assert len(made(batch(studio, options=RenderOptions(output_gain_db=1.0)))) == 3
    # Another part of the same folder does not forget the rest.
    part = batch(studio, inputs=[str(studio / "takes/one.wav")], name="part/{model}")
    assert len(made(part)) == 2
    assert len(manifest(studio)) == 8


def test_one_bad_file_does_not_stop_the_rest(studio: Path) -> None:
    (studio / "takes/two.flac").write_bytes(b"fLaC and then nothing")
    soundfile.write(studio / "takes/other rate.wav", noise(100), 44100)
    (studio / "amps/broken.nam").write_text("{}")
    todo = batch(studio)
    report = run_batch(todo.jobs(), todo.output)
    assert len(report.results) == 12
    assert len(report.failed) == 4 + 2 * 2
    assert all(result.record is None for result in report.failed)
    assert "44100 Hz" in "".join(str(result.error) for result in report.failed)
    assert len(manifest(studio)) == 4
    assert not [path for path in (studio / "wet").rglob("*") if "partial" in path.name]


def test_a_full_disk_fails_what_does_not_fit(studio: Path) -> None:
    """A limit on file size simulates a full disk: the long recording fails, the others are complete."""
    soundfile.write(studio / "takes/long.wav", 0.5 * noise(100_000), 48000)
    program = (
        "import resource, sys; from nam_core.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY)); sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "render", "amps", "--input", "takes", "--output", "wet"],
        cwd=studio,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "wet: 6 made, 0 kept, 2 failed\n")
    assert sorted(done.stderr.splitlines()) == [
        f"nam-core render: failed: {os.path.join('wet', model, 'long.wav')}: File too large"
        for model in ("clean", "high gain/lead")
    ]
    assert len(manifest(studio)) == 6
    assert not [path for path in (studio / "wet").rglob("*") if "partial" in path.name]


def test_a_manifest_of_something_else_is_refused(studio: Path) -> None:
    (studio / "wet").mkdir()
    (studio / "wet" / "manifest.json").write_text('{"name": "my web app"}')
    todo = batch(studio)
    with pytest.raises(ValueError, match=r"manifest\.json: this is not a manifest of nam-core render"):
        run_batch(todo.jobs(), todo.output)
    assert len(list((studio / "wet").iterdir())) == 1


def test_a_killed_run_goes_on(studio: Path) -> None:
    for number in range(12):
        soundfile.write(studio / f"takes/long{number}.wav", 0.5 * noise(96_000, seed=number), 48000)
    slow = wavenet(16, dilations=tuple(2**i for i in range(9)))
    (studio / "amps/clean.nam").write_text(json.dumps(slow), "utf-8")
    shutil.rmtree(studio / "amps/high gain")
    program = "import sys; from nam_core.cli import main; sys.exit(main())"
    words = ["render", "amps", "--input", "takes", "--output", "wet"]
    command = [sys.executable, "-c", program, *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, cwd=studio, env=environment, stdout=subprocess.PIPE)
    journal, deadline = studio / "wet" / "manifest.jsonl", time.monotonic() + 60
    while not (journal.exists() and journal.read_text().count("\n") >= 2):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = journal.read_text().count("\n")
    # As if the last line had been cut off.
    with journal.open("a") as file:
        file.write('{"output": "clean/lo')
    assert 2 <= kept < 15
    done = subprocess.run(command, cwd=studio, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"wet: {15 - kept} made, {kept} kept, 0 failed\n"
    assert len(manifest(studio)) == 15


def test_a_jobs_file(studio: Path) -> None:
    (studio / "jobs.toml").write_text(
        """
models = ["amps/*.nam"]
input = "takes"
output = "wet"
output_gain_db = -3

[[batch]]
name = "{input} clean"

[[batch]]
models = ["amps/clean.nam", "amps/high gain/lead.nam"]
name = "{input} blend"
blend = "0, -6i"
format = "flac"
subtype = "PCM_16"
tail = "full"
"""
    )
    first, second = read_jobs(str(studio / "jobs.toml"))
    assert names(first) == ["one clean.wav", "two clean.wav", "verse/one clean.wav"]
    assert names(second) == ["one blend.flac", "two blend.flac", "verse/one blend.flac"]
    assert second.blend == ((0.0, 1), (-6.0, -1))
    assert second.options == RenderOptions(output_gain_db=-3, subtype="PCM_16", tail="full")
    assert not run_batch(second.jobs(), second.output).failed
    dry = soundfile.read(studio / "takes" / "one.wav", dtype="float32")[0]
    wet = soundfile.read(studio / "wet" / "one blend.flac", dtype="float32")[0]
    factor = (0.5 - 0.25 * 10 ** (-6 / 20)) * 10 ** (-3 / 20)
    assert np.abs(wet - factor * dry).max() < 2**-14
    assert manifest(studio)[0]["blend"] == [[0.0, 1], [-6.0, -1]]
    assert made(second) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("models = [", "jobs.toml: not a TOML file: "),
        ("model = 'a.nam'", "jobs.toml: unknown key 'model'; there are models, input, output, "),
        ("models = 'a.nam'", "jobs.toml: a batch needs input"),
        ("batch = 3", r"jobs.toml: batch must be tables, \[\[batch\]\]"),
        ("models = [3]\ninput = 'a'\noutput = 'b'", "names of files must be text"),
        ("models = 'a'\ninput = 'a'\noutput = 'b'\nstart = -1", "jobs.toml: start must be 0 seconds or more"),
        ("models = 'a'\ninput = 'a'\noutput = 'b'\nblend = '0, loud'", "blend must be gains in dB"),
        ("[[batch]]\n[[batch]]\nodd = 1", "jobs.toml, batch 1: a batch needs models"),
    ],
)
def test_a_jobs_file_that_is_wrong(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "jobs.toml").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_jobs(str(tmp_path / "jobs.toml"))


def test_gains_of_a_blend() -> None:
    assert parse_blend("0,-3.5, -6i,1e0") == ((0.0, 1), (-3.5, 1), (-6.0, -1), (1.0, 1))
