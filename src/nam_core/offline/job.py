"""One recording through one model, as a value that goes to another process or machine."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from .._core import version
from ..loading import load
from ..model import Model
from .at_hand import at_hand
from .blending import Blend, blend
from .file_rendering import render_file
from .options import LoadOptions, RenderOptions
from .warning_capture import captured_warnings

_HASHED_BYTES = 1 << 20
# Models that stay loaded in a process: a batch plays each on one recording after the other.
_KEPT_MODELS = 4


@dataclass(frozen=True)
class BlendSource:
    """A model of a blend, as a path or bytes: what ``blend`` takes as a loaded model, gain and polarity."""

    model: str | bytes
    gain_db: float = 0.0
    polarity: int = 1


@dataclass(frozen=True)
class RenderJob:
    """One file to make. It pickles to a few hundred bytes, or the bytes of its model, and never holds audio.

    Attributes
    ----------
    model : path of a .nam file, or of a sound file with an impulse response; or the contents of one; or
        several models that are blended.
    input : path of the sound file to play.
    output : path of the sound file to write; an old one is replaced.
    options : of the render. load : of the model.

    Paths may be URLs of whatever fsspec knows, such as ``s3://bucket/take.wav`` (extra ``cluster``).
    """

    model: str | bytes | tuple[BlendSource, ...]
    input: str
    output: str
    options: RenderOptions = field(default_factory=RenderOptions)
    load: LoadOptions = field(default_factory=LoadOptions)

    @property
    def models(self) -> tuple[str | bytes, ...]:
        """The models, of a blend several."""
        return tuple(part.model for part in self.model) if isinstance(self.model, tuple) else (self.model,)

    @property
    def paths_read(self) -> tuple[str, ...]:
        """The files that are read."""
        return (self.input, *(model for model in self.models if isinstance(model, str)))


def run_job(
    job: RenderJob, *, threads: int | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Do a job, in this process, and return its record for the manifest.

    A second run writes the same bytes. The output appears when it is complete; if the job fails, an old one
    is as it was.

    Parameters
    ----------
    job : the job.
    threads, progress : as for ``render_file``.

    Returns
    -------
    A record that JSON can hold: ``output``, ``model`` (None for bytes) and ``input`` as paths, the SHA-256 of
    the three (``model`` and ``model_sha256`` of a blend are lists), ``blend`` (gains and polarities, or
    None), ``versions``, ``options``, ``load``, ``isa``, ``sample_rate_known``, the fields of
    ``RenderedFile``, ``ns_per_sample`` (wall time over samples of the output), and ``warnings``, the texts of
    what was said on the way.

    Raises
    ------
    OSError, NamError, ValueError
        As ``load`` and ``render_file``.
    """
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
        hashes_of = {name: sha256(path) for name, path in (("output", files.output), ("input", files.input))}
    return {
        "output": job.output,
        "output_sha256": hashes_of["output"],
        "input": job.input,
        "input_sha256": hashes_of["input"],
        **model_facts(job, hashes),
        "versions": versions(),
        "options": asdict(job.options),
        "load": asdict(job.load),
        "isa": models[0].isa,
        "sample_rate_known": all(model.sample_rate_known for model in models),
        **_plain(asdict(done)),
        "ns_per_sample": 1e9 * seconds / max(1, done.frames * done.channels),
        "warnings": [files.told(warning) for warning in warnings],
    }


def model_facts(job: RenderJob, hashes: list[str]) -> dict[str, Any]:
    """What a record says of the job's models, given their SHA-256."""
    names = [model if isinstance(model, str) else None for model in job.models]
    if isinstance(job.model, tuple):
        mix = [[part.gain_db, part.polarity] for part in job.model]
        return {"model": names, "model_sha256": hashes, "blend": mix}
    return {"model": names[0], "model_sha256": hashes[0], "blend": None}


def sha256(source: str | bytes) -> str:
    """The SHA-256 of a file, or of bytes, in hexadecimal. Raises OSError."""
    found = hashlib.sha256()
    if isinstance(source, bytes):
        found.update(source)
        return found.hexdigest()
    with open(source, "rb") as file:
        while part := file.read(_HASHED_BYTES):
            found.update(part)
    return found.hexdigest()


def versions() -> dict[str, str]:
    """The versions that the bytes of an output may depend on, by name."""
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
    """The model, as its file is now."""
    return load(source, **asdict(options))


def _plain(value: Any) -> Any:
    """What JSON can hold: None for the level of silence, -inf dB."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
