"""Activations: a bare name, or an object with a name and parameters (format 3)."""

from __future__ import annotations

from ..config import Activation
from .cursor import Cursor

# Every activation with its parameters: the keys of a file, and their defaults (format 3, D8d). The engine's
# function of the same name takes them in this order, and the package's by these names; what differs from that
# is in lowering.py.
ACTIVATIONS: dict[str, dict[str, float]] = {
    "Tanh": {},
    "ReLU": {},
    "LeakyReLU": {"negative_slope": 0.01},
    "PReLU": {"negative_slope": 0.25},
    "Sigmoid": {},
    "SiLU": {},
    "Hardswish": {},
    "LeakyHardtanh": {"min_val": -1.0, "max_val": 1.0, "min_slope": 0.01, "max_slope": 0.01},
    "Softsign": {},
    "Softsigmoid": {},
    "Fasttanh": {},
    "Hardtanh": {"min_val": -1.0, "max_val": 1.0},
}

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
    if name not in ACTIVATIONS:
        raise name_cursor.wrong(_allowed())
    return _with_parameters(name, parameters)


def check_slopes(activation: Activation, channels: int, cursor: Cursor) -> None:
    """Refuse per-channel slopes whose number is neither 1 nor ``channels`` (format D8c, D42)."""
    if activation.name == "PReLU" and len(activation.parameters) not in (1, channels):
        allowed = "1 entry" if channels == 1 else f"1 entry, or {channels}: one for each channel"
        raise cursor["negative_slopes"].wrong(f"an array of {allowed}")


def _with_parameters(name: str, parameters: Cursor) -> Activation:
    # With both keys PReLU's single slope counts, as in the C++ core.
    slopes = parameters["negative_slopes"]
    if name == "PReLU" and parameters["negative_slope"].is_missing and not slopes.is_missing:
        values = tuple(entry.number() for entry in slopes.entries("an array of numbers"))
        if not values:
            raise slopes.wrong("an array of at least one number")
        return Activation(name, values)
    values = tuple(parameters[key].number(default) for key, default in ACTIVATIONS[name].items())
    if name == "Hardtanh" and values[0] >= values[1]:
        # torch.nn.Hardtanh cannot be built with such limits either.
        raise parameters.error(
            f"found min_val {values[0]} and max_val {values[1]}; min_val must be less than max_val"
        )
    return Activation(name, values)


def _allowed() -> str:
    return "one of " + ", ".join(ACTIVATIONS)
