"""Many jobs side by side, on threads of this process or on any executor of ``concurrent.futures``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from queue import SimpleQueue
from typing import Any

from ..audio.safe_writing import refuse_clashes
from .job import RenderJob, run_job
from .pieces import available_threads

# Jobs that an executor holds at a time: enough for as many cores, and a scheduler is not flooded.
_SUBMITTED = 1000

Record = dict[str, Any]


@dataclass(frozen=True)
class JobResult:
    """What became of a job.

    Attributes
    ----------
    job : as it was given.
    record : as ``run_job`` returns it; None if the job failed.
    error : why it failed, or None. A job that a broken executor has lost has that one's error: do it again.
    """

    job: RenderJob
    record: Record | None
    error: Exception | None


def render_many(
    jobs: Iterable[RenderJob],
    executor: Executor | None = None,
    *,
    on_result: Callable[[JobResult], None] | None = None,
) -> list[JobResult]:
    """Do jobs side by side. A job that fails stops no other.

    Parameters
    ----------
    jobs : what to make; each output has a name of its own. A job is picklable, so that it may be done by
        another process or on another machine, which must see its files under the same names.
    executor : of ``concurrent.futures``: a ``ThreadPoolExecutor``, a ``ProcessPoolExecutor``, that of a Dask
        client (``client.get_executor()``), or any other. Each job then takes one core. Without it the jobs
        share the cores that this process may use, with several for a job if there are fewer jobs than cores.
    on_result : called in this thread after each job, in the order in which they end.

    Returns
    -------
    A result for each job, in the order of the jobs.

    Raises
    ------
    FileExistsError
        If two jobs have one output, or an output is an input or a model. Nothing has then been done.
    KeyboardInterrupt, or what ``on_result`` raises
        Jobs that have not begun are then cancelled, and those on this process's threads end soon; what is
        written is complete.

    Notes
    -----
    A job that is done twice writes the same bytes, so that a run that was cut off may simply be done again.
    """
    todo = list(jobs)
    inputs = [name for job in todo for name in (job.input, job.model) if isinstance(name, str)]
    refuse_clashes((job.output for job in todo), inputs)
    results: list[JobResult | None] = [None] * len(todo)
    ended: SimpleQueue[tuple[int, Future[Record]]] = SimpleQueue()
    held: dict[int, Future[Record]] = {}
    waiting = iter(enumerate(todo))
    with _executor(executor, len(todo)) as (used, call):

        def submit(index: int, job: RenderJob) -> None:
            held[index] = future = _submitted(used, call, job)
            future.add_done_callback(lambda ended_future: ended.put((index, ended_future)))

        try:
            for index, job in islice(waiting, _SUBMITTED):
                submit(index, job)
            while held:
                index, future = ended.get()
                del held[index]
                for following in islice(waiting, 1):
                    submit(*following)
                results[index] = result = _result(todo[index], future)
                if on_result is not None:
                    on_result(result)
        finally:
            for future in held.values():
                future.cancel()
    return [result for result in results if result is not None]


@contextmanager
def _executor(given: Executor | None, jobs: int) -> Iterator[tuple[Executor, Callable[[RenderJob], Record]]]:
    """The executor, and the function that does a job there."""
    if given is not None:
        yield given, partial(run_job, threads=1)
        return
    cores = available_threads()
    workers = max(1, min(cores, jobs))
    stop = threading.Event()

    def end_if_told(done: int, total: int) -> None:
        if stop.is_set():
            raise CancelledError

    call = partial(run_job, threads=cores // workers, progress=end_if_told)
    with ThreadPoolExecutor(workers, "nam_core-render") as pool:
        try:
            yield pool, call
        finally:
            stop.set()


def _submitted(executor: Executor, call: Callable[[RenderJob], Record], job: RenderJob) -> Future[Record]:
    try:
        return executor.submit(call, job)
    except BrokenExecutor as error:
        # It has lost a process, and takes no more jobs.
        failed: Future[Record] = Future()
        failed.set_exception(error)
        return failed


def _result(job: RenderJob, future: Future[Record]) -> JobResult:
    try:
        return JobResult(job, future.result(), None)
    except Exception as error:
        return JobResult(job, None, error)
