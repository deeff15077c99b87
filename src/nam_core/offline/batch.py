"""A batch: jobs into one folder, of which only missing or changed ones are done, and the manifest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ..audio.safe_writing import check_outputs, refuse_clashes
from .job import RenderJob
from .journal import NAME as JOURNAL
from .manifest import MANIFEST, TABLE, Manifest
from .many import JobResult, render_many
from .places import is_url, make_folder


@dataclass(frozen=True)
class BatchReport:
    """The result of a batch.

    Attributes
    ----------
    results : of the jobs that were done in this run, in their order.
    kept : jobs whose output existed already.
    """

    results: list[JobResult]
    kept: list[RenderJob]

    @property
    def failed(self) -> list[JobResult]:
        """The results of jobs that failed."""
        return [result for result in self.results if result.error is not None]


def run_batch(
    jobs: Sequence[RenderJob],
    folder: str,
    *,
    inputs: Iterable[str] = (),
    executor: Executor | None = None,
    on_start: Callable[[list[RenderJob], list[RenderJob]], None] | None = None,
    on_result: Callable[[JobResult], None] | None = None,
    on_progress: Callable[[RenderJob, int, int], None] | None = None,
) -> BatchReport:
    """Do the jobs of a batch whose output is missing or has changed, and write the manifests into its folder.

    ``manifest.json`` and ``manifest.csv`` have a record of each output: the SHA-256 of model, input and
    output, versions, options, gains, levels and the time that it took. A job is left out if its record shows
    that it would give the same output. A run that was killed can be started again.

    Parameters
    ----------
    jobs : their outputs lie in ``folder`` or below it; missing folders are made.
    inputs : files that were read besides the jobs', such as a jobs file.
    executor : as for ``render_many``.
    on_start : called with the jobs to do and the jobs that are kept, before any work.
    on_result, on_progress : as for ``render_many``.

    Raises
    ------
    FileExistsError
        If two jobs have the same output, or an output is also an input. Nothing is done then.
    OSError
        If the folder or the manifests cannot be written.
    ValueError
        If a file ``manifest.json`` in the folder is not a manifest of nam-core.
    """
    notes = [os.path.join(folder, name) for name in (MANIFEST, TABLE, JOURNAL)]
    outputs = [job.output for job in jobs]
    read = {path for job in jobs for path in job.paths_read} | set(inputs)
    refuse_clashes([*outputs, *notes], read)
    make_folder(folder)
    check_outputs(note for note in notes if not is_url(note))
    manifest = Manifest(folder)
    for place in sorted({os.path.dirname(output) for output in outputs}):
        make_folder(place)
    kept = [job for job in jobs if manifest.has(job)]
    done = set(kept)
    todo = [job for job in jobs if job not in done]
    if on_start is not None:
        on_start(todo, kept)

    def keep(result: JobResult) -> None:
        if result.record is not None:
            manifest.add(result.job, result.record)
        if on_result is not None:
            on_result(result)

    try:
        results = render_many(todo, executor, on_result=keep, on_progress=on_progress)
    finally:
        manifest.write()
    return BatchReport(results, kept)
