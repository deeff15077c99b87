"""Fast, exact inference of Neural Amp Modeler (.nam) models.

>>> import nam_core
>>> m = nam_core.load("amp.nam")                        # doctest: +SKIP
>>> wet = m.process(dry_block)                          # doctest: +SKIP

Importing this imports numpy and the JSON reader only; PyTorch is needed by ``nam_core.reference`` and
``nam_core.compare`` alone (``pip install nam_core[reference]``).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import _main_interpreter  # noqa: F401  # before NumPy, which hangs in others
from ._core import version as __version__
from .errors import (
    NamAudioError,
    NamConfigError,
    NamError,
    NamFileError,
    NamIsaError,
    NamVersionError,
    NamWeightError,
)
from .format.config import Metadata, NamModel
from .format.nam_file import read_nam
from .format.slimming import Size
from .loading import load
from .model import Model

if TYPE_CHECKING:
    from . import datasets, evaluation, levels, reference
    from .chaining import chain, save
    from .costing import Cost, cost
    from .engine.inspection import ModelInfo, info
    from .engine.runtime import runtime_info
    from .evaluation import metrics
    from .evaluation.comparison import Report, compare
    from .evaluation.evaluating import evaluate
    from .evaluation.results import Evaluation
    from .format.conversion import convert
    from .live.fitting import Fit, fit_quality
    from .live.governor import Governor
    from .offline.blending import blend
    from .offline.cluster import cluster
    from .offline.file_rendering import RenderedFile, render_file
    from .offline.job import BlendSource, RenderJob, run_job
    from .offline.many import JobResult, render_many
    from .offline.options import LoadOptions, RenderOptions
    from .offline.rendering import render
    from .training import TrainingJob, TrainingResult, train, train_many

# Loaded on first use: `import nam_core` stays fast.
_LAZY = {
    "BlendSource": "offline.job",
    "Cost": "costing",
    "Evaluation": "evaluation.results",
    "Fit": "live.fitting",
    "Governor": "live.governor",
    "JobResult": "offline.many",
    "LoadOptions": "offline.options",
    "ModelInfo": "engine.inspection",
    "RenderJob": "offline.job",
    "RenderOptions": "offline.options",
    "RenderedFile": "offline.file_rendering",
    "Report": "evaluation.comparison",
    "blend": "offline.blending",
    "chain": "chaining",
    "cluster": "offline.cluster",
    "compare": "evaluation.comparison",
    "convert": "format.conversion",
    "cost": "costing",
    "evaluate": "evaluation.evaluating",
    "fit_quality": "live.fitting",
    "info": "engine.inspection",
    "render": "offline.rendering",
    "render_file": "offline.file_rendering",
    "render_many": "offline.many",
    "run_job": "offline.job",
    "runtime_info": "engine.runtime",
    "save": "chaining",
    "TrainingJob": "training",
    "TrainingResult": "training",
    "train": "training",
    "train_many": "training",
}
_LAZY_MODULES = {
    "datasets": "datasets",
    "evaluation": "evaluation",
    "levels": "levels",
    "metrics": "evaluation.metrics",
    "reference": "reference",
}

__all__ = [
    "BlendSource",
    "Cost",
    "Evaluation",
    "Fit",
    "Governor",
    "JobResult",
    "LoadOptions",
    "Metadata",
    "Model",
    "ModelInfo",
    "NamAudioError",
    "NamConfigError",
    "NamError",
    "NamFileError",
    "NamIsaError",
    "NamModel",
    "NamVersionError",
    "NamWeightError",
    "RenderJob",
    "RenderOptions",
    "RenderedFile",
    "Report",
    "Size",
    "TrainingJob",
    "TrainingResult",
    "__version__",
    "blend",
    "chain",
    "cluster",
    "compare",
    "convert",
    "cost",
    "datasets",
    "evaluate",
    "evaluation",
    "fit_quality",
    "info",
    "levels",
    "load",
    "metrics",
    "read_nam",
    "reference",
    "render",
    "render_file",
    "render_many",
    "run_job",
    "runtime_info",
    "save",
    "train",
    "train_many",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY_MODULES:
        value: Any = import_module(f".{_LAZY_MODULES[name]}", __name__)
    elif name in _LAZY:
        value = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
