"""Threads that do one job after the other. The process may end while they run."""

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
    """As a ThreadPoolExecutor, but of daemons: a process that ends does not wait for their jobs.

    Parameters
    ----------
    count : threads.
    shared : whether any thread does a job, the first that is free. Otherwise the jobs of one lane are done by
        one thread, in the order in which they came.
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
        """Wait for the jobs that have not been cancelled."""
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
        """Have it called after all that was submitted to this lane before."""
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
