"""Data sets contain what ``render`` gives, for all options; a second run gives the same bytes."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
from dataset.conftest import LENGTH, silent_in_the_middle

import nam_core
from nam_core.datasets import DatasetOptions, make_dataset
from nam_core.offline.side_by_side import Ended


def options(**changes: Any) -> DatasetOptions:
    return DatasetOptions(**{"length": LENGTH, "split": {"train": 2.0, "test": 1.0}, **changes})


def rows(folder: Path, split: str = "*") -> list[dict[str, Any]]:
    found = []
    for file in sorted(folder.glob(f"{split}-*.parquet")):
        columns = {name: pq.read_table(file)[name] for name in pq.read_schema(file).names}
        arrays = {name: samples(column) for name, column in columns.items()}
        found += [dict(zip(arrays, row, strict=True)) for row in zip(*arrays.values(), strict=True)]
    return found


def samples(column: Any) -> Any:
    """A column as a list of values, one of samples as an array of its rows."""
    if not pa.types.is_fixed_size_list(column.type):
        return column.to_pylist()
    flat, shape = column.combine_chunks(), [len(column)]
    while pa.types.is_fixed_size_list(flat.type):
        shape.append(flat.type.list_size)
        flat = flat.flatten()
    return flat.to_numpy().reshape(shape)


@lru_cache(maxsize=30)
def rendered(amps: Path, takes: Path, model: str, recording: str, gain_db: float = 0.0) -> Any:
    dry, _ = soundfile.read(takes / recording, dtype="float32")
    heard = dry * np.float32(10 ** (gain_db / 20)) if gain_db else dry
    return nam_core.render(nam_core.load(amps / f"{model}.nam"), heard), heard


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("hop", [None, 500, 2500])
def test_pairs_have_the_bits_of_render(takes: Path, amps: Path, tmp_path: Path, hop: int | None) -> None:
    models = [str(amps / "clean.nam"), str(amps / "crunch.nam")]
    made = make_dataset(models, [str(takes)], tmp_path / "set", options=options(hop=hop))
    found = rows(tmp_path / "set")
    assert len(found) == 2 * sum(made.segments.values())
    for row in found:
        wet, dry = rendered(amps, takes, row["model"], row["recording"])
        part = slice(row["start"], row["start"] + LENGTH)
        assert np.array_equal(np.float32(row["dry"]), dry[part])
        assert np.array_equal(np.float32(row["wet"]), wet[part])
    # Every segment that is whole, of every recording, in every model.
    step = hop or LENGTH
    expected = {
        (model, path.relative_to(takes).as_posix(), start)
        for path in takes.rglob("[0-9].*")
        for start in range(0, soundfile.info(path).frames - LENGTH + 1, step)
        for model in ("clean", "crunch")
    }
    assert {(row["model"], row["recording"], row["start"]) for row in found} == expected


def test_five_lines_and_pyarrow_read_it(takes: Path, amps: Path, tmp_path: Path) -> None:
    """The lines of docs/datasets.md in a process that cannot import nam_core."""
    make_dataset([str(amps / "clean.nam")], [str(takes)], tmp_path / "set", options=options())
    program = f"""
