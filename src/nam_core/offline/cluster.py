"""Runs jobs on a Dask cluster (extra ``cluster``), whose workers and scheduler may fail."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from .._core import version
from ..errors import NamError
from .job import RenderJob
from .pieces import available_threads
from .places import as_path, is_url

LOCAL = "local"
# Seconds without a scheduler after which the jobs are given up.
_PATIENCE_SECONDS = 600.0
_CONNECT_SECONDS = 10.0
# A task that kills this many workers one after another is considered faulty.
_DEATHS = 3


class ClusterError(BrokenExecutor):
    """The connection to the cluster is lost. Written files are complete; the remaining jobs can be submitted
    again.
    """


class ClusterExecutor(Executor):
    """Sends tasks to a Dask cluster; created by ``cluster``.

    If a worker dies, Dask gives its task to another one. If the scheduler dies, Dask forgets its tasks: this
    executor waits for a scheduler at the same address, and sends every task again whose result it lacks. A
    task may therefore run twice, and must write the same bytes both times.
    """

    def __init__(self, connect: Callable[[], Any], address: str) -> None:
        self._connect = connect
        self._address = address
        self._reconnecting = threading.Lock()
        self._client = connect()
        self._is_closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As in any executor; the future can be cancelled until the task has ended."""
        future: Future[Any] = Future()
        self._send(future, partial(fn, *args, **kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Disconnect from the cluster; its workers go on."""
        self._is_closed = True
        self._client.close()

    def workers(self) -> int:
        """The number of workers now."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def check_versions(self) -> None:
        """Raise NamError if a worker has no nam_core, or another version than this process."""
        try:
            versions: dict[str, str] = self._client.run(worker_version)
        except ImportError as error:
            raise NamError(
                f"a worker of {self._address} cannot import nam_core ({error}); install it there"
            ) from None
        for worker, found in versions.items():
            if found != version:
                raise NamError(
                    f"worker {worker} has nam_core {found}, and this is {version}; install the same"
                )

    def _send(self, future: Future[Any], task: Callable[[], Any]) -> None:
        try:
            sent = self._running().submit(task, pure=False, retries=_DEATHS)
        except Exception as error:
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            return
        future.add_done_callback(lambda done: sent.cancel() if done.cancelled() else None)
        sent.add_done_callback(lambda ended: self._ended(ended, future, task))

    def _ended(self, sent: Any, future: Future[Any], task: Callable[[], Any]) -> None:
        if future.cancelled() or self._is_closed:
            return
        result, error = None, None
        if sent.status == "error":
            error = sent.exception()
        else:
            try:
                result = sent.result()
            # Dask forgot the task, or its result was lost with the worker that held it.
            except (CancelledError, OSError):
                self._send(future, task)
                return
        if not future.set_running_or_notify_cancel():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def _running(self) -> Any:
        """The connected client. Raises ClusterError if there is no scheduler for ``_PATIENCE_SECONDS``."""
        with self._reconnecting:
            end = time.monotonic() + _PATIENCE_SECONDS
            while self._client.status != "running" and not self._is_closed:
                if time.monotonic() > end:
                    raise ClusterError(
                        f"no scheduler at {self._address} for {_PATIENCE_SECONDS:g} s; what is done is done: "
                        "run the same again for the rest"
                    )
                if self._client.status == "closed":
                    with suppress(OSError, TimeoutError):
                        self._client = self._connect()
                time.sleep(0.2)
            return self._client


def worker_version() -> str:
    """The version of nam_core in this process."""
    return version


@contextmanager
def cluster(address: str) -> Iterator[ClusterExecutor]:
    """Yield an executor on a Dask cluster.

    Parameters
    ----------
    address : of a scheduler, such as ``tcp://10.0.0.1:8786``; or "local", which starts a process per core on
        this machine and ends them with the block.

    Raises
    ------
    ImportError
        Without Dask, the extra ``cluster``.
    NamError
        If there is no scheduler, or a worker has another version of nam_core.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ImportError("a cluster needs Dask: install it with `pip install nam_core[cluster]`") from error
    if address == LOCAL:
        with LocalCluster(
            n_workers=available_threads(), threads_per_worker=1, dashboard_address=None, processes=True
        ) as made:
            yield from _used(ClusterExecutor(lambda: Client(made), address))
        return

    def connect() -> Any:
        return Client(address, timeout=_CONNECT_SECONDS)

    try:
        executor = ClusterExecutor(connect, address)
    except (OSError, TimeoutError, ValueError) as error:
        raise NamError(
            f"{address}: no Dask scheduler answers ({type(error).__name__}); start one with "
            f"`dask scheduler`, and on each machine `dask worker {address} --nthreads 1 --nworkers auto`"
        ) from error
    yield from _used(executor)


def _used(executor: ClusterExecutor) -> Iterator[ClusterExecutor]:
    try:
        executor.check_versions()
        if not executor.workers():
            warnings.warn("the scheduler has no workers yet; the jobs wait for them", stacklevel=3)
        yield executor
    finally:
        executor.shutdown()


def for_any_machine(job: RenderJob) -> RenderJob:
    """The job with names that mean the same on every machine: URLs and absolute paths."""

    def moved(name: Any) -> Any:
        return os.path.abspath(as_path(name)) if isinstance(name, str) and not is_url(name) else name

    model: Any = job.model
    if isinstance(model, tuple):
        model = tuple(replace(part, model=moved(part.model)) for part in model)
    return replace(job, model=moved(model), input=moved(job.input), output=moved(job.output))
