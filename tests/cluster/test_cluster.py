"""Jobs on a cluster of two processes: a worker and the scheduler are killed, and all files are right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import orjson
import pytest
import soundfile
from cluster.conftest import Processes, Watch, digest

import nam_core
from nam_core import JobResult, RenderJob, TrainingJob, render_many, train_many
from nam_core.audio.dry_signal import dry_signal
from nam_core.cli import main
from nam_core.format.building import layer_array, wavenet
from nam_core.offline.cluster import cluster


def make_jobs(model: Path, takes: Path, folder: Path) -> list[RenderJob]:
    folder.mkdir()
    return [RenderJob(str(model), str(dry), str(folder / dry.name)) for dry in sorted(takes.iterdir())]


@pytest.fixture
def expected(model: Path, takes: Path, tmp_path: Path) -> dict[str, str]:
    """The hash of each output, as this process computes it."""
    results = render_many(make_jobs(model, takes, tmp_path / "expected"))
    assert not [result.error for result in results if result.error]
    return {Path(result.job.output).name: digest(Path(result.job.output)) for result in results}


def test_a_worker_is_killed(
    processes: Processes, model: Path, takes: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    def kill(result: JobResult) -> None:
        processes.workers[0].kill()

    jobs = make_jobs(model, takes, tmp_path / "wet")
    with Watch(tmp_path / "wet") as watch, cluster(processes.address) as executor:
        results = render_many(jobs, executor, on_result=kill)
    assert [(result.job, result.error) for result in results] == [(job, None) for job in jobs]
    assert watch.seen == {name: {found} for name, found in expected.items()}


def test_the_scheduler_is_killed_and_comes_back(
    processes: Processes, model: Path, takes: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    ended: list[JobResult] = []

    def kill(result: JobResult) -> None:
        ended.append(result)
        if len(ended) == 2:
            # Its workers end when they have lost it; whoever looks after a cluster starts them again.
            processes.scheduler.kill()
            processes.scheduler.wait()
            processes.start_scheduler()
            processes.start_workers(2)

    jobs = make_jobs(model, takes, tmp_path / "wet")
    with Watch(tmp_path / "wet") as watch, cluster(processes.address) as executor:
        results = render_many(jobs, executor, on_result=kill)
    assert [(result.job, result.error) for result in results] == [(job, None) for job in jobs]
    assert watch.seen == {name: {found} for name, found in expected.items()}


def test_a_plain_dask_client_is_an_executor_too(
    processes: Processes, model: Path, takes: Path, tmp_path: Path, expected: dict[str, str]
) -> None:
    from distributed import Client

    with Client(processes.address) as client:
        results = render_many(make_jobs(model, takes, tmp_path / "wet"), client.get_executor())
    assert {Path(result.job.output).name: digest(Path(result.job.output)) for result in results} == expected


def test_the_command_on_a_local_cluster(
    model: Path,
    takes: Path,
    tmp_path: Path,
    expected: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (takes / "bad.wav").write_bytes(b"no sound")
    # A relative path, and a URL that is one.
    given = ["render", str(model), "--input", takes.as_uri(), "--output", "wet", "--name", "{input}"]
    assert main([*given, "--dask", "local"]) == 1
    assert {path.name: digest(path) for path in Path("wet").glob("*.wav")} == expected
    shown = capsys.readouterr()
    assert "wet: 8 made, 0 kept, 1 failed" in shown.out
    assert f"failed: {takes / 'bad.wav'}: " in shown.err
    (takes / "bad.wav").unlink()
    assert main(given) == 0
    assert "wet: 0 made, 8 kept, 0 failed" in capsys.readouterr().out
    assert len(json.loads(Path("wet/manifest.json").read_text())["outputs"]) == 8


def test_no_scheduler() -> None:
    refused = pytest.raises(nam_core.NamError, match=r"tcp://127\.0\.0\.1:9: no Dask .*`dask scheduler`")
    with refused, cluster("tcp://127.0.0.1:9"):
        pass


def test_captures_are_trained_on_a_cluster(processes: Processes, tmp_path: Path) -> None:
    x = dry_signal(40 * 8000, 8000, 1)[0]
    wet = 0.5 * np.tanh(3 * x)
    for name, signal in (("dry", x), ("wet", wet)):
        soundfile.write(tmp_path / f"{name}.wav", signal, 8000, subtype="FLOAT")
    shape = tmp_path / "shape.nam"
    shape.write_bytes(orjson.dumps(wavenet(layer_array(2, [3], [1]))))

    def job(name: str) -> TrainingJob:
        dry, wet, output = (str(tmp_path / each) for each in ("dry.wav", "wet.wav", name))
        return TrainingJob(dry, wet, output, str(shape), recipe="fast", epochs=1, rate=8000)

    with cluster(processes.address) as executor:
        (there,) = train_many([job("there.nam")], executor)
    (here,) = train_many([job("here.nam")])
    assert there.error is None
    assert here.error is None
    found = [json.loads((tmp_path / name).read_text())["weights"] for name in ("there.nam", "here.nam")]
    assert found[0] == found[1]
