"""A job: one recording through one model, as a value that can be sent to another process or machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from .._core import version
from ..audio.json_files import json_values
from ..loading import load
from ..model import Model
from .at_hand import at_hand
from .blending import Blend, blend
from .file_rendering import render_file
from .hashing import input_sha256, sha256
from .options import LoadOptions, RenderOptions
from .warning_capture import captured_warnings

# Number of models that stay loaded in a process: a batch plays each model on one recording after another.
_KEPT_MODELS = 4


@dataclass(frozen=True)
class BlendSource:
    """One model of a blend, as a path or bytes, with its gain and polarity."""

    model: str | bytes
    gain_db: float = 0.0
    polarity: int = 1

    def __post_init__(self) -> None:
        _check("model", self.model, (str, bytes), "a str or bytes")


@dataclass(frozen=True)
class RenderJob:
    """One file to make. A job pickles to a few hundred bytes (or to the bytes of its model), never to audio.

    Attributes
    ----------
    model : path of a .nam file or of an impulse response in a sound file; or the contents of such a file; or
        several models that are blended.
    input : path of the sound file to play.
    output : path of the sound file to write; an existing file is replaced.
    options : of the render. load : options for ``load``.

    Paths may be URLs that fsspec knows, such as ``s3://bucket/take.wav`` (extra ``cluster``).
    """

    model: str | bytes | tuple[BlendSource, ...]
    input: str
    output: str
    options: RenderOptions = field(default_factory=RenderOptions)
    load: LoadOptions = field(default_factory=LoadOptions)

    def __post_init__(self) -> None:
        if isinstance(self.model, tuple):
            for part in self.model:
                _check("each part of a blend", part, BlendSource, "a nam_core.BlendSource")
        else:
            _check("model", self.model, (str, bytes), "a str, bytes, or a tuple of nam_core.BlendSource")
        _check("input", self.input, str, "a str")
        _check("output", self.output, str, "a str")
        _check("options", self.options, RenderOptions, "nam_core.RenderOptions")
        _check("load", self.load, LoadOptions, "nam_core.LoadOptions")

    @property
    def models(self) -> tuple[str | bytes, ...]:
        """The models; several for a blend."""
        return tuple(part.model for part in self.model) if isinstance(self.model, tuple) else (self.model,)

    @property
    def paths_read(self) -> tuple[str, ...]:
        """The files that the job reads."""
        return (self.input, *(model for model in self.models if isinstance(model, str)))


def _check(name: str, found: object, kind: type[Any] | tuple[type[Any], ...], words: str) -> None:
    """Raises TypeError, which says what to do, unless the value of this name is of the kind."""
    if not isinstance(found, kind):
        way_out = ": str(...) makes a str of a path" if isinstance(found, os.PathLike) else ""
        raise TypeError(f"{name} must be {words}; found {type(found).__name__}{way_out}")


def run_job(
    job: RenderJob, *, threads: int | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Do a job, in this process, and return its record for the manifest.

    A second run writes the same bytes. The output appears when it is complete; if the job fails, an existing
    file is unchanged.

    Parameters
    ----------
    job : the job.
    threads, progress : as for ``render_file``.

    Returns
    -------
    A record of JSON values: ``output``, ``model`` (None for bytes) and ``input`` as paths, the SHA-256 of the
    three (for a blend, ``model`` and ``model_sha256`` are lists), ``blend`` (gains and polarities, or None),
    ``versions``, ``options``, ``load``, ``isa``, ``sample_rate_known``, the fields of ``RenderedFile``,
    ``ns_per_sample`` (wall time divided by output samples), and ``warnings``, the texts of all warnings.

    Raises
    ------
    OSError, NamError, ValueError
        As ``load`` and ``render_file``.
    TypeError
        If ``job`` is something else.
    """
    _check("job", job, RenderJob, "a nam_core.RenderJob")
    with captured_warnings() as warnings, at_hand(job.models, job.input, job.output) as files:
        hashes = [sha256(model) for model in files.models]
        models = [_loaded(*found, job.load) for found in zip(files.models, hashes, strict=True)]
        played: Model | Blend = models[0]
        if isinstance(job.model, tuple):
            played = blend(
                [(model, part.gain_db, part.polarity) for model, part in zip(models, job.model, strict=True)]
            )
        began = time.perf_counter()
        done = render_file(
            played, files.input, files.output, threads=threads, progress=progress, **asdict(job.options)
        )
        seconds = time.perf_counter() - began
        output_hash, input_hash = sha256(files.output), input_sha256(files.input)
    return {
        "output": job.output,
        "output_sha256": output_hash,
        "input": job.input,
        "input_sha256": input_hash,
        **model_facts(job, hashes),
        "versions": versions(),
        "options": asdict(job.options),
        "load": asdict(job.load),
        "isa": models[0].isa,
        "sample_rate_known": all(model.sample_rate_known for model in models),
        **json_values(asdict(done)),
        "ns_per_sample": 1e9 * seconds / max(1, done.frames * done.channels),
        "warnings": [files.told(warning) for warning in warnings],
    }


def model_facts(job: RenderJob, hashes: list[str]) -> dict[str, Any]:
    """The part of a record that describes the job's models, given their SHA-256."""
    names = [model if isinstance(model, str) else None for model in job.models]
    if isinstance(job.model, tuple):
        mix = [[part.gain_db, part.polarity] for part in job.model]
        return {"model": names, "model_sha256": hashes, "blend": mix}
    return {"model": names[0], "model_sha256": hashes[0], "blend": None}


def versions() -> dict[str, str]:
    """The versions that may change the bytes of an output, by name."""
    import soundfile
    import soxr

    return {
        "nam_core": version,
        "soundfile": soundfile.__version__,
        "libsndfile": soundfile.__libsndfile_version__,
        "soxr": soxr.__version__,
    }


@lru_cache(maxsize=_KEPT_MODELS)
def _loaded(source: str | bytes, _sha256: str, options: LoadOptions) -> Model:
    """The model, loaded from its file as it is now."""
    return load(source, **asdict(options))
