"""Threads that do one job after another, the calling one among them, and that do not keep the process from
ending.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
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
    caller_works : whether the calling thread is one of them: it does jobs while it waits for a result. So a
        short recording waits for the start of one thread fewer.
    """

    def __init__(self, count: int, shared: bool, caller_works: bool) -> None:
        queue: _Jobs = SimpleQueue()
        self._queues = [queue if shared else SimpleQueue() for _ in range(count)]
        self._own = self._queues[0] if caller_works else None
        self._others = self._queues[1:] if caller_works else self._queues
        self._threads = [
            threading.Thread(target=_work, args=(jobs,), name="nam_core worker", daemon=True)
            for jobs in self._others
        ]

    def __enter__(self) -> Workers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for the jobs that other threads have begun, and those that were not cancelled."""
        for jobs in self._others:
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
                raise

        self._queues[lane % len(self._queues)].put(job)
        return future

    def result(self, future: Future[Result]) -> Result:
        """The result of a job, or its exception, as soon as it is there.

        Raises at once what another job raises that the calling thread does meanwhile: it may come from the
        handler of a signal.
        """
        while self._own is not None and not future.done():
            try:
                job = self._own.get_nowait()
            except Empty:
                break
            if job is not None:
                job()
        return future.result()


def _work(jobs: _Jobs) -> None:
    while (job := jobs.get()) is not None:
        # The future has the exception.
        with suppress(BaseException):
            job()
