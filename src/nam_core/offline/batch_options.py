"""Builds a batch from named values, which come from the command line or a jobs file."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from .batch_plan import Batch
from .options import LoadOptions, RenderOptions
from .places import as_path, is_url

_RENDER = tuple(field.name for field in fields(RenderOptions))
# The quality comes from the size, and "normalize" means the level of a result.
_LOAD = ("dtype", "isa", "compat", "linear_taps", "sample_rate", "max_bytes")
_BATCH = ("models", "input", "output", "name", "format", "size", "blend", "normalize_response")
KEYS = (*_BATCH, *_RENDER, *_LOAD)


def render_options(values: Mapping[str, Any]) -> RenderOptions:
    """The options of a render among the values. Raises ValueError."""
    return RenderOptions(**_given(values, _RENDER))


def load_options(values: Mapping[str, Any]) -> LoadOptions:
    """The options of ``load`` among the values; ``normalize_response`` is its ``normalize``."""
    return LoadOptions(**_given(values, _LOAD), normalize=bool(values.get("normalize_response")))


def batch_of(values: Mapping[str, Any]) -> Batch:
    """A batch from its values by name (``KEYS``); None stands for the default.

    Raises
    ------
    ValueError
        If models, input or output are missing, or a value is not allowed.
    """
    for name in ("models", "input", "output"):
        if not values.get(name):
            raise ValueError(f"a batch needs {name}")
    blend = values.get("blend")
    return Batch(
        models=_names(values["models"]),
        inputs=_names(values["input"]),
        output=as_path(values["output"]),
        **_given(values, ("name", "format")),
        size=str(values.get("size") or "full"),
        blend=None if blend is None else parse_blend(blend),
        options=render_options(values),
        load=load_options(values),
    )


def read_jobs(path: str) -> list[Batch]:
    """The batches of a jobs file (TOML).

    Its keys are ``KEYS``. Each table ``[[batch]]`` is a batch; keys before the first table are defaults for
    all. A file without such a table is a single batch. Paths are relative to the file.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not TOML, or has an unknown key or a value that is not allowed; the message names the file.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    with open(path, "rb") as file:
        try:
            contents = tomllib.load(file)
        except ValueError as error:  # and UnicodeDecodeError, which is one
            raise ValueError(f"{path}: not a TOML file: {error}") from None
    tables = contents.pop("batch", [{}])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError(f"{path}: batch must be tables, [[batch]]")
    found = []
    for number, table in enumerate(tables, 1):
        place = f"{path}, batch {number}" if len(tables) > 1 else path
        values = {**contents, **table}
        unknown = [name for name in values if name not in KEYS]
        if unknown:
            raise ValueError(f"{place}: unknown key {unknown[0]!r}; there are {', '.join(KEYS)}")
        try:
            found.append(_below(batch_of(values), os.path.dirname(path)))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{place}: {error}") from None
    return found


def parse_blend(text: str) -> tuple[tuple[float, int], ...]:
    """Gains in dB, one for each model, separated by commas; an "i" after a gain inverts the polarity.

    Raises ValueError.
    """
    found = []
    for part in text.split(","):
        gain = part.strip()
        sign = -1 if gain.endswith("i") else 1
        try:
            found.append((float(gain.removesuffix("i")), sign))
        except ValueError:
            raise ValueError(
                f'blend must be gains in dB such as "0,-3,-6i" (i turns the polarity); found {text!r}'
            ) from None
    return tuple(found)


def _below(batch: Batch, folder: str) -> Batch:
    def moved(name: str) -> str:
        return name if is_url(name) else os.path.join(folder, as_path(name))

    return replace(
        batch,
        models=[moved(name) for name in batch.models],
        inputs=[moved(name) for name in batch.inputs],
        output=moved(batch.output),
    )


def _given(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if values.get(name) is not None}


def _names(value: Any) -> list[str]:
    names = [value] if isinstance(value, str) else list(value)
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"names of files must be text; found {value!r}")
    return names
