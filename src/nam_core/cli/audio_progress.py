"""A progress bar in seconds of sound, with the time left and the speed relative to real time."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .messages import printable

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..offline.job import RenderJob


class AudioBar:
    """Counts the progress of jobs; without a terminal it shows nothing. Any thread may call it.

    Parameters
    ----------
    bar : a progress bar of rich, or None. description : the text before it.
    """

    def __init__(self, bar: Progress | None, description: str) -> None:
        self._bar = bar
        self._lock = threading.Lock()
        self._seconds: dict[RenderJob, float] = {}
        self._parts: dict[RenderJob, float] = {}
        self._done = 0.0
        self._began = time.perf_counter()
        if bar is not None:
            self._task = bar.add_task(printable(description), total=None, speed="")

    def expect(self, jobs: Iterable[RenderJob]) -> None:
        """Add these jobs to the total."""
        if self._bar is None:
            return
        lengths: dict[str, float] = {}
        for job in jobs:
            if job.input not in lengths:
                lengths[job.input] = _seconds(job.input)
            self._seconds[job] = lengths[job.input]
        self._bar.update(self._task, total=sum(self._seconds.values()) or None)

    def show(self, job: RenderJob, done: int, total: int) -> None:
        """Set how many frames of a job are done."""
        if self._bar is None:
            return
        seconds = self._seconds.get(job, 0.0) * done / max(1, total)
        with self._lock:
            self._done += seconds - self._parts.get(job, 0.0)
            self._parts[job] = seconds
            speed = self._done / max(1e-9, time.perf_counter() - self._began)
            self._bar.update(self._task, completed=self._done, speed=f"{speed:.0f} x real time")

    def done(self, job: RenderJob) -> None:
        """Count a job as done, whether it succeeded or not."""
        self.show(job, 1, 1)


@contextmanager
def audio_progress(description: str) -> Iterator[AudioBar]:
    """Show a bar on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield AudioBar(None, description)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[speed]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield AudioBar(bar, description)


def _seconds(path: str) -> float:
    """Return the length of a recording; 0 if it cannot be read (the job will report that)."""
    import soundfile

    try:
        return float(soundfile.info(path).duration)
    except (OSError, RuntimeError):
        return 0.0
