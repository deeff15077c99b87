"""One description of models: the C++ header, the table of the bindings, and Python's plain data agree."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from codebase.sources import CPP

from nam_core import _core
from nam_core.engine import description
from nam_core.format.config import FILM_NAMES
from nam_core.format.schema.activation import ACTIVATIONS

HEADERS = CPP / "include" / "nam_core"
HEADER = re.sub(r"//.*", "", (HEADERS / "description.hpp").read_text("utf-8"))
STRUCTS = {name: kind for name, kind in vars(description).items() if is_dataclass(kind)}

# Name, number of parameters, and the text of their keys and defaults.
ACTIVATION_LIST = re.findall(
    r"^  X\((\w+), (\d), \w+(.*?)\) *\\?$", (HEADERS / "activation_kind.hpp").read_text("utf-8"), re.MULTILINE
)
ACTIVATION = description.ActivationConfig("PReLU", (0.25,))
LAYER = description.LayerConfig(3, 2, "none", ACTIVATION, ACTIVATION, "layer1x1", {})
ARRAY = description.LayerArrayConfig(1, 1, 2, 2, 1, 1, 1, 0, 1, (LAYER,), 1, 1, 1, False)
LINEAR = description.LinearConfig(1, 1, 3, False)
WEIGHTS = np.zeros(3, np.float32)


def _described(config: Any, **fields: Any) -> description.ModelDescription:
    return description.ModelDescription(
        **{"sample_rate": 0.0, "config": config, "weights": WEIGHTS, **fields}
    )


def _of_layer(**changes: Any) -> description.ModelDescription:
    array = replace(ARRAY, layers=(LAYER, replace(LAYER, **changes)))
    return _described(description.WaveNetConfig(1, (array,), None, 1.0))


def test_the_table_is_the_header() -> None:
    """The members of every struct and the enumerators of every enum, in order."""
    structs = {
        name: re.findall(r"(\w+)(?: = [^;]+)?;", body)
        for name, body in re.findall(r"^struct (\w+) \{\n(.*?)^\};", HEADER, re.MULTILINE | re.DOTALL)
    }
    assert {name: list(members) for name, members in _core.structs.items()} == structs
    enums = {
        name: tuple(re.findall(r"\w+", body))
        for name, body in re.findall(r"^enum class (\w+) \{(.*?)\};", HEADER, re.MULTILINE | re.DOTALL)
    }
    assert _core.enums == {**enums, "ActivationKind": tuple(name for name, *_ in ACTIVATION_LIST)}
    assert _core.activation_parameters == {name: int(count) for name, count, _ in ACTIVATION_LIST}


def test_files_spell_activations_as_the_list_does() -> None:
    """Python reads the keys and defaults of the C++ list, and Hardtanh, which the engine does not have."""
    listed = {
        name: {key: float(default) for key, default in re.findall(r'\{"(\w+)", ([-.\d]+)\}', keys)}
        for name, _, keys in ACTIVATION_LIST
    }
    assert listed == {name: keys for name, keys in ACTIVATIONS.items() if name != "Hardtanh"}
    assert list(listed) == list(ACTIVATIONS)[:-1]


def test_python_has_the_same_structs() -> None:
    assert {name: [field.name for field in fields(kind)] for name, kind in STRUCTS.items()} == {
        name: list(members) for name, members in _core.structs.items()
    }
    assert _core.enums["FilmPlace"] == FILM_NAMES


def test_types_are_the_same() -> None:
    python = {
        "double": "float",
        **dict.fromkeys(_core.enums, "str"),
        "float[]": "npt.NDArray[np.float32]",
        "FilmConfig?[FilmPlace]": "dict[str, FilmConfig]",
        "ModelDescription*[]": "tuple[ModelDescription, ...]",
        "WaveNetConfig|LstmConfig|ConvNetConfig|LinearConfig|SequentialConfig": "ModelConfig",
    }

    def python_type(kind: str) -> str:
        if kind in python:
            return python[kind]
        if kind.endswith("[]"):
            return f"tuple[{python_type(kind[:-2])}, ...]"
        return f"{python_type(kind[:-1])} | None" if kind[-1] in "?*" else kind

    for name, kind in STRUCTS.items():
        found = {field.name: field.type for field in fields(kind)}
        assert found == {member: python_type(of) for member, of in _core.structs[name].items()}


def test_it_is_read() -> None:
    for model in (_described(LINEAR), _of_layer(films={"conv_pre_film": description.FilmConfig(True, 1)})):
        _core.ModelDescription(model)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (_described(LINEAR, weights=WEIGHTS.astype(np.float64)), "model.weights must be an array of float32"),
        (_described(LINEAR, weights=[0.0]), "model.weights must be an array of float32"),
        (_described(LINEAR, sample_rate=48000), "model.sample_rate must be float"),
        (_described(ACTIVATION), "model.config must be a model's configuration"),
        (_described(LINEAR, condition_dsp=LINEAR), "model.condition_dsp must be ModelDescription"),
        (_described(replace(LINEAR, bias=0.0)), "model.config.bias must be bool"),  # type: ignore[arg-type]
        (_described(replace(LINEAR, receptive_field=True)), "model.config.receptive_field must be an int"),
        (_described(replace(LINEAR, receptive_field=2**31)), "model.config.receptive_field must be an int"),
        (_of_layer(kernel_size=2.0), r"model.config.layers\[0\].layers\[1\].kernel_size must be an int"),
        (_of_layer(films={"conv_pre_film": None}), r"layers\[1\].films.conv_pre_film must be FilmConfig"),
        (_of_layer(activation=description.ActivationConfig("PReLU", [0.1])), "parameters must be tuple"),  # type: ignore[arg-type]
    ],
)
def test_another_type_is_refused(model: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}|{message}$"):
        _core.ModelDescription(model)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            _of_layer(gating_mode="gate"),
            r"layers\[1\].gating_mode: there is no GatingMode 'gate'",
        ),
        (_of_layer(residual=""), "there is no Residual ''"),
        (_of_layer(activation=description.ActivationConfig("tanh")), "there is no ActivationKind 'tanh'"),
        (_of_layer(films={"conv_pre": None}), r"layers\[1\].films: there is no FilmPlace 'conv_pre'"),
    ],
)
def test_a_misspelt_enumerator_is_refused(model: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _core.ModelDescription(model)


def test_missing_and_misspelt_fields_are_refused() -> None:
    class LinearConfig:
        """Replaces the real class, which Python refuses to build with wrong values."""

        def __init__(self, **fields: Any) -> None:
            vars(self).update(fields)

    right = {field.name: getattr(LINEAR, field.name) for field in fields(LINEAR)}
    _core.ModelDescription(_described(LinearConfig(**right)))
    with pytest.raises(TypeError, match=r"model.config must have 4 fields; found 5"):
        _core.ModelDescription(_described(LinearConfig(**right, biass=True)))
    del right["bias"]
    with pytest.raises(TypeError, match=r"model.config.bias must be present"):
        _core.ModelDescription(_described(LinearConfig(**right)))
    with pytest.raises(TypeError, match=r"model.config.bias must be present"):
        _core.ModelDescription(_described(LinearConfig(**right, Bias=True)))
