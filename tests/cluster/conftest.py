"""A cluster of processes that tests may kill. Collected where Dask is: `nox -s cluster`."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
from codebase.sources import ROOT

collect_ignore_glob = [] if find_spec("distributed") and find_spec("moto") else ["test_*.py"]

if not collect_ignore_glob:
    from distributed import Client

# Long enough that a job takes about half a second, and a kill comes in the middle of some.
FRAMES = 1_500_000
TAKES = 8


class Processes:
    """A Dask scheduler and its workers, each a process of its own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.start_scheduler()
        self.start_workers(2)
        with Client(self.address) as client:
            client.wait_for_workers(2, timeout=60)

    def start_scheduler(self) -> None:
        options = ("--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        self.scheduler = _start("distributed.cli.dask_scheduler", *options)
        self._wait()

    def start_workers(self, count: int) -> None:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        self.workers += [_start("distributed.cli.dask_worker", self.address, *options) for _ in range(count)]

    def _wait(self) -> None:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the scheduler has not started")

    def end(self) -> None:
        for process in (self.scheduler, *self.workers):
            process.kill()
            process.wait()


def _start(module: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", module, *options]
    # Its own words are not those of the test; what fails shows in the results.
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def processes() -> Iterator[Processes]:
    """A scheduler and two workers of one thread."""
    made = Processes()
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """Recordings that take two cores a few seconds."""
    folder = tmp_path / "takes"
    folder.mkdir()
    for number in range(TAKES):
        noise = np.random.default_rng(number).uniform(-0.3, 0.3, FRAMES)
        soundfile.write(folder / f"{number}.wav", noise, 48000, subtype="PCM_16")
    return folder


@pytest.fixture
def model() -> Path:
    """A capture that is slow to play."""
    return ROOT / "examples" / "overdrive_a2.nam"


class Watch:
    """Watches a folder, and keeps the hash of every content that a name ever had."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._times: dict[Path, int] = {}
        self._stop = threading.Event()
        self.seen: dict[str, set[str]] = {}
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._once()

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            self._once()

    def _once(self) -> None:
        for path in self._folder.glob("*.wav"):
            when = os.stat(path).st_mtime_ns
            if self._times.get(path) != when:
                self._times[path] = when
                self.seen.setdefault(path.name, set()).add(digest(path))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
