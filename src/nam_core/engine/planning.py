"""What the engine would run for a model and how much memory it would take, without building it."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np

from .. import _core
from ..errors import NamConfigError, NamIsaError
from ..format.config import Config, ContainerConfig, NamModel, SequentialConfig, WaveNetConfig
from ..format.quantities import bit_memory, grid, settles
from ..format.slimming import size_start
from .lowering import Choices, describe

# Of what a message shows.
_LONGEST_ISA = 40

# Stands for weights: a plan depends on none.
NO_WEIGHTS = np.zeros(1, np.float32)


def chosen_isa(isa: str | None) -> str:
    """The name of the instruction set that ``load`` takes for its option ``isa``.

    Raises
    ------
    NamIsaError
        If it is unknown, or not available here.
    """
    name = os.environ.get("NAM_CORE_ISA", "") if isa is None else isa
    try:
        # The engine takes any name, and says which there are; it is no place for bytes that are not text.
        return _core.kernel_set(name[:_LONGEST_ISA].encode("unicode_escape").decode())["name"]
    except _core.IsaError as error:
        raise NamIsaError(str(error)) from None


def plan_for(model: NamModel, description: _core.ModelDescription, isa: str, float64: bool) -> _core.Plan:
    """The plan for one of the instruction sets that are compiled in.

    Raises
    ------
    NamConfigError
        If the engine cannot be built for such a model.
    """
    kernels = _core.kernel_set(isa)
    lanes = kernels["lanes_float64"] if float64 else kernels["lanes"]
    try:
        return _core.plan(description, float64, lanes, kernels["panel_rows"])
    except _core.ConfigError as error:
        raise NamConfigError(str(error), path=model.path, location=_config_location(model)) from None


def describe_architecture(config: Config) -> _core.ModelDescription:
    """What ``_core.plan`` needs of a model without slimming left in it; its weights may be missing."""
    return describe(_without_weights(NamModel("", "", config, NO_WEIGHTS)), Choices())


def _without_weights(model: NamModel) -> NamModel:
    config = model.config
    assert not isinstance(config, ContainerConfig)
    if isinstance(config, SequentialConfig):
        config = replace(config, models=tuple(_without_weights(part) for part in config.models))
    if isinstance(config, WaveNetConfig) and config.condition_dsp is not None:
        config = replace(config, condition_dsp=_without_weights(config.condition_dsp))
    return replace(model, config=config, weights=NO_WEIGHTS)


def warm_frames(nam: NamModel) -> int:
    """How far back the input may influence the output at any size of a model; 0 if there is just one."""
    if size_start(nam, 1.0) == 0.0:
        return 0
    config = nam.config
    return _core.warm_frames(bit_memory(config), grid(config), settles(config), nam.sample_rate or 0.0)


def parts_of(nam: NamModel) -> tuple[NamModel, ...]:
    """What has sizes of its own: the models of a chain, those of chains in it included; else the model."""
    return tuple(nam.config.flat()) if isinstance(nam.config, SequentialConfig) else (nam,)


def too_large(model: NamModel, plan: _core.Plan, needed: int, max_bytes: int) -> NamConfigError:
    """What is raised where ``needed`` bytes are more than ``max_bytes``: with the place that takes most."""
    largest = max(plan.steps, key=lambda step: step.weight_bytes + step.state_bytes)
    location = _config_location(model)
    if largest.stage:
        location += ".models"
    else:
        location += ".condition_dsp.config" * largest.depth
    if largest.array >= 0 and not largest.stage:
        location += f".layers[{largest.array}]"
    layer = f" of layer {largest.layer}" if largest.layer >= 0 else ""
    return NamConfigError(
        f"playing this model would take {needed:,} bytes ({largest.name}{layer} alone "
        f"{largest.weight_bytes + largest.state_bytes:,}); the limit is {max_bytes:,} bytes "
        "(max_bytes= of nam_core.load)",
        path=model.path,
        location=location,
    )


def too_large_together(nam: NamModel, what: str, needed: int, max_bytes: int) -> NamConfigError:
    """What is raised where a model is within ``max_bytes``, but not together with one thing more."""
    return NamConfigError(
        f"with {what}, all of it would take {needed:,} bytes; the limit is {max_bytes:,} bytes "
        "(max_bytes= of nam_core.load)",
        path=nam.path,
        location="config",
    )


def _config_location(model: NamModel) -> str:
    return f"{model.location}.config" if model.location else "config"
