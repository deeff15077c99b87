"""Any .nam file as a PyTorch module (extra ``reference``): the trainer's network, or the float32 engine.

torch and neural-amp-modeler are imported at the first call, never by ``import nam_core``.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch

    from ..engine.lowering import Compat, Tanh
    from ..format import nam_file
    from ..format.config import NamModel

    Source = nam_file.Source | NamModel

__all__ = ["exact_float32", "forward_padded", "to_torch", "to_torch_submodels"]


def to_torch(source: Source, quality: float = 1.0) -> torch.nn.Module:
    """The PyTorch package's network of a model, with the file's parameters, in float32 eval mode.

    Beyond the package's ``init_from_nam`` it knows containers, ConvNet, legacy keys, ``condition_dsp`` of any
    architecture, PReLU slopes, pairs with parameters, ``head_dilation`` and multi-channel models.

    Parameters
    ----------
    source : anything that ``nam_file.read_nam`` takes, or the ``config.NamModel`` it returns.
    quality : 0 to 1; chooses a container's submodel (format 8) or a slimmable WaveNet's channels (format 7).

    Returns
    -------
    For a mono model an instance of ``nam.models.base.BaseNet``: ``module(x, pad_start=True)`` maps
    ``(frames,)`` or ``(batch, frames)`` to the same shape. Otherwise a module with the same call, where a
    side with several channels has an axis for them before the frames. Both have ``receptive_field``, in
    frames.

    Raises
    ------
    ImportError : torch or neural-amp-modeler is missing. NamFileError : the file is not valid. ValueError :
        the quality is out of range.
    """
    module: torch.nn.Module = _load().to_torch(source, quality)
    return module


def to_torch_submodels(source: Source) -> list[torch.nn.Module]:
    """``to_torch`` of each submodel of a container, in the file's order; of another model, a list of one."""
    modules: list[torch.nn.Module] = _load().to_torch_submodels(source)
    return modules


def exact_float32(
    source: Source, quality: float = 1.0, compat: Compat = "pytorch", tanh: Tanh = "exact"
) -> torch.nn.Module:
    """The float32 engine as a PyTorch program: the same operations one by one, and the same bits.

    Every operation is emulated in float64 as docs/numerics.md states it, subnormal numbers flushed to zero.
    The output equals that of ``nam_core.load(source)`` on every instruction set of
    ``runtime_info()["exact_isas"]``. It runs offline and slowly: 10 to 18 ns per weight and frame; an LSTM
    takes milliseconds per frame.

    Parameters
    ----------
    source : anything that ``nam_file.read_nam`` takes, or the ``config.NamModel`` it returns.
    quality, compat, tanh : as for ``nam_core.load``.

    Returns
    -------
    A module without parameters. ``module(x, pad_start=True)`` maps ``([batch,] [in_channels,] frames)`` to
    float32 ``([batch,] [out_channels,] frames)`` from the engine's start state; a side with one channel has
    no axis for it. ``receptive_field`` is in frames.

    Raises
    ------
    ImportError : torch is missing. NamFileError : the file is not valid. ValueError : the quality is out of
        range.
    """
    from ..engine.lowering import Choices

    try:
        from .exact import build
    except ImportError as error:
        raise ImportError(
            f"no PyTorch reference ({error}): install it with `pip install nam_core[reference]`"
        ) from error
    module: torch.nn.Module = build.exact_float32(source, quality, Choices(compat, tanh))
    return module


def forward_padded(
    module: torch.nn.Module,
    x: npt.ArrayLike,
    dtype: Literal["float64", "float32"] = "float64",
    *,
    chunk: int = 32768,
) -> npt.NDArray[np.floating[Any]]:
    """Run a network on a whole signal from the settled state: silence before frame 0 (format 6.2).

    Parameters
    ----------
    module : what ``to_torch`` or ``exact_float32`` returned. It is left as it is: arithmetic of another type
        uses a copy.
    x : ``(frames,)``, or ``(in_channels, frames)`` for a model with several inputs.
    dtype : of the arithmetic; ``exact_float32`` has float32 arithmetic either way.
    chunk : output frames computed at a time. Each chunk is given the receptive field's history, so nothing is
        approximated. Networks with an LSTM are always run in one piece.

    Returns
    -------
    ``(frames,)`` or ``(out_channels, frames)``, dtype as asked; float32 from ``exact_float32``.
    """
    from .run import forward_padded as run

    return run(module, x, dtype, chunk)


def _load() -> ModuleType:
    try:
        from . import build
    except ImportError as error:
        raise ImportError(
            f"no PyTorch reference ({error}): install it with `pip install nam_core[reference]`"
        ) from error
    return build
