"""Runs many jobs at the same time, on threads of this process or on an executor of ``concurrent.futures``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from ..audio.safe_writing import refuse_clashes
from .job import RenderJob, run_job
from .side_by_side import Ended, listed, side_by_side


@dataclass(frozen=True)
class JobResult:
    """The result of a job.

    Attributes
    ----------
    job : the job as it was given.
    record : as ``run_job`` returns it; None if the job failed.
    error : why it failed, or None. If an executor broke, its lost jobs have its error and can be given again.
    """

    job: RenderJob
    record: dict[str, Any] | None
    error: Exception | None


def render_many(
    jobs: Iterable[RenderJob],
    executor: Executor | None = None,
    *,
    on_result: Callable[[JobResult], None] | None = None,
    on_progress: Callable[[RenderJob, int, int], None] | None = None,
) -> list[JobResult]:
    """Run many jobs at the same time. A job that fails does not stop the others.

    Parameters
    ----------
    jobs : each needs an output path of its own. Jobs are picklable, so that another process or machine can
        run them; it must see the files under the same names.
    executor : of ``concurrent.futures``: a ``ThreadPoolExecutor``, a ``ProcessPoolExecutor``, that of a Dask
        client (``client.get_executor()``), or any other. Each job then takes one core. Without it, the jobs
        share the cores that this process may use; a job gets several if there are fewer jobs than cores.
    on_result : called in this thread after each job, in the order in which they end.
    on_progress : called with a job, its frames done and its frames in all; only without executor, and in the
        threads of this process.

    Returns
    -------
    A result for each job, in the order of the jobs.

    Raises
    ------
    FileExistsError
        If two jobs have the same output, or an output is also an input or a model. Nothing is done then.
    TypeError
        If ``jobs`` are something else. Nothing is done then.
    KeyboardInterrupt, or any exception of ``on_result``
        Jobs that have not begun are cancelled, and those in threads of this process end soon; files that were
        written are complete.

    Notes
    -----
    A job that runs twice writes the same bytes, so an interrupted run can simply be repeated.
    """
    todo = listed(jobs, RenderJob)
    refuse_clashes((job.output for job in todo), (path for job in todo for path in job.paths_read))
    results: dict[RenderJob, JobResult] = {}

    def keep(ended: Ended[RenderJob]) -> None:
        results[ended.task] = result = JobResult(ended.task, ended.record, ended.error)
        if on_result is not None:
            on_result(result)

    side_by_side(run_job, todo, executor, keep, on_progress)
    return [results[job] for job in todo]
