"""Writes models as C++, for the programs here: ``python describe_models.py FOLDER MODEL.nam...``.

FOLDER gets a header for every size of every model (nam_core.engine.c_export), and
``models.cpp`` with all of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nam_core.engine.c_export import default_name, export_c
from nam_core.format.config import SequentialConfig
from nam_core.format.nam_file import read_nam
from nam_core.format.quantities import receptive_field
from nam_core.format.slimming import sizes

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


def write_models(folder: Path, paths: list[Path]) -> Path:
    """Write all files into the folder, and return models.cpp."""
    folder.mkdir(parents=True, exist_ok=True)
    includes, models = [], []
    for path in paths:
        nam = read_nam(path)
        names = [f"{default_name(nam)}_{index}" for index in range(len(sizes(nam)))]
        for name, size in zip(names, sizes(nam), strict=True):
            (folder / f"{name}.hpp").write_text(export_c(nam, name, size.low), "utf-8")
            includes.append(f'#include "{name}.hpp"')
        whole = _descriptions(names)
        parts = [whole]
        if isinstance(nam.config, SequentialConfig):
            parts = []
            for number, part in enumerate(nam.config.flat()):
                names = [f"{default_name(nam)}_part{number}_{index}" for index in range(len(sizes(part)))]
                for name, size in zip(names, sizes(part), strict=True):
                    (folder / f"{name}.hpp").write_text(export_c(part, name, size.low), "utf-8")
                    includes.append(f'#include "{name}.hpp"')
                parts.append(_descriptions(names))
        models.append(
            f'      {{"{path.stem}", {receptive_field(nam.config)}, {whole}, {{{", ".join(parts)}}}}},'
        )
    file = folder / "models.cpp"
    file.write_text(TEXT.format(includes="\n".join(includes), models="\n".join(models)), "utf-8")
    return file


if __name__ == "__main__":
    write_models(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
