"""Turns the models, recordings and folder that a user names into jobs."""

from __future__ import annotations

import os
import string
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..audio.writer import choose_encoding
from ..errors import NamError
from ..format.nam_file import read_nam
from ..format.slimming import Size, sizes
from .finding_files import MODELS, RECORDINGS, find_files
from .job import BlendSource, RenderJob
from .options import LoadOptions, RenderOptions

FIELDS = ("model", "input", "size", "ext")


class Found(NamedTuple):
    """A file, and its name in the batch: the file's own name, or its path below the folder that was given."""

    name: str
    path: str


@dataclass(frozen=True)
class Batch:
    """Every model with every recording.

    Attributes
    ----------
    models, inputs : files, folders (with everything below them), and patterns such as ``takes/*.wav``.
    output : folder for the results and the manifest. What a folder or a pattern of ``inputs`` has in it is
        not played.
    name : template of an output's path below the folder, without ending. ``{model}`` and ``{input}`` are the
        names of both files without endings, with their path below the folder that was given; ``{ext}`` is the
        ending of the input; ``{size}`` is full, lite, or the lowest quality. None means "{model}/{input}", or
        "{model} {size}/{input}" if a model is played at several sizes.
    format : ending of the outputs, such as wav or flac.
    size : "full", "lite", a quality from 0 to 1, or "all" for each size that a model has.
    blend : gain in dB and polarity of each model; all models are then mixed. None plays each model by itself.
    options, load : of every job; ``size`` sets the quality.
    """

    models: Sequence[str]
    inputs: Sequence[str]
    output: str
    name: str | None = None
    format: str = "wav"
    size: str = "full"
    blend: Sequence[tuple[float, int]] | None = None
    options: RenderOptions = field(default_factory=RenderOptions)
    load: LoadOptions = field(default_factory=LoadOptions)

    def jobs(self) -> list[RenderJob]:
        """One job for each pair, ordered by model, so that each model is loaded once.

        Raises
        ------
        FileNotFoundError, ValueError
            As ``find_files``; ValueError also if the name or an option is not allowed.
        NamAudioError
            If outputs cannot have this format, or not this subtype.
        """
        models = _find(self.models, MODELS, "models")
        inputs = _find(self.inputs, RECORDINGS, "recordings", self.output)
        if self.blend is None:
            groups = [([model], self._sizes(model.path)) for model in models]
        else:
            if len(self.blend) != len(models):
                raise ValueError(
                    f"a blend needs a gain for each model: {len(models)}; found {len(self.blend)}"
                )
            groups = [(models, [(self.size, named_quality(self.size))])]
        is_many = any(len(found) > 1 for _, found in groups)
        template = self.name or ("{model} {size}/{input}" if is_many else "{model}/{input}")
        jobs = [
            RenderJob(
                self._source(group),
                recording.path,
                self._path(template, group, recording, label),
                self.options,
                replace(self.load, quality=quality),
            )
            for group, found in groups
            for label, quality in found
            for recording in inputs
        ]
        # All have one format: what it cannot be is said once, before any work.
        choose_encoding(jobs[0].output, self.options.subtype, channels=1, frames=0)
        return jobs

    def _source(self, group: Sequence[Found]) -> str | tuple[BlendSource, ...]:
        if self.blend is None:
            return group[0].path
        return tuple(BlendSource(found.path, *mix) for found, mix in zip(group, self.blend, strict=True))

    def _sizes(self, path: str) -> list[tuple[str, float]]:
        """The sizes at which a model is played: their names, and a quality for each."""
        if self.size != "all":
            return [(self.size, named_quality(self.size))]
        try:
            found = sizes(read_nam(path, max_bytes=self.load.max_bytes))
        except (NamError, OSError):
            # The job fails with its own message, and does not stop the others.
            return [("full", 1.0)]
        return [(_label(size, found), size.low if size.high < 1.0 else 1.0) for size in found]

    def _path(self, template: str, group: Sequence[Found], recording: Found, size: str) -> str:
        stem, ending = os.path.splitext(recording.name)
        fields = {
            "model": "+".join(os.path.splitext(model.name)[0] for model in group),
            "input": stem,
            "size": size,
            "ext": ending[1:],
        }
        for _, name, spec, _ in string.Formatter().parse(template):
            if name is not None and (name not in FIELDS or spec):
                allowed = ", ".join(f"{{{known}}}" for known in FIELDS)
                raise ValueError(f"a name may have {allowed}; found {{{name}}} in {template!r}")
        path = os.path.join(self.output, f"{template.format(**fields)}.{self.format.lstrip('.')}")
        inside = os.path.realpath(self.output)
        if os.path.commonpath([inside, os.path.realpath(path)]) != inside:
            raise ValueError(f"the name {template!r} leads out of the output folder")
        return path


def named_quality(size: str) -> float:
    """The quality that a size's name means: "full", "lite", or the quality itself. Raises ValueError."""
    try:
        quality = {"full": 1.0, "lite": 0.0}.get(size)
        quality = float(size) if quality is None else quality
    except ValueError:
        quality = -1.0
    if not 0.0 <= quality <= 1.0:
        raise ValueError(f"size must be full, lite, or a quality from 0 to 1; found {size!r}")
    return quality


def _find(
    given: Sequence[str], endings: tuple[str, ...], kind: str, besides: str | None = None
) -> list[Found]:
    if not given:
        raise ValueError(f"no {kind} are named")
    # In the given order, which is the order of a blend's gains.
    found = [Found(*one) for name in given for one in find_files([name], endings, kind, besides).items()]
    return list({os.path.realpath(one.path): one for one in reversed(found)}.values())[::-1]


def _label(size: Size, all_sizes: Sequence[Size]) -> str:
    if size is all_sizes[-1]:
        return "full"
    return "lite" if size is all_sizes[0] else f"{size.low:.3g}"
