"""The float32 engine's bits, as hashes: hashes.json has one for every size of every model of the repository.

The same numbers must come from every exact instruction set, compiler, operating system and block size. After
a change that is meant to change them, `python tests/conformance/hashes.py` writes the file anew, and with it
the package's own one for `nam-core selftest`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import nam_core
from nam_core import selftest
from nam_core.selftest.stimulus import digest, stimulus

FILE = Path(__file__).with_name("hashes.json")
ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "golden": ROOT / "tests" / "golden",
    "golden060": ROOT / "tests" / "golden060",
    "examples": ROOT / "examples",
}


def models() -> dict[str, Path]:
    """The repository's models, by the name that they have in hashes.json."""
    return {
        f"{kind}/{path.stem}": path
        for kind, folder in FOLDERS.items()
        for path in sorted(folder.glob("*.nam"))
    }


def sizes(path: Path, isa: str | None = None) -> list[nam_core.Model]:
    """The model in each of its sizes, smallest first."""
    return [
        nam_core.load(path, quality=(size.low + size.high) / 2, isa=isa) for size in nam_core.load(path).sizes
    ]


def signal(model: nam_core.Model) -> npt.NDArray[np.float32]:
    """The stimulus. With several inputs ``(channels, frames)``, each delayed by 331 frames relative to the
    one before.
    """
    rows = [np.roll(stimulus(), 331 * channel) for channel in range(model.input_channels)]
    return rows[0] if len(rows) == 1 else np.stack(rows)


def measured(isa: str | None = None, report: Callable[[str], None] = lambda name: None) -> dict[str, Any]:
    """The contents of hashes.json as computed here: by model name, a hash for each size."""
    found = {}
    for name, path in models().items():
        report(name)
        found[name] = [digest(model.process(signal(model))) for model in sizes(path, isa)]
    return {"signal": digest(stimulus()), "models": found}


def recorded() -> dict[str, Any]:
    """The contents of hashes.json."""
    content: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return content


def main() -> None:
    """Write both files, and print what changed in hashes.json."""
    exact = nam_core.runtime_info()["exact_isas"]
    if not exact:
        raise SystemExit("This processor has no fused multiply-add: its bits are not the ones to record.")
    before = recorded()["models"] if FILE.exists() else {}
    content = measured(exact[0])
    FILE.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    selftest.FILE.write_text(json.dumps(selftest.measured(exact[0]), indent=1) + "\n", "utf-8")
    after = content["models"]
    changed = [name for name in after if name in before and after[name] != before[name]]
    print(f"{FILE.name}: {len(after)} models by {exact[0]}, {len(changed)} changed: {' '.join(changed)}")
    if missing := sorted(before.keys() - after.keys()):
        print("Dropped, because they are not here:", *missing)


if __name__ == "__main__":
    main()
