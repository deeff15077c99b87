"""What a .nam file says, as typed and validated values.

One dataclass per object of the format, with the format's own names (format 1, 2, 8, 9). Legacy
spellings and scalar forms are gone by the time these are built: ``nam_schema`` resolves them. Everything is
immutable; sizes are ints >= 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .wavenet_parts import (
    FILM_NAMES as FILM_NAMES,
)
from .wavenet_parts import (
    GATING_MODES as GATING_MODES,
)
from .wavenet_parts import (
    Activation as Activation,
)
from .wavenet_parts import (
    Film as Film,
)
from .wavenet_parts import (
    Head1x1 as Head1x1,
)
from .wavenet_parts import (
    HeadRechannel as HeadRechannel,
)
from .wavenet_parts import (
    Layer as Layer,
)
from .wavenet_parts import (
    Layer1x1 as Layer1x1,
)
from .wavenet_parts import (
    LayerArray as LayerArray,
)
from .wavenet_parts import (
    PostStackHead as PostStackHead,
)
from .wavenet_parts import (
    Slimmable as Slimmable,
)

# Hz: the rate of a model whose file does not say one (format 1.1).
DEFAULT_SAMPLE_RATE = 48000.0


@dataclass(frozen=True)
class WaveNetConfig:
    """A WaveNet (format 2). ``head_scale`` is the file's value in double precision."""

    layers: tuple[LayerArray, ...]
    head: PostStackHead | None
    head_scale: float
    condition_dsp: NamModel | None = None
    in_channels: int = 1

    @property
    def out_channels(self) -> int:
        """Output channels of the model (format 2.7)."""
        return self.head.out_channels if self.head else self.layers[-1].head.out_channels


@dataclass(frozen=True)
class LstmConfig:
    """An LSTM (format 9.1)."""

    num_layers: int
    input_size: int
    hidden_size: int
    out_channels: int = 1

    @property
    def in_channels(self) -> int:
        """Input channels of the model."""
        return self.input_size


@dataclass(frozen=True)
class ConvNetConfig:
    """A stack of kernel-2 convolutions (format 9.2)."""

    channels: int
    dilations: tuple[int, ...]
    batchnorm: bool
    activation: Activation
    groups: int = 1
    in_channels: int = 1
    out_channels: int = 1


@dataclass(frozen=True)
class LinearConfig:
    """Impulse responses, newest tap first, and perhaps offsets (format 9.3, 15.2).

    The numbers of channels are equal, or one of them is 1.
    """

    receptive_field: int
    bias: bool
    in_channels: int = 1
    out_channels: int = 1


@dataclass(frozen=True)
class Submodel:
    """One size of a container: used for values below ``max_value`` (format 8)."""

    max_value: float
    model: NamModel


@dataclass(frozen=True)
class ContainerConfig:
    """A SlimmableContainer: several complete models, smallest first (format 8)."""

    submodels: tuple[Submodel, ...]
    in_channels: int = 1
    out_channels: int = 1


@dataclass(frozen=True)
class SequentialConfig:
    """A Sequential: complete models, the output of each the input of the next (format 15.1)."""

    models: tuple[NamModel, ...]

    @property
    def in_channels(self) -> int:
        """Input channels of the first model."""
        return self.models[0].config.in_channels

    @property
    def out_channels(self) -> int:
        """Output channels of the last model."""
        return self.models[-1].config.out_channels

    def flat(self) -> Iterator[NamModel]:
        """The models, with those of a Sequential in its place: the same computation."""
        for model in self.models:
            if isinstance(model.config, SequentialConfig):
                yield from model.config.flat()
            else:
                yield model


Config: TypeAlias = (
    WaveNetConfig | LstmConfig | ConvNetConfig | LinearConfig | ContainerConfig | SequentialConfig
)


@dataclass(frozen=True)
class Metadata:
    """What a file says about its capture (format 1.2); None means "not known".

    ``loudness`` is in dB (RMS of the output for the standard input), the two levels in dBu RMS for a 1 kHz
    sine with a 0 dBFS peak. ``raw`` keeps everything as it stood in the file, but for numbers that are
    not finite (None) and text that is not Unicode (U+FFFD).
    """

    name: str | None = None
    modeled_by: str | None = None
    gear_type: str | None = None
    gear_make: str | None = None
    gear_model: str | None = None
    tone_type: str | None = None
    loudness: float | None = None
    gain: float | None = None
    input_level_dbu: float | None = None
    output_level_dbu: float | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, eq=False)
class NamModel:
    """A complete .nam object, top-level or nested.

    ``weights`` is float32 ``(count,)``, read-only. ``sample_rate`` is in Hz, None when the file does not say.
    ``path`` and ``location`` say where the object stood, for error messages. ``source`` is what a whole file
    was read from, and how (``nam_file``); None for a part of one.
    """

    version: str
    architecture: str
    config: Config
    weights: npt.NDArray[np.float32] = field(repr=False)
    sample_rate: float | None = None
    metadata: Metadata = field(default_factory=Metadata)
    path: str | None = None
    location: str = ""
    source: tuple[Any, ...] | None = field(default=None, repr=False)
