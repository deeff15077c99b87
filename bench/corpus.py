"""Estimates the time to render a corpus of thousands of hours, and what limits it: the table of
docs/corpus.md.

    python -m bench.corpus [--hours 10000] [--minutes 5] [--seconds 60]

Measures a core's time for ``run_job``, from file to file, and the number of tasks per second that a local
Dask cluster hands out. With these figures it simulates a cluster: every core takes a job, waits for the
storage, which serves one job after the other, and computes.
"""

from __future__ import annotations

import argparse
import heapq
import tempfile
import time
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path

import orjson
import soundfile

from bench.models import model_file
from nam_core import RenderJob, RenderOptions, run_job
from nam_core.audio.dry_signal import dry_signal
from nam_core.offline.cluster import cluster, worker_version

RATE = 48_000
IN_BYTES, OUT_BYTES = 2, 3  # a sample of PCM_16 to read, of PCM_24 to write
CORES = (2, 16, 64, 256, 1024)
# Storage in MB/s, reading and writing together: one disk, a file server, an object store in the same data
# centre.
STORAGE = (200, 2_000, 20_000)
MODELS = ("a1-standard", "a2-full", "a2-lite", "a1-nano")
_TASKS = 1000


@dataclass(frozen=True)
class Corpus:
    """Recordings of one length: total hours, and frames of each recording."""

    hours: float
    frames: int

    @property
    def files(self) -> int:
        """The number of recordings."""
        return round(self.hours * 3600 * RATE / self.frames)

    @property
    def bytes_per_file(self) -> int:
        """Bytes that are read and written for one recording."""
        return self.frames * (IN_BYTES + OUT_BYTES)


def seconds_per_job(model: bytes, dry: Path, folder: Path) -> float:
    """Processor seconds of a job for this recording, the least of three runs. Waiting for a disk is not
    included.
    """
    job = RenderJob(model, str(dry), str(folder / "wet.wav"), RenderOptions(subtype="PCM_24"))
    times = []
    for _ in range(3):
        began = time.process_time()
        run_job(job, threads=1)
        times.append(time.process_time() - began)
    return min(times)


def tasks_per_second() -> float:
    """The number of empty tasks per second that a local Dask cluster hands out and takes back."""
    with cluster("local") as executor:
        wait([executor.submit(worker_version) for _ in range(20)])
        began = time.perf_counter()
        wait([executor.submit(worker_version) for _ in range(_TASKS)])
        return _TASKS / (time.perf_counter() - began)


def simulate(corpus: Corpus, job_seconds: float, cores: int, storage: float, jobs_a_second: float) -> float:
    """Hours from the start of the first job to the end of the last, simulated job by job.

    Parameters
    ----------
    job_seconds : seconds of one core per job. storage : MB/s for all cores together. jobs_a_second : jobs per
        second that the scheduler hands out.
    """
    transfer = corpus.bytes_per_file / (storage * 1e6)
    free = [0.0] * min(cores, corpus.files)
    handed, served = 0.0, 0.0
    for _ in range(corpus.files):
        begins = max(heapq.heappop(free), handed)
        handed = begins + 1.0 / jobs_a_second
        # The recording and its result count as one request.
        served = max(served, begins) + transfer
        heapq.heappush(free, served + job_seconds)
    return max(free) / 3600


def main() -> None:
    """Measure, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hours", type=float, default=10_000.0, help="hours of sound (default: 10000)")
    parser.add_argument("--minutes", type=float, default=5.0, help="minutes of a recording (default: 5)")
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="seconds of sound to measure (default: 60)"
    )
    options = parser.parse_args()
    corpus = Corpus(options.hours, round(options.minutes * 60 * RATE))
    measured = round(options.seconds * RATE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        soundfile.write(folder / "dry.wav", dry_signal(measured, RATE, 1)[0], RATE, subtype="PCM_16")
        costs = {}
        for model in MODELS:
            seconds = seconds_per_job(orjson.dumps(model_file(model)), folder / "dry.wav", folder)
            costs[model] = seconds / measured
    handed = tasks_per_second()
    of = f"{options.hours:,.0f} h of sound in {corpus.files:,} recordings of {options.minutes:g} min"
    print(f"{of}, 16 bits in and 24 out: {corpus.files * corpus.bytes_per_file / 1e12:.1f} TB.")
    print(f"A scheduler of Dask hands out {handed:.0f} jobs a second.\n")
    heads = " | ".join(f"{cores} cores" for cores in CORES)
    print(f"| model | ns per sample, file to file | core hours | MB/s per core | {heads} |")
    print("|---|---|---|---|" + "---|" * len(CORES))
    for model, cost in costs.items():
        hours = cost * RATE * options.hours
        rate = (IN_BYTES + OUT_BYTES) / cost / 1e6
        days = " | ".join(_time(hours / cores) for cores in CORES)
        print(f"| {model} | {1e9 * cost:.0f} | {hours:,.0f} | {rate:.1f} | {days} |")
    print(f"\n| model | storage, MB/s | {heads} |")
    print("|---|---|" + "---|" * len(CORES))
    for model, cost in costs.items():
        for storage in STORAGE:
            played = [simulate(corpus, cost * corpus.frames, cores, storage, handed) for cores in CORES]
            print(f"| {model} | {storage:,} | " + " | ".join(map(_time, played)) + " |")


def _time(hours: float) -> str:
    return (
        f"{hours / 24:.1f} d" if hours >= 48 else f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.0f} min"
    )


if __name__ == "__main__":
    main()