import sys; sys.modules["nam_core"] = None
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
flat = (table[name].combine_chunks().flatten() for name in ("dry", "wet"))
dry, wet = (column.to_numpy().reshape(-1, {LENGTH}) for column in flat)
print(len(table), dry.shape, wet.dtype, float(wet.astype("float64").sum()))
"""
    (path, *_) = sorted((tmp_path / "set").glob("train-*.parquet"))
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    expected = [row["wet"] for row in rows(tmp_path / "set", "train")]
    shape, total = (len(expected), LENGTH), float(np.sum(expected, dtype=np.float64))
    assert done.stdout == f"{len(expected)} {shape} float32 {total}\n"


def test_many_wets_with_drawn_gains(takes: Path, amps: Path, tmp_path: Path) -> None:
    wanted = options(layout="many", gain_db=(-12.0, 6.0))
    make_dataset([str(amps / "c*.nam")], [str(takes)], tmp_path / "set", options=wanted)
    found = rows(tmp_path / "set")
    for row in found:
        assert -12.0 <= row["gain_db"] < 6.0
        part = slice(row["start"], row["start"] + LENGTH)
        for model, wet in zip(("clean", "crunch"), row["wet"], strict=True):
            gain = drawn(row, takes)
            expected, dry = rendered(amps, takes, model, row["recording"], gain)
            assert np.array_equal(np.float32(row["dry"]), dry[part])
            assert np.array_equal(np.float32(wet), expected[part])
    gains = [row["gain_db"] for row in found]
    assert len(set(gains)) == len(gains)
    assert max(gains) - min(gains) > 9.0


def drawn(row: dict[str, Any], takes: Path) -> float:
    """The gain in double precision; the column stores it as float32."""
    from nam_core.datasets.draws import draw_gain
    from nam_core.offline.hashing import sha256

    gain = draw_gain(0, sha256(str(takes / row["recording"])), row["start"], (-12.0, 6.0))
    assert np.float32(gain) == np.float32(row["gain_db"])
    return gain


def test_an_lstm_has_forgotten_its_start(takes: Path, amps: Path, tmp_path: Path) -> None:
    """An LSTM plays one second before a segment, not the whole recording."""
    long = takes / "0.wav"
    audio = np.tile(soundfile.read(long, dtype="float32")[0], 10)
    soundfile.write(long, audio, 48000, subtype="FLOAT")
    make_dataset(
        [str(amps / "old.nam")], [str(long)], tmp_path / "set", options=options(split={"train": 1.0})
    )
    wet, _ = rendered(amps, takes, "old", "0.wav")
    for row in rows(tmp_path / "set"):
        difference = np.asarray(row["wet"], np.float32) - wet[row["start"] : row["start"] + LENGTH]
        assert np.abs(difference).max() <= 1e-6 * np.abs(wet).max()


@pytest.mark.parametrize(
    ("format", "dtype", "step"),
    [("parquet", "float16", 2.0**-11), ("parquet", "int16", 2.0**-16), ("flac", "int24", 2.0**-23)],
)
@pytest.mark.parametrize("layout", ["pairs", "many"])
def test_sample_types(
    takes: Path, amps: Path, tmp_path: Path, format: Any, dtype: str, step: float, layout: Any
) -> None:
    wanted = options(format=format, sample_dtype=dtype, layout=layout)
    make_dataset([str(amps / "c*.nam")], [str(takes)], tmp_path / "set", options=wanted)
    found = rows(tmp_path / "set")
    assert found
    scale = 2.0**-15 if dtype == "int16" else 1.0
    for row in found:
        names = ["clean", "crunch"] if layout == "many" else [row["model"]]
        wets = row["wet"] if layout == "many" else [row["wet"]]
        for model, stored in zip(names, wets, strict=True):
            wet, dry = rendered(amps, takes, model, row["recording"])
            part = slice(row["start"], row["start"] + LENGTH)
            for samples, exact in ((row["dry"], dry), (stored, wet)):
                if format == "flac":
                    where = {"start": row["offset"], "frames": row["frames"]}
                    samples, _ = soundfile.read(tmp_path / "set" / samples, **where)
                got = np.asarray(samples, np.float64) * scale
                assert np.abs(
                    got - np.clip(exact[part], -1.0, 1.0 - 2.0**-15)
                ).max() <= 1.001 * step + 3e-5 * (dtype == "int16")


def test_splits_are_of_recordings(takes: Path, amps: Path, tmp_path: Path) -> None:
    # The same bytes under two names: a test of one must not have been trained on with the other.
    (takes / "copy of 2.wav").write_bytes((takes / "2.wav").read_bytes())
    with pytest.warns(
        UserWarning, match=r"copy of 2\.wav: has the bytes of 2\.wav|2\.wav: has the bytes of copy"
    ):
        made = make_dataset([str(amps / "crunch.nam")], [str(takes)], tmp_path / "set", options=options())
    where = {
        split: {row["recording"] for row in rows(tmp_path / "set", split)} for split in ("train", "test")
    }
    assert where["train"] and where["test"]
    assert where["train"].isdisjoint(where["test"])
    assert any({"2.wav", "copy of 2.wav"} <= recordings for recordings in where.values())
    assert made.recordings == {split: len(recordings) for split, recordings in where.items()}
    manifest = json.loads((tmp_path / "set" / "dataset.json").read_bytes())
    for split, recordings in where.items():
        assert {
            name for name, about in manifest["recordings"].items() if about["split"] == split
        } == recordings
    share = made.segments["train"] / sum(made.segments.values())
    assert 0.4 < share < 0.9


def test_silence_is_left_out(tmp_path: Path, amps: Path) -> None:
    silent_in_the_middle(tmp_path / "a.wav")
    one = options(split={"train": 1.0})
    for silence_db, starts in ((-60.0, [0, 2, 3]), (-50.0, [0, 3]), (float("-inf"), [0, 1, 2, 3])):
        target = tmp_path / f"set{silence_db}"
        wanted = options(split=one.split, silence_db=silence_db)
        made = make_dataset([str(amps / "crunch.nam")], [str(tmp_path / "a.wav")], target, options=wanted)
        assert [row["start"] // LENGTH for row in rows(target)] == starts
        assert made.silent == 4 - len(starts)


def test_the_same_bytes_again_and_from_processes(takes: Path, amps: Path, tmp_path: Path) -> None:
    wanted = options(gain_db=(-6.0, 6.0), shard_bytes=4 * 2 * 3 * 2 * LENGTH)
    models, recordings = [str(amps)], [str(takes)]
    made = make_dataset(models, recordings, tmp_path / "one", options=wanted)
    assert made.shards == made.made > 4
    # By name, in another order, elsewhere.
    listed = sorted(map(str, amps.glob("*.nam")), reverse=True)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        make_dataset(listed, recordings, tmp_path / "two", options=wanted, executor=executor)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    other = options(gain_db=(-6.0, 6.0), shard_bytes=wanted.shard_bytes, seed=1)
    make_dataset(models, recordings, tmp_path / "three", options=other)
    assert contents(tmp_path / "one") != contents(tmp_path / "three")


def test_a_run_that_was_cut_off_goes_on(
    takes: Path, amps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = options(shard_bytes=4 * 2 * 3 * LENGTH)
    models, recordings = [str(amps / "crunch.nam")], [str(takes)]
    expected = make_dataset(models, recordings, tmp_path / "whole", options=wanted)
    from nam_core.datasets import making

    def cut_off(work: Any, tasks: Any, executor: Any, on_end: Any) -> None:
        for task in tasks[:3]:
            on_end(Ended(task, work(task), None))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(making, "side_by_side", cut_off)
        make_dataset(models, recordings, tmp_path / "set", options=wanted)
    assert json.loads((tmp_path / "set" / "dataset.json").read_bytes())["complete"] is False
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "set").glob("*.parquet")}
    assert len(kept) == 3
    made = make_dataset(models, recordings, tmp_path / "set", options=wanted)
    assert made.made == expected.shards - 3
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())
    assert contents(tmp_path / "set") == contents(tmp_path / "whole")
    assert make_dataset(models, recordings, tmp_path / "set", options=wanted).made == 0


def test_memory_does_not_grow_with_recordings(amps: Path, tmp_path: Path) -> None:
    """Only one group of rows is in memory at a time: here at most three segments of 1 MB."""
    import tracemalloc

    from nam_core.datasets import segments

    length = 2**18
    parts = []
    for number in range(2):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, np.tile([0.5, -0.5], 6 * length), 48000, subtype="PCM_16")
        parts.append(segments.Part(path.name, str(path), "", 0, length * np.arange(12)))
    model = nam_core.load(amps / "crunch.nam")
    tracemalloc.start()
    try:
        made = segments.make_segments(parts, [model], length, segments.Gains(0, None), threads=1)
        assert sum(1 for _ in made) == 24
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 * 4 * length / 2
