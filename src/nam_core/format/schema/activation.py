"""Activations: a bare name, or an object with a name and parameters (format 3)."""

from __future__ import annotations

from ..config import Activation
from .cursor import Cursor

# What the PyTorch package assumes when a file carries no slope (format D8d).
PRELU_SLOPE = 0.25

ACTIVATION_NAMES = (
    "Tanh",
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "Sigmoid",
    "SiLU",
    "Hardswish",
    "Hardtanh",
    "LeakyHardtanh",
    "Softsign",
    "Softsigmoid",
    "Fasttanh",
)

_ALIASES = {"LeakyHardTanh": "LeakyHardtanh"}

SIGMOID = Activation("Sigmoid")


def read_activation(cursor: Cursor, *, class_names: bool = False) -> Activation:
    """The activation that a string or an object describes.

    Parameters
    ----------
    cursor : the string or object.
    class_names : also accept one leading underscore, which ConvNet files have (format D34).

    Raises
    ------
    NamConfigError
        For an unknown name or a parameter of the wrong type.
    """
    if isinstance(cursor.value, str):
        name_cursor, parameters = cursor, Cursor({}, cursor.path, cursor.location)
    elif isinstance(cursor.value, dict):
        # "name" is what the package writes in the post-stack head (format D10).
        name_cursor = cursor["name"] if cursor["type"].is_missing else cursor["type"]
        if name_cursor.is_missing:
            raise cursor["type"].wrong(_allowed())
        parameters = cursor
    else:
        raise cursor.wrong('an activation: a name, or an object such as {"type": "Tanh"}')

    name = name_cursor.text()
    if class_names:
        name = name.removeprefix("_")
    name = _ALIASES.get(name, name)
    if name not in ACTIVATION_NAMES:
        raise name_cursor.wrong(_allowed())
    return _with_parameters(name, parameters)


def check_slopes(activation: Activation, channels: int, cursor: Cursor) -> None:
    """Refuse per-channel slopes whose number is neither 1 nor ``channels`` (format D8c, D42)."""
    if len(activation.slopes) not in (0, 1, channels):
        allowed = "1 entry" if channels == 1 else f"1 entry, or {channels}: one for each channel"
        raise cursor["negative_slopes"].wrong(f"an array of {allowed}")


def _with_parameters(name: str, parameters: Cursor) -> Activation:
    if name == "LeakyReLU":
        return Activation(name, slopes=(parameters["negative_slope"].number(0.01),))
    if name == "PReLU":
        return Activation(name, slopes=_prelu_slopes(parameters))
    if name == "Hardtanh":
        low, high = parameters["min_val"].number(-1.0), parameters["max_val"].number(1.0)
        if low >= high:
            # torch.nn.Hardtanh cannot be built with such limits either.
            raise parameters.error(
                f"found min_val {low} and max_val {high}; min_val must be less than max_val"
            )
        return Activation(name, min_val=low, max_val=high)
    if name == "LeakyHardtanh":
        return Activation(
            name,
            min_val=parameters["min_val"].number(-1.0),
            max_val=parameters["max_val"].number(1.0),
            min_slope=parameters["min_slope"].number(0.01),
            max_slope=parameters["max_slope"].number(0.01),
        )
    return Activation(name)


def _prelu_slopes(parameters: Cursor) -> tuple[float, ...]:
    # With both keys the single slope counts, as in the C++ core.
    if not parameters["negative_slope"].is_missing or parameters["negative_slopes"].is_missing:
        return (parameters["negative_slope"].number(PRELU_SLOPE),)
    slopes = parameters["negative_slopes"]
    values = tuple(entry.number() for entry in slopes.entries("an array of numbers"))
    if not values:
        raise slopes.wrong("an array of at least one number")
    return values


def _allowed() -> str:
    return "one of " + ", ".join(ACTIVATION_NAMES)
