"""Writes models as C++, for the programs here: ``python describe_models.py FOLDER MODEL.nam...``.

FOLDER gets a header for every size of every model, and of a chain also for those of its models
(nam_core.engine.c_export), and ``models.cpp`` with all of them. It adds a chain with a long response.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from nam_core.engine.c_export import default_name, export_c
from nam_core.format import building
from nam_core.format.config import NamModel, SequentialConfig
from nam_core.format.nam_file import read_nam
from nam_core.format.quantities import receptive_field
from nam_core.format.slimming import sizes

ROOT = Path(__file__).parents[2]

TEXT = """// Made by tests/cpp/describe_models.py.
#include "models.hpp"

{includes}

const std::vector<NamedModel>& models() {{
  static const std::vector<NamedModel> all = {{
{models}
  }};
  return all;
}}
"""


def _descriptions(names: list[str]) -> str:
    return "{" + ", ".join(f"nam_core::model_{name}::description" for name in names) + "}"


def rig() -> NamModel:
    """A chain: an amplifier with two sizes, a response with several tiers, a pedal with two sizes."""
    taps = np.random.default_rng(1).standard_normal(6000) * np.exp(-np.arange(6000) / 1000) / 50
    response = {**building.linear(taps.size), "weights": taps.astype(np.float32).tolist()}
    pedal = building.container(*(building.linear(1) | {"weights": [gain]} for gain in (0.5, 0.7)))
    amplifier = json.loads((ROOT / "examples" / "overdrive_a2.nam").read_text("utf-8"))
    return read_nam(building.sequential(amplifier, response, pedal))


def write_models(folder: Path, given: list[NamModel]) -> Path:
    """Write all models into the folder, and return models.cpp."""
    folder.mkdir(parents=True, exist_ok=True)
    includes, models = [], []
    for nam in given:
        own_name = default_name(nam) if nam.path else "rig"
        names = [f"{own_name}_{index}" for index in range(len(sizes(nam)))]
        for name, size in zip(names, sizes(nam), strict=True):
            (folder / f"{name}.hpp").write_text(export_c(nam, name, size.low), "utf-8")
            includes.append(f'#include "{name}.hpp"')
        whole = _descriptions(names)
        parts = [whole]
        if isinstance(nam.config, SequentialConfig):
            parts = []
            for number, part in enumerate(nam.config.flat()):
                names = [f"{own_name}_part{number}_{index}" for index in range(len(sizes(part)))]
                for name, size in zip(names, sizes(part), strict=True):
                    (folder / f"{name}.hpp").write_text(export_c(part, name, size.low), "utf-8")
                    includes.append(f'#include "{name}.hpp"')
                parts.append(_descriptions(names))
        models.append(
            f'      {{"{own_name}", {receptive_field(nam.config)}, {whole}, {{{", ".join(parts)}}}}},'
        )
    file = folder / "models.cpp"
    file.write_text(TEXT.format(includes="\n".join(includes), models="\n".join(models)), "utf-8")
    return file


if __name__ == "__main__":
    write_models(Path(sys.argv[1]), [*(read_nam(path) for path in sys.argv[2:]), rig()])
