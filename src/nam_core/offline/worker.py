"""Worker threads that do one job after another, and that do not keep the process from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import ParamSpec, TypeAlias, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
_Jobs: TypeAlias = "SimpleQueue[Callable[[], None] | None]"


class Workers:
    """Like a ThreadPoolExecutor, but with daemon threads: a process that ends does not wait for their jobs.

    Parameters
    ----------
    count : threads.
    shared : whether the first free thread takes the next job. If not, all jobs of one lane run in the same
        thread, in order.
    """

    def __init__(self, count: int, shared: bool) -> None:
        queue: _Jobs = SimpleQueue()
        self._queues = [queue if shared else SimpleQueue() for _ in range(count)]
        self._threads = [
            threading.Thread(target=_work, args=(jobs,), name="nam_core worker", daemon=True)
            for jobs in self._queues
        ]

    def __enter__(self) -> Workers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for all jobs that were not cancelled."""
        for jobs in self._queues:
            jobs.put(None)
        for thread in self._threads:
            thread.join()

    def submit(
        self,
        lane: int,
        call: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Result]:
        """Call the function after everything that was submitted to this lane before."""
        future: Future[Result] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        self._queues[lane % len(self._queues)].put(job)
        return future


def _work(jobs: _Jobs) -> None:
    while (job := jobs.get()) is not None:
        job()
