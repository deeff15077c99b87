"""Print how close the example models come to their circuit, measured with the PyTorch package.

Usage: python examples/evaluate_models.py [FILE.nam ...]

The recording is guitar_dry.wav, which training never saw. The error is the ESR: the power of the difference
over the power of the circuit's output. 0.01 means the difference is 20 dB below the sound.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from nam.models import init_from_nam

# isort: split
from circuit import overdrive
from plucked_string import Signal

FOLDER = Path(__file__).parent


def networks(path: Path) -> list[tuple[str, Any]]:
    """Return (name, network) for each size in a file; the package loads no containers, so we open them."""
    model = json.loads(path.read_text(encoding="utf-8"))
    if model["architecture"] != "SlimmableContainer":
        return [(path.name, init_from_nam(model))]
    found = []
    for submodel in model["config"]["submodels"]:
        channels = submodel["model"]["config"]["layers"][0]["channels"]
        found.append((f"{path.name}, {channels} channels", init_from_nam(submodel["model"])))
    return found


def error_to_signal_ratio(prediction: Signal, target: Signal) -> float:
    """Return mean((p - t)^2) / mean(t^2)."""
    return float(np.mean((prediction - target) ** 2) / np.mean(target**2))


def main() -> None:
    """Print one line per model size."""
    parser = argparse.ArgumentParser(description="Compare the example models with their circuit.")
    parser.add_argument("models", nargs="*", type=Path, default=sorted(FOLDER.glob("*.nam")))
    arguments = parser.parse_args()
    dry, _ = soundfile.read(FOLDER / "guitar_dry.wav", dtype="float64")
    wet = overdrive(dry)
    for path in arguments.models:
        for name, net in networks(path):
            with torch.no_grad():
                prediction = net.eval()(torch.from_numpy(dry.astype(np.float32))).numpy()
            print(f"{name}: ESR {error_to_signal_ratio(prediction.astype(np.float64), wet):.5f}")


if __name__ == "__main__":
    main()
