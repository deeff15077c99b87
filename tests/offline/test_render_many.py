"""Many jobs at a time: on threads of this process, on other executors, and after a failure."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from small_models import linear, noise, wavenet

import nam_core
from nam_core import JobResult, RenderJob, RenderOptions, render_many
from nam_core.offline.side_by_side import Ended, side_by_side


@pytest.fixture
def jobs(tmp_path: Path) -> list[RenderJob]:
    """Two models on three recordings; one model is given by its path, one by its contents."""
    (tmp_path / "amp.nam").write_text(json.dumps(wavenet()))
    models: tuple[str | bytes, ...] = (str(tmp_path / "amp.nam"), json.dumps(linear([0.5])).encode())
    made = []
    for take in range(3):
        dry = tmp_path / f"dry{take}.wav"
        soundfile.write(dry, noise(3000, seed=take), 48000, subtype="FLOAT")
        for number, model in enumerate(models):
            wet = str(tmp_path / f"wet{take}-{number}.wav")
            made.append(RenderJob(model, str(dry), wet, RenderOptions(subtype="PCM_24")))
    return made


def check(results: list[JobResult], jobs: list[RenderJob]) -> None:
    assert [result.job for result in results] == jobs
    for result in results:
        assert result.error is None and result.record is not None
        dry, _ = soundfile.read(result.job.input, dtype="float32")
        expected = nam_core.render(nam_core.load(result.job.models[0]), dry)
        wet, _ = soundfile.read(result.job.output, dtype="float32")
        assert np.allclose(wet, expected, rtol=0, atol=2.0**-23)
        assert result.record["output"] == result.job.output


def spawned(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def test_this_process_s_threads(jobs: list[RenderJob]) -> None:
    seen: list[JobResult] = []
    results = render_many(jobs, on_result=seen.append)
    check(results, jobs)
    assert sorted(seen, key=lambda one: jobs.index(one.job)) == results
    assert render_many([]) == []


@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(3), lambda: spawned(2)])
def test_any_executor(jobs: list[RenderJob], make: Any) -> None:
    with make() as executor:
        check(render_many(iter(jobs), executor), jobs)


def test_a_job_that_fails_stops_no_other(jobs: list[RenderJob]) -> None:
    Path(jobs[0].input).write_bytes(b"no sound")
    Path(jobs[2].input).unlink()
    with spawned(1) as executor:
        for pool in (None, executor):
            results = render_many(jobs, pool)
            damaged, missing = results[0].error, results[2].error
            assert isinstance(damaged, nam_core.NamAudioError) and damaged.path == jobs[0].input
            assert isinstance(missing, FileNotFoundError) and missing.filename == jobs[2].input
            assert [result.record is None for result in results] == [True, True, True, True, False, False]
            check(results[4:], jobs[4:])


def test_a_killed_process_costs_its_jobs_and_they_can_be_done_again(jobs: list[RenderJob]) -> None:
    kill = signal.SIGTERM if os.name == "nt" else signal.SIGKILL
    killed: list[int] = []

    def kill_one(result: JobResult) -> None:
        if not killed:
            killed.append(next(iter(executor._processes)))
            os.kill(killed[0], kill)

    # Recordings that take long enough that not all are done by then.
    for job in jobs:
        soundfile.write(job.input, noise(400_000), 48000, subtype="FLOAT")
    with spawned(1) as executor:
        results = render_many(jobs, executor, on_result=kill_one)
    lost = [result for result in results if result.error]
    assert lost and all(isinstance(result.error, BrokenProcessPool) for result in lost)
    again = render_many([result.job for result in lost])
    check([result for result in results if not result.error] + again, jobs)


def test_clashes_are_refused_before_work(jobs: list[RenderJob]) -> None:
    last = RenderJob(jobs[1].model, jobs[1].input, jobs[0].output)
    with pytest.raises(FileExistsError, match="two outputs have this name"):
        render_many([*jobs, last])
    assert not any(Path(job.output).exists() for job in jobs)
    with pytest.raises(FileExistsError, match="also an input"):
        render_many([*jobs, RenderJob(jobs[1].model, jobs[1].input, jobs[2].input)])


def test_what_on_result_raises_ends_it(jobs: list[RenderJob]) -> None:
    def stop(result: JobResult) -> None:
        raise KeyboardInterrupt

    for job in jobs:
        soundfile.write(job.input, noise(2_000_000), 48000, subtype="FLOAT")
    short = RenderJob(jobs[1].model, jobs[1].input, jobs[1].output)
    soundfile.write(short.input, noise(10), 48000, subtype="FLOAT")
    with pytest.raises(KeyboardInterrupt):
        render_many([short, *jobs[2:]], on_result=stop)
    assert not Path(jobs[-1].output).exists()
    assert not list(Path(jobs[0].output).parent.glob("*.partial"))


def test_a_task_that_waits_for_the_disk_gives_its_place_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nam_core.offline.side_by_side.available_threads", lambda: 1)
    begun = [threading.Event() for _ in range(4)]
    computing = most = 0

    def work(task: int, threads: int, progress: Any) -> dict[str, Any]:
        nonlocal computing, most
        computing += 1
        most = max(most, computing)
        begun[task].set()
        progress(1, 2)
        computing -= 1
        progress(2, 2)
        # The disk is slow: the next task has begun before this one ends.
        assert task == 3 or begun[task + 1].wait(30)
        return {"task": task}

    ended: list[Ended[int]] = []
    side_by_side(work, range(4), None, ended.append)
    assert sorted(one.task for one in ended if one.error is None) == [0, 1, 2, 3]
    assert most == 1


def test_no_more_than_a_thousand_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting(Executor):
        held = most = 0

        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.held += 1
            self.most = max(self.most, self.held)

            def end() -> None:
                time.sleep(0.002)
                self.held -= 1
                future.set_result({})

            threading.Thread(target=end).start()
            return future

    monkeypatch.setattr("nam_core.offline.side_by_side._SUBMITTED", 20)
    executor = Counting()
    results = render_many([RenderJob(b"", "dry", f"wet{n}") for n in range(100)], executor)
    assert len(results) == 100
    assert executor.most <= 20
