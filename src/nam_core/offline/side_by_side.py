"""Runs independent tasks at the same time, on threads of this process or on an executor of
``concurrent.futures``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from .pieces import available_threads

# Most tasks that an executor holds at a time: enough for as many cores, without flooding a scheduler.
_SUBMITTED = 1000

Record = dict[str, Any]
Task = TypeVar("Task")


@dataclass(frozen=True)
class Ended(Generic[Task]):
    """A finished task with its record or its error; the other one is None."""

    task: Task
    record: Record | None
    error: Exception | None


def listed(jobs: object, kind: type[Task]) -> list[Task]:
    """The jobs as a list. Raises TypeError unless there are several of them, all of the kind."""
    if isinstance(jobs, (kind, str, bytes)) or not isinstance(jobs, Iterable):
        raise TypeError(f"jobs must be a list of {kind.__name__}; found {type(jobs).__name__}")
    found = list(jobs)
    for job in found:
        if not isinstance(job, kind):
            raise TypeError(f"each job must be a {kind.__name__}; found {type(job).__name__}")
    return found


def side_by_side(
    work: Callable[..., Record],
    tasks: Sequence[Task],
    executor: Executor | None,
    on_end: Callable[[Ended[Task]], None],
    on_progress: Callable[[Task, int, int], None] | None = None,
) -> None:
    """Call ``work(task, threads=, progress=)`` for all tasks.

    Parameters
    ----------
    work : a function that another process can import. It ends soon if ``progress`` raises. Once it has told
        that all is done, it computes no more: the next task begins.
    executor : runs the tasks, each with one thread. Without it, the tasks share the cores that this process
        may use; a task gets several if there are fewer tasks than cores.
    on_end : called in this thread after each task, in the order in which they end. If it raises, or a signal
        handler does, tasks that have not begun are cancelled, and running ones in this process end soon.
    on_progress : called in the task's thread with the task and the arguments of its ``progress``; never with
        an executor.
    """
    ended: SimpleQueue[tuple[int, Future[Record]]] = SimpleQueue()
    held: dict[int, Future[Record]] = {}
    waiting = iter(enumerate(tasks))
    with _executor(work, executor, len(tasks), on_progress) as (used, call):

        def submit(index: int, task: Task) -> None:
            held[index] = future = _submitted(used, call, task)
            future.add_done_callback(lambda done: ended.put((index, done)))

        try:
            for index, task in islice(waiting, _SUBMITTED):
                submit(index, task)
            while held:
                index, future = ended.get()
                del held[index]
                for following in islice(waiting, 1):
                    submit(*following)
                on_end(_ended(tasks[index], future))
        finally:
            for future in held.values():
                future.cancel()


@contextmanager
def _executor(
    work: Callable[..., Record],
    given: Executor | None,
    tasks: int,
    on_progress: Callable[[Task, int, int], None] | None,
) -> Iterator[tuple[Executor, Callable[..., Record]]]:
    """The executor, and the function that it calls."""
    if given is not None:
        yield given, partial(work, threads=1)
        return
    cores = available_threads()
    workers = max(1, min(cores, tasks))
    stop = threading.Event()
    places = threading.Semaphore(workers)

    def call(task: Task) -> Record:
        def progress(done: int, total: int) -> None:
            if stop.is_set():
                raise CancelledError
            if on_progress is not None:
                on_progress(task, done, total)
            if done >= total:
                place.close()

        with ExitStack() as place:
            place.enter_context(places)
            if stop.is_set():
                raise CancelledError
            return work(task, threads=cores // workers, progress=progress)

    # One thread more than there are places: a task that has computed all waits for the disk, and gives its
    # place to the next one.
    with ThreadPoolExecutor(workers + 1, "nam_core-work") as pool:
        try:
            yield pool, call
        finally:
            stop.set()


def _submitted(executor: Executor, call: Callable[..., Record], task: object) -> Future[Record]:
    try:
        return executor.submit(call, task)
    except BrokenExecutor as error:
        # A broken executor has lost a process, and accepts no more tasks.
        failed: Future[Record] = Future()
        failed.set_exception(error)
        return failed


def _ended(task: Task, future: Future[Record]) -> Ended[Task]:
    try:
        return Ended(task, future.result(), None)
    except Exception as error:
        return Ended(task, None, error)
