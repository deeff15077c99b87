"""The models of ``nam-core modelset``, made once for all tests that use them."""

from __future__ import annotations

from functools import cache

from nam_core.survey.modelset.sweep import architectures
from nam_core.survey.modelset.writing import SetModel, models
from nam_core.survey.presets import NAMES

MODEL_NAMES = (*NAMES, *(item.name for item in architectures()))


@cache
def _by_name() -> dict[str, SetModel]:
    return {model.name: model for model in models()}


def set_model(name: str) -> SetModel:
    """The model of this name, seed 0."""
    return _by_name()[name]
