"""A model as a C++ header of constants, for hosts without Python: what ``nam-core export-c`` writes.

The header holds what the engine is built from (``lowering``), field by field, in the structs of
``nam_core/description.hpp``, which have the names and fields of ``_core``'s. Numbers are hexadecimal, so that
every compiler reads the same bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from ..format.config import NamModel
from ..format.quantities import receptive_field, settles
from ..format.slimming import select, size_start, sizes
from .lowering import Choices, Lowered, lower

_NUMBERS_PER_LINE = 8

# The C++ enumerators of activations are in small letters, with underscores in those that are two words.
_ENUMERATORS = {"LeakyReLU": "leaky_relu", "LeakyHardtanh": "leaky_hardtanh"}


def default_name(model: NamModel) -> str:
    """What the header calls a model: its file's name, made of letters, digits and underscores."""
    return re.sub(r"[\W_]+", "_", PurePath(model.path or "").stem, flags=re.ASCII).strip("_") or "unnamed"


def export_c(model: NamModel, name: str, quality: float = 1.0) -> str:
    """The text of a header with one size of a model, in the namespace ``nam_model_<name>``.

    Parameters
    ----------
    model : any model.
    name : letters, digits and underscores.
    quality : 0.0 (smallest) to 1.0 (full); without effect on models that cannot be slimmed.

    Raises
    ------
    ValueError
        If the name or the quality is not as said.
    NamConfigError
        As ``slimming.select``.
    """
    if not re.fullmatch(r"\w+", name, flags=re.ASCII):
        raise ValueError(f"name must be of letters, digits and underscores; found {name!r}")
    chosen = select(model, quality)
    text = _Text()
    description = text.description(lower(chosen, Choices()), chosen.sample_rate)
    lines = [
        *_comment(model, chosen, quality),
        "// clang-format off",
        "#pragma once",
        "",
        "#include <nam_core/description.hpp>",
        "",
        f"namespace nam_model_{name} {{",
        "using namespace nam_core;",
        "",
        *text.lines,
        f"inline constexpr ModelDescription description = {description};",
        "",
        f"}}  // namespace nam_model_{name}",
        "",
    ]
    return "\n".join(lines)


def _comment(model: NamModel, chosen: NamModel, quality: float) -> Iterator[str]:
    source = ascii(PurePath(model.path).name) if model.path else "a model without a file"
    all_sizes = sizes(model)
    start = size_start(model, quality)
    (index,) = [i for i, size in enumerate(all_sizes) if size.low == start]
    size, config = all_sizes[index], chosen.config
    rate = f"{chosen.sample_rate:.10g} Hz" if chosen.sample_rate else "sample rate unknown, 48000 Hz assumed"
    reach = f"receptive field {receptive_field(config)} frames" if settles(config) else "recurrent"
    yield f"// {chosen.architecture} model, made by nam-core export-c from {source}; do not edit."
    yield "//"
    if len(all_sizes) > 1:
        yield f"// Size {index + 1} of {len(all_sizes)}: qualities from {size.low:.6g} to {size.high:.6g}."
    yield f"// {config.in_channels} in, {config.out_channels} out; {rate}; {reach}."
    yield f"// {size.parameters} weights; {size.macs_per_frame} multiply-adds per frame."


@dataclass
class _Text:
    """Definitions of arrays, in the order in which they are needed; equal ones are written once."""

    lines: list[str] = field(default_factory=list)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def description(self, lowered: Lowered, sample_rate: float | None) -> str:
        """A ``ModelDescription``; what it refers to is added to the text."""
        condition_dsp = "nullptr"
        if lowered.condition_dsp is not None:
            inner = self.description(lowered.condition_dsp, sample_rate)
            condition_dsp = self._array("condition_dsp", "ModelDescription", [inner])
        config = self._expression("config", lowered.config)
        weights = self._array("weights", "float", [f"{_hex(weight)}f" for weight in lowered.weights])
        return (
            f"{{.sample_rate = {_hex(sample_rate or 0.0)}, .config = {config}, "
            f".weights = {weights}, .condition_dsp = {condition_dsp}}}"
        )

    def _expression(self, name: str, value: Any) -> str:
        """The initializer of a field."""
        if value is None:
            return "std::nullopt"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return str(value) if isinstance(value, int) else _hex(value)
        if isinstance(value, list):
            return self._list(name, value)
        kind = type(value)
        if hasattr(kind, "__members__"):
            return f"{kind.__name__}::{_ENUMERATORS.get(value.name, value.name.lower())}"
        # In the order in which the struct has them, which C++ insists on.
        names = [member for member, what in vars(kind).items() if isinstance(what, property)]
        fields = (f".{member} = {self._expression(member, getattr(value, member))}" for member in names)
        return f"{kind.__name__}{{{', '.join(fields)}}}"

    def _list(self, name: str, values: list[Any]) -> str:
        items = [self._expression(name, value) for value in values]
        if all(value is None for value in values):
            return "{}"
        if name == "films":  # an array in its struct; the others are spans
            return f"{{{{{', '.join(items)}}}}}"
        kind = type(values[0]).__name__
        cpp_type = {"int": "int", "float": "double"}.get(kind, kind)
        return self._array(name, cpp_type, items)

    def _array(self, name: str, cpp_type: str, items: list[str]) -> str:
        """The name of an array of this content."""
        per_line = _NUMBERS_PER_LINE if cpp_type in ("float", "double", "int") else 1
        rows = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        body = "".join(f"    {row},\n" for row in rows)
        if (cpp_type, body) not in self._names:
            unique = f"{name}_{len(self._names)}"
            self._names[cpp_type, body] = unique
            self.lines.append(f"inline constexpr {cpp_type} {unique}[] = {{\n{body}}};\n")
        return self._names[cpp_type, body]


def _hex(value: float) -> str:
    """A C++ literal of exactly this double, without the zeros at the end."""
    mantissa, _, exponent = float(value).hex().partition("p")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{exponent}"
