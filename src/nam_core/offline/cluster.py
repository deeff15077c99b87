"""Jobs on the machines of a Dask cluster (extra ``cluster``), which may lose workers and its scheduler."""

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
# How long a scheduler may be away before the jobs are given up.
_PATIENCE_SECONDS = 600.0
_CONNECT_SECONDS = 10.0
# A job that ends this many workers in turn is at fault itself.
_DEATHS = 3


class ClusterError(BrokenExecutor):
    """The cluster has been lost. What is written is complete; jobs that are not done may be given again."""


class ClusterExecutor(Executor):
    """Sends tasks to a Dask cluster; made by ``cluster``.

    A task whose worker dies is done again by another one, as Dask does it. If the scheduler dies, Dask
    forgets its tasks: this executor waits until there is a scheduler at the same address, and sends again
    what it has no result of. So a task may be done twice, and has to write the same both times.
    """

    def __init__(self, connect: Callable[[], Any], address: str) -> None:
        self._connect = connect
        self._address = address
        self._reconnecting = threading.Lock()
        self._client = connect()
        self._is_closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As of any executor; the future can be cancelled until the task has ended."""
        future: Future[Any] = Future()
        self._send(future, partial(fn, *args, **kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its workers stay."""
        self._is_closed = True
        self._client.close()

    def workers(self) -> int:
        """How many there are now."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def check_versions(self) -> None:
        """Raise NamError if a worker has another nam_core than this one, or none."""
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
            # The task is forgotten, or its result went with the worker that had it.
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
        """The client, connected. Raises ClusterError if there is no scheduler for too long."""
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
    """An executor on a Dask cluster, for the block.

    Parameters
    ----------
    address : of a scheduler, such as ``tcp://10.0.0.1:8786``; or "local" for a cluster of a process per core
        on this machine, which ends with the block.

    Raises
    ------
    ImportError
        Without Dask, the extra ``cluster``.
    NamError
        If there is no scheduler, or its workers have another nam_core.
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
    """The job with names that mean the same wherever it is done: URLs, and paths from the root on."""

    def moved(name: Any) -> Any:
        return os.path.abspath(as_path(name)) if isinstance(name, str) and not is_url(name) else name

    model: Any = job.model
    if isinstance(model, tuple):
        model = tuple(replace(part, model=moved(part.model)) for part in model)
    return replace(job, model=moved(model), input=moved(job.input), output=moved(job.output))
