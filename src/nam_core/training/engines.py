"""The engines that train: nam_core's own, and PyTorch with the package's networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..engine.planning import chosen_isa
from ..errors import NamConfigError
from ..format.config import ConvNetConfig, LinearConfig, LstmConfig, NamModel, WaveNetConfig
from .networks import Json, Network, without_weights
from .optimisers import Learner, engine_learners
from .recipes import Recipe

if TYPE_CHECKING:
    from ..reference.learning import PackageLearner

ENGINES = ("nam_core", "pytorch")


def learners(
    engine: str, files: Sequence[Json], recipe: Recipe, seed: int, isa: str | None
) -> Callable[[], list[Learner]]:
    """Return the function that makes the networks of the files, with their first weights.

    Raises
    ------
    NamConfigError : the engine cannot train one of the files. ImportError : PyTorch or the package is
    missing. ValueError : there is no such engine, or the engine does not have the recipe.
    """
    if engine == "nam_core":
        networks, chosen = [Network.of(file) for file in files], chosen_isa(isa)
        return lambda: engine_learners(networks, recipe, seed, chosen)
    if engine != "pytorch":
        raise ValueError(f"no engine is called {engine}; there are {', '.join(ENGINES)}")
    if recipe.optimiser != "adam" or recipe.averaging:
        raise ValueError("the engine pytorch has only the recipe trainer")
    for file in files:
        _check(without_weights(file))
    try:
        from ..reference.learning import package_learner
    except ImportError as error:
        raise ImportError(
            f"the engine pytorch needs the package ({error}): pip install nam_core[reference]"
        ) from error

    def first(index: int, file: Json) -> PackageLearner:
        model = without_weights(file)
        return package_learner(file, model, recipe.loss, recipe.frames, recipe.weight_decay, seed + index)

    return lambda: [first(index, file) for index, file in enumerate(files)]


def _check(model: NamModel) -> None:
    """Raise NamConfigError, with the place, for a feature that the package does not train."""
    config = model.config
    if not isinstance(config, (WaveNetConfig, LstmConfig, ConvNetConfig, LinearConfig)):
        raise NamConfigError(f"{model.architecture} cannot be trained", location="architecture")
    if config.in_channels != 1 or config.out_channels != 1:
        raise NamConfigError(
            "a model with several inputs or outputs cannot be trained", location="config.in_channels"
        )
    if not isinstance(config, WaveNetConfig):
        return
    if config.condition_dsp is not None:
        raise NamConfigError("a condition_dsp cannot be trained", location="config.condition_dsp")
    for index, array in enumerate(config.layers):
        if array.slimmable is not None:
            place = f"config.layers[{index}].slimmable"
            raise NamConfigError("a slimmable array cannot be trained", location=place)
