"""The native engine, described by hand.

cpp/bindings/module.cpp is the truth, and tests/codebase/test_stub.py holds this file against it. Nothing is
converted silently: arrays of another dtype, shape or order in memory are refused.
"""

from typing import ClassVar, TypedDict

import numpy as np
import numpy.typing as npt

class _KernelSet(TypedDict):
    name: str
    supported: bool
    fused: bool
    lanes: int  # float32 values in one vector
    panel_rows: int  # most output rows that a convolution computes together

asserts: bool
compiler: str
tile: int

def kernel_sets() -> list[_KernelSet]: ...

class ConfigError(ValueError): ...
class WeightError(ValueError): ...
class IsaError(RuntimeError): ...
class BusyError(RuntimeError): ...

class _Enum:
    def __init__(self, value: int) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def value(self) -> int: ...

class ActivationKind(_Enum):
    Tanh: ClassVar[ActivationKind]
    ReLU: ClassVar[ActivationKind]
    LeakyReLU: ClassVar[ActivationKind]
    PReLU: ClassVar[ActivationKind]
    Sigmoid: ClassVar[ActivationKind]
    SiLU: ClassVar[ActivationKind]
    Hardswish: ClassVar[ActivationKind]
    LeakyHardtanh: ClassVar[ActivationKind]
    Softsign: ClassVar[ActivationKind]
    Softsigmoid: ClassVar[ActivationKind]
    Fasttanh: ClassVar[ActivationKind]
    __members__: ClassVar[dict[str, ActivationKind]]

class GatingMode(_Enum):
    none: ClassVar[GatingMode]
    gated: ClassVar[GatingMode]
    blended: ClassVar[GatingMode]
    __members__: ClassVar[dict[str, GatingMode]]

class Residual(_Enum):
    layer1x1: ClassVar[Residual]
    activation: ClassVar[Residual]
    none: ClassVar[Residual]
    __members__: ClassVar[dict[str, Residual]]

class ActivationConfig:
    kind: ActivationKind
    parameters: list[float]
    def __init__(self) -> None: ...

class FilmConfig:
    shift: bool
    groups: int
    def __init__(self) -> None: ...

class LayerConfig:
    kernel_size: int
    dilation: int
    gating_mode: GatingMode
    activation: ActivationConfig
    secondary_activation: ActivationConfig
    residual: Residual
    films: list[FilmConfig | None]
    def __init__(self) -> None: ...

class LayerArrayConfig:
    input_size: int
    condition_size: int
    channels: int
    bottleneck: int
    groups_input: int
    groups_input_mixin: int
    layer1x1_groups: int
    head1x1_channels: int
    head1x1_groups: int
    layers: list[LayerConfig]
    head_channels: int
    head_kernel_size: int
    head_dilation: int
    head_bias: bool
    def __init__(self) -> None: ...

class PostStackHeadConfig:
    channels: int
    out_channels: int
    kernel_sizes: list[int]
    activation: ActivationConfig
    def __init__(self) -> None: ...

class WaveNetConfig:
    in_channels: int
    layers: list[LayerArrayConfig]
    head: PostStackHeadConfig | None
    head_scale: float
    def __init__(self) -> None: ...

class LstmConfig:
    num_layers: int
    input_size: int
    hidden_size: int
    out_channels: int
    fast_tanh: bool
    prewarm_frames: int
    def __init__(self) -> None: ...

class ConvNetConfig:
    in_channels: int
    out_channels: int
    channels: int
    groups: int
    dilations: list[int]
    batchnorm: bool
    activation: ActivationConfig
    def __init__(self) -> None: ...

class LinearConfig:
    in_channels: int
    out_channels: int
    receptive_field: int
    bias: bool
    def __init__(self) -> None: ...

class ModelDescription:
    def __init__(
        self,
        config: WaveNetConfig | LstmConfig | ConvNetConfig | LinearConfig,
        weights: npt.NDArray[np.float32],
        condition_dsp: ModelDescription | None = None,
    ) -> None: ...

class SettledModelF32:
    def __init__(self, model: ModelDescription, isa: str) -> None: ...
    @property
    def isa(self) -> str: ...
    @property
    def settles(self) -> bool: ...
    @property
    def receptive_field(self) -> int: ...
    @property
    def memory_bytes(self) -> int: ...

class EngineF32:
    def __init__(self, model: SettledModelF32, gain: float, warm_frames: int) -> None: ...
    def process(self, block: object, out: object) -> npt.NDArray[np.float32] | None: ...
    def time_blocks(self, audio: npt.NDArray[np.float32], block: int) -> npt.NDArray[np.float64]: ...
    def time_run(self, audio: npt.NDArray[np.float32], block: int) -> float: ...
    def profile(
        self, audio: npt.NDArray[np.float32], block: int
    ) -> tuple[float, dict[str, tuple[float, int]]]: ...
    def fma_limit(self, rounds: int) -> float: ...
    def reset(self) -> None: ...
    def copy(self) -> EngineF32: ...
    def switch_to(self, model: SettledModelF32, gain: float, fade_frames: int) -> None: ...
    @property
    def switching(self) -> bool: ...
    def memory_bytes(self) -> int: ...

class SettledModelF64:
    def __init__(self, model: ModelDescription, isa: str) -> None: ...
    @property
    def isa(self) -> str: ...
    @property
    def settles(self) -> bool: ...
    @property
    def receptive_field(self) -> int: ...
    @property
    def memory_bytes(self) -> int: ...

class EngineF64:
    def __init__(self, model: SettledModelF64, gain: float, warm_frames: int) -> None: ...
    def process(self, block: object, out: object) -> npt.NDArray[np.float64] | None: ...
    def time_blocks(self, audio: npt.NDArray[np.float64], block: int) -> npt.NDArray[np.float64]: ...
    def time_run(self, audio: npt.NDArray[np.float64], block: int) -> float: ...
    def profile(
        self, audio: npt.NDArray[np.float64], block: int
    ) -> tuple[float, dict[str, tuple[float, int]]]: ...
    def fma_limit(self, rounds: int) -> float: ...
    def reset(self) -> None: ...
    def copy(self) -> EngineF64: ...
    def switch_to(self, model: SettledModelF64, gain: float, fade_frames: int) -> None: ...
    @property
    def switching(self) -> bool: ...
    def memory_bytes(self) -> int: ...
