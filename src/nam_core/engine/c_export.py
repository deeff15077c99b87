"""Writes a model as a C++ header of constants, for hosts without Python (``nam-core export-c``).

The header holds what the engine is built from (``lowering``), field by field: ``_core.structs`` lists the
structs of ``nam_core/description.hpp``. Numbers are hexadecimal, so that every compiler reads the same bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from .. import _core
from ..format.config import NamModel
from ..format.quantities import receptive_field, settles
from ..format.slimming import select, size_start, sizes
from .lowering import Choices, lower

_NUMBERS_PER_LINE = 8
_NUMBERS = {"int", "float", "double"}


def default_name(model: NamModel) -> str:
    """The name of a model in the header: its file's name in letters, digits and underscores."""
    return re.sub(r"[\W_]+", "_", PurePath(model.path or "").stem, flags=re.ASCII).strip("_") or "unnamed"


def export_c(model: NamModel, name: str, quality: float = 1.0) -> str:
    """The text of a header with one size of a model, in the namespace ``nam_core::model_<name>``.

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
    description = text.value("description", "ModelDescription", lower(chosen, Choices()))
    lines = [
        *_comment(model, chosen, quality),
        "// clang-format off",
        "#pragma once",
        "",
        "#include <nam_core/description.hpp>",
        "",
        f"namespace nam_core::model_{name} {{",
        "",
        *text.lines,
        f"inline constexpr ModelDescription description = {description};",
        "",
        f"}}  // namespace nam_core::model_{name}",
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

    def value(self, name: str, kind: str, value: Any) -> str:
        """The initializer of a field whose type is ``kind``; adds the arrays that it refers to."""
        if kind.endswith("?[FilmPlace]"):
            places = [value.get(place) for place in _core.enums["FilmPlace"]]
            films = ", ".join(self.value(name, kind.removesuffix("[FilmPlace]"), film) for film in places)
            return f"{{{{{films}}}}}" if value else "{}"
        if kind.endswith("?"):
            return "std::nullopt" if value is None else self.value(name, kind[:-1], value)
        if kind.endswith("*"):
            return "nullptr" if value is None else self._array(name, kind[:-1], [value])
        if kind.endswith("[]"):
            return self._array(name, kind[:-2], value) if len(value) else "{}"
        if kind == "bool":
            return "true" if value else "false"
        if kind in _NUMBERS:
            return str(value) if kind == "int" else _hex(value) + ("f" if kind == "float" else "")
        if kind in _core.enums:
            return f"{kind}::{value}"
        # A struct, or one of several, with its fields in the order that C++ insists on.
        struct = type(value).__name__
        fields = (
            f".{field} = {self.value(field, of, getattr(value, field))}"
            for field, of in _core.structs[struct].items()
        )
        return f"{struct}{{{', '.join(fields)}}}"

    def _array(self, name: str, kind: str, values: Iterable[Any]) -> str:
        """The name of an array of these values."""
        items = [self.value(name, kind, value) for value in values]
        per_line = _NUMBERS_PER_LINE if kind in _NUMBERS else 1
        rows = [", ".join(items[i : i + per_line]) for i in range(0, len(items), per_line)]
        body = "".join(f"    {row},\n" for row in rows)
        if (kind, body) not in self._names:
            unique = f"{name}_{len(self._names)}"
            self._names[kind, body] = unique
            element = f"const {kind}" if kind.endswith("*") else kind
            self.lines.append(f"inline constexpr {element} {unique}[] = {{\n{body}}};\n")
        return self._names[kind, body]


def _hex(value: float) -> str:
    """A C++ literal of exactly this double, without the zeros at the end."""
    mantissa, _, exponent = float(value).hex().partition("p")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{exponent}"
