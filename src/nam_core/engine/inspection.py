"""Describes a model without building an engine."""

from __future__ import annotations

import dataclasses
from typing import Any

from .. import _core
from ..format.config import DEFAULT_SAMPLE_RATE, Metadata, NamModel, SequentialConfig
from ..format.nam_file import Source, read_nam
from ..format.quantities import bit_memory, num_parameters, receptive_field, settles
from ..format.slimming import Size, select, sizes
from .lowering import Choices, describe
from .planning import chosen_isa, parts_of, plan_for, warm_frames


@dataclasses.dataclass(frozen=True)
class ModelInfo:
    """The result of ``info``. All fields except ``sizes`` and ``stored_parameters`` describe the full size.

    Attributes
    ----------
    path : as it was given, or None when the source was not a path.
    version : of the file format.
    architecture : WaveNet, LSTM, ConvNet, Linear, SlimmableContainer or Sequential.
    sample_rate : Hz, or None when the file does not say; such a model is taken to run at 48000 Hz.
    input_channels, output_channels : of a block of audio.
    receptive_field : frames that influence one output frame, the present one included; 1 for an LSTM.
    bit_memory : frames that influence its bits: more than that with a long response (``Model.bit_memory``).
    settles : whether an output frame depends on the last ``receptive_field`` frames only: False with an LSTM.
    parameters : weights in use. stored_parameters : weights in the file, of all sizes.
    macs_per_frame : multiply-adds per frame: each weight that multiplies a signal counts once.
    executed_macs_per_frame : those that the engine executes, on the instruction set that ``load`` takes here.
    memory_bytes : what ``load`` would allocate there, in float32: ``Model.memory_bytes`` of the loaded model.
    sizes : what ``quality`` can select, smallest first; one for a model that cannot be slimmed.
    metadata : what the file says about the capture.
    """

    path: str | None
    version: str
    architecture: str
    sample_rate: float | None
    input_channels: int
    output_channels: int
    receptive_field: int
    bit_memory: int
    settles: bool
    parameters: int
    stored_parameters: int
    macs_per_frame: int
    executed_macs_per_frame: int
    memory_bytes: int
    sizes: tuple[Size, ...]
    metadata: Metadata

    @property
    def receptive_field_seconds(self) -> float:
        """The receptive field in seconds, at 48000 Hz if the rate is not known."""
        return self.receptive_field / (self.sample_rate or DEFAULT_SAMPLE_RATE)

    def to_dict(self) -> dict[str, Any]:
        """The fields and ``receptive_field_seconds`` as JSON values; ``metadata`` as it stood in the file."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {
            **fields,
            "receptive_field_seconds": self.receptive_field_seconds,
            "sizes": [{**dataclasses.asdict(size), "channels": list(size.channels)} for size in self.sizes],
            "metadata": self.metadata.raw,
        }


def info(source: Source) -> ModelInfo:
    """Describe a model without building an engine.

    Parameters
    ----------
    source : path, bytes, file object, or the parsed JSON object as a dict.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    NamFileError
        If it is not a valid .nam file.
    NamIsaError
        If the environment variable ``NAM_CORE_ISA`` names none that is available.
    """
    nam = read_nam(source)
    full = select(nam, 1.0)
    all_sizes = sizes(nam)
    plan = plan_for(full, describe(full, Choices()), chosen_isa(None), float64=False)
    return ModelInfo(
        path=nam.path,
        version=nam.version,
        architecture=nam.architecture,
        sample_rate=full.sample_rate,
        input_channels=full.config.in_channels,
        output_channels=full.config.out_channels,
        receptive_field=receptive_field(full.config),
        bit_memory=bit_memory(full.config),
        settles=settles(full.config),
        parameters=all_sizes[-1].parameters,
        stored_parameters=num_parameters(nam.config),
        macs_per_frame=all_sizes[-1].macs_per_frame,
        executed_macs_per_frame=plan.macs,
        memory_bytes=_memory_bytes(nam),
        sizes=all_sizes,
        metadata=nam.metadata,
    )


def _memory_bytes(nam: NamModel) -> int:
    """What the full size of a model takes, with one stream, in float32."""
    parts = [
        (plan_for(full, describe(full, Choices()), chosen_isa(None), float64=False), warm_frames(part))
        for part in parts_of(nam)
        for full in [select(part, 1.0)]
    ]
    settled = sum(plan.settled_bytes for plan, _ in parts)
    return settled + _core.stream_bytes(parts, isinstance(nam.config, SequentialConfig))
