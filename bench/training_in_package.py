"""Plays a trained capture in the package, and compares its ESR there with the one of our engine
(docs/training.md).

``python -m bench.training_in_package CAPTURE.nam DRY WET``

The ESR is that of the frames which validate a training. The package loads each size with its own
``init_from_nam`` and computes its own ``esr``, in float32. It needs ``nam_core[reference]``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import orjson
import torch
from nam.models import init_from_nam
from nam.models.losses import esr

import nam_core
from nam_core.training.data import read_pair, training_data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("capture", type=Path)
    parser.add_argument("dry", type=Path)
    parser.add_argument("wet", type=Path)
    arguments = parser.parse_args()
    data = training_data([read_pair(arguments.dry, arguments.wet)])
    x, y = data.validation[0]
    for submodel in orjson.loads(arguments.capture.read_bytes())["config"]["submodels"]:
        ours = nam_core.load(submodel["model"])
        field = ours.receptive_field
        target = torch.from_numpy(y[field - 1 :] / data.scale)
        package = init_from_nam(submodel["model"])
        with torch.no_grad():
            played = package(torch.from_numpy(x), pad_start=False)
            found = float(esr(played, target))
            own = float(esr(torch.from_numpy(ours.process(x)[field - 1 :]), target))
        print(
            f"{ours.macs_per_frame} multiply-adds per frame: ESR {found:.8f} in the package, {own:.8f} here"
        )


if __name__ == "__main__":
    main()
