"""Many trainings side by side, and the ranking of their architectures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import orjson
import pytest
from training.conftest import RATE, Recordings, write
from training.networks import NARROW, STUDENT

import nam_core
from nam_core import TrainingJob, TrainingResult, train_many
from nam_core.cli import main
from nam_core.training.many import rank_architectures
from nam_core.training.networks import Network


@pytest.fixture(scope="module")
def pair(recordings: Recordings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """A dry recording and two wet ones, long enough for a step of the recipes."""
    folder = tmp_path_factory.mktemp("many")
    x, y = np.tile(recordings.x, 2), np.tile(recordings.y, 2)
    wets = [write(folder / "clean.wav", y), write(folder / "loud.wav", np.tanh(2 * y))]
    return write(folder / "dry.wav", x), wets


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two architectures."""
    folder = tmp_path_factory.mktemp("shapes")
    paths = [folder / "narrow.nam", folder / "wide.nam"]
    for path, file in zip(paths, (NARROW, STUDENT), strict=True):
        path.write_bytes(orjson.dumps(Network.of(file).file))
    return paths


def jobs_of(pair: tuple[Path, list[Path]], shapes: list[Path], folder: Path) -> list[TrainingJob]:
    dry, wets = pair
    return [
        TrainingJob(
            str(dry),
            str(wet),
            str(folder / f"{wet.stem}-{shape.stem}.nam"),
            str(shape),
            recipe="fast",
            epochs=1,
            rate=RATE,
        )
        for wet in wets
        for shape in shapes
    ]


def test_captures_are_those_of_train_on_any_executor(
    pair: tuple[Path, list[Path]], shapes: list[Path], tmp_path: Path
) -> None:
    jobs = jobs_of(pair, shapes, tmp_path)[:2]
    with ThreadPoolExecutor(2) as executor:
        results = train_many(jobs, executor)
    assert [result.error for result in results] == [None, None]
    for job in jobs:
        alone = nam_core.train(
            job.dry, job.wet, architecture=job.architecture, recipe="fast", epochs=1, rate=RATE
        )
        assert orjson.loads(Path(job.output).read_bytes())["weights"] == alone.file["weights"]


def test_a_failed_job_stops_no_other_and_a_finished_job_is_not_trained_again(
    pair: tuple[Path, list[Path]], shapes: list[Path], tmp_path: Path
) -> None:
    good, other = jobs_of(pair, shapes, tmp_path)[:2]
    bad = TrainingJob(other.dry, str(tmp_path / "missing.wav"), other.output, rate=RATE)
    told: list[TrainingResult] = []
    first, second = train_many([good, bad], on_result=told.append)
    assert len(told) == 2
    assert first.error is None
    assert isinstance(second.error, FileNotFoundError)
    # If the job is done again, it only writes its file.
    Path(good.output).unlink()
    steps: list[int] = []
    (again,) = train_many([good], on_progress=lambda job, done, total: steps.append(done))
    assert again.record is not None
    assert again.record["esr"] == first.record["esr"] if first.record else False
    assert steps == []
    with pytest.raises(FileExistsError, match="two outputs have this name"):
        train_many([good, good])


def test_command_ranks_architectures(
    pair: tuple[Path, list[Path]], shapes: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dry, wets = pair
    out, page, ranking = tmp_path / "captures", tmp_path / "front.html", tmp_path / "front.json"
    command = ["train-many", str(dry), *map(str, wets), "-o", str(out), "--recipe", "fast", "--epochs", "1"]
    command += ["--rate", str(RATE), "--html", str(page), "--json", str(ranking)]
    assert main([*command, "--architecture", *map(str, shapes)]) == 0
    printed = capsys.readouterr()
    assert "clean-narrow.nam: ESR" in printed.err
    names = sorted(path.name for path in out.glob("*.nam"))
    assert names == ["clean-narrow.nam", "clean-wide.nam", "loud-narrow.nam", "loud-wide.nam"]
    found = orjson.loads(ranking.read_bytes())
    assert {model["name"] for model in found["models"]} == {"narrow", "wide"}
    assert [target["name"] for target in found["targets"]] == ["clean", "loud"]
    assert all(model["ns_per_sample"] > 0 for model in found["models"])
    best = found["ranking"][0]["model"]
    assert f"{best} is nearest" in page.read_text("utf-8")
    # The error of an architecture is the mean over its captures.
    for rank in found["ranking"]:
        scores = [match["scores"]["esr"] for match in found["matches"] if match["model"] == rank["model"]]
        assert rank["esr"] == pytest.approx(np.mean(scores), rel=1e-6)


def test_bad_architecture_is_told_before_any_training(
    pair: tuple[Path, list[Path]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dry, wets = pair
    command = ["train-many", str(dry), str(wets[0]), "-o", str(tmp_path / "out"), "--architecture"]
    assert main([*command, "a1-nano", "a9"]) == 2
    assert "a9 is no file and no architecture" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_nothing_to_rank() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        rank_architectures([])
