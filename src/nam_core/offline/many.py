"""Many jobs side by side, on threads of this process or on any executor of ``concurrent.futures``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from ..audio.safe_writing import refuse_clashes
from .job import RenderJob, run_job
from .side_by_side import Ended, side_by_side


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
    record: dict[str, Any] | None
    error: Exception | None


def render_many(
    jobs: Iterable[RenderJob],
    executor: Executor | None = None,
    *,
    on_result: Callable[[JobResult], None] | None = None,
    on_progress: Callable[[RenderJob, int, int], None] | None = None,
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
    on_progress : called in the threads of this process, and without executor only, with a job, its frames
        that are done, and all it has.

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
    refuse_clashes((job.output for job in todo), (path for job in todo for path in job.paths_read))
    results: dict[RenderJob, JobResult] = {}

    def keep(ended: Ended[RenderJob]) -> None:
        results[ended.task] = result = JobResult(ended.task, ended.record, ended.error)
        if on_result is not None:
            on_result(result)

    side_by_side(run_job, todo, executor, keep, on_progress)
    return [results[job] for job in todo]
