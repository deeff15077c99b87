"""Writes models as C++, for the programs here: ``python describe_models.py OUT.cpp MODEL.nam...``.

Every model comes with up to three of its sizes, as the engine gets them (nam_core.lowering): the fields of
the configuration by name, and the weights' bits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nam_core import _core
from nam_core.lowering import Choices, Lowered, lower
from nam_core.nam_file import read_nam
from nam_core.quantities import receptive_field
from nam_core.slimming import select, sizes

HEAD = """// Made by tests/cpp/describe_models.py.
#include "models.hpp"

using namespace nam;
using engine::ModelDescription;

namespace {

std::vector<float> weights(std::initializer_list<std::uint32_t> bits) {
  std::vector<float> values;
  for (const std::uint32_t word : bits) values.push_back(std::bit_cast<float>(word));
  return values;
}

}  // namespace

std::vector<NamedModel> models() {
  std::vector<NamedModel> all;
"""

TYPES = {
    "WaveNetConfig": "wavenet::WaveNetConfig",
    "LstmConfig": "lstm::LstmConfig",
    "ConvNetConfig": "convnet::ConvNetConfig",
    "LinearConfig": "linear::LinearConfig",
}
ENUMS = {
    "ActivationKind": "layers::ActivationKind",
    "GatingMode": "layers::GatingMode",
    "Residual": "wavenet::Residual",
}
# The C++ enumerators of activations are in small letters.
SNAKE = {"LeakyReLU": "leaky_relu", "LeakyHardtanh": "leaky_hardtanh"}


def assignments(target: str, value: Any, optional: bool = False) -> Iterator[str]:
    """Statements that give ``target`` this value."""
    if value is None:
        return
    if isinstance(value, list) and value and not isinstance(value[0], (int, float)):
        if len(value) != len(_core.LayerConfig().films) or not target.endswith(".films"):
            yield f"{target}.resize({len(value)});"
        for i, item in enumerate(value):
            yield from assignments(f"{target}[{i}]", item, optional=target.endswith(".films"))
    elif isinstance(value, list):
        yield f"{target} = {{{', '.join(number(item) for item in value)}}};"
    elif isinstance(value, (bool, int, float)):
        yield f"{target} = {number(value)};"
    elif type(value).__name__ in ENUMS:
        name = value.name
        assert isinstance(name, str)
        yield f"{target} = {ENUMS[type(value).__name__]}::{SNAKE.get(name, name.lower())};"
    else:
        if optional:
            yield f"{target}.emplace();"
        arrow = "->" if optional else "."
        for field in (name for name in dir(value) if not name.startswith("_")):
            inner = getattr(value, field)
            is_head = type(value).__name__ == "WaveNetConfig" and field == "head"
            yield from assignments(f"{target}{arrow}{field}", inner, optional=is_head)


def number(value: float) -> str:
    """A literal with exactly this value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else float(value).hex()


def description(lowered: Lowered) -> Iterator[str]:
    """A lambda that makes the model."""
    yield "[] {"
    yield f"  {TYPES[type(lowered.config).__name__]} config;"
    yield from (f"  {line}" for line in assignments("config", lowered.config))
    yield "  ModelDescription model{config, weights({"
    bits = [f"{word:#x}u" for word in lowered.weights.view(np.uint32)]
    yield from (f"    {', '.join(bits[i : i + 8])}," for i in range(0, len(bits), 8))
    yield "  }), nullptr};"
    if lowered.condition_dsp is not None:
        yield "  model.condition_dsp = std::make_shared<const ModelDescription>("
        yield from (f"  {line}" for line in description(lowered.condition_dsp))
        yield "  );"
    yield "  return model;"
    yield "}()"


def named_model(path: Path) -> Iterator[str]:
    """The statement that adds one model."""
    nam = read_nam(path)
    lows = [size.low for size in sizes(nam)]
    chosen = sorted({lows[0], lows[len(lows) // 2], lows[-1]})
    yield f'all.push_back({{"{path.stem}", {receptive_field(nam.config)}, {{'
    for low in chosen:
        yield from description(lower(select(nam, low), Choices()))
        yield ","
    yield "}});"


def main() -> None:
    """Write the file."""
    out, *paths = map(Path, sys.argv[1:])
    lines = [f"  {line}" for path in paths for line in named_model(path)]
    out.write_text(HEAD + "\n".join(lines) + "\n  return all;\n}\n")


if __name__ == "__main__":
    main()
