"""Compares predictions of `nam-core search` with measurements, for ten architectures drawn from its results.

    python -m bench.search [--budget 0.5% 1% 3% 6%] [--device DEVICE.json] [--draw 10] [--seed 0] [--block 64]

Without a device profile, this machine is first measured, as the command does it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from nam_core.audio.dry_signal import dry_signal
from nam_core.costing.device_profile import DeviceProfile
from nam_core.search.calibration import calibrate
from nam_core.search.ranking import search
from nam_core.survey.budget import parse_budget
from nam_core.survey.measure import measure
from nam_core.survey.modelset.sounding_weights import with_weights
from nam_core.survey.results import Settings
from nam_core.survey.subjects import subjects


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--budget", nargs="+", default=["0.5%", "1%", "3%", "6%"])
    parser.add_argument("--device", type=Path)
    parser.add_argument("--draw", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--block", type=int, default=64)
    options = parser.parse_args()
    profile = DeviceProfile.load(options.device) if options.device else calibrate(options.block)
    shares = [parse_budget(budget, 2.0).share for budget in options.budget]
    results = [found for share in shares for found in search(profile, share, block=options.block)]
    order = np.random.default_rng(options.seed).permutation(len(results))[: options.draw]
    drawn = [results[index].full for index in sorted(order)]
    measured = [
        subject
        for number, item in enumerate(drawn)
        for subject in subjects(with_weights(item.architecture.file(), number), f"{number}")
    ]
    settings = Settings((options.block,), "float32", 0.5, "synthesised guitar", None)
    survey = measure(measured, settings, dry_signal, 30)
    print(f"{survey.machine.processor}, {profile.isa}, blocks of {options.block}; {len(results)} found")
    for condition in survey.machine.conditions:
        print(f"warning: {condition}")
    print("channels kernel layers   predicted   least  median ns per sample   predicted / least")
    errors = []
    for item, result in zip(drawn, survey.of("sound"), strict=True):
        layers, least = item.architecture.layers, result.ns_per_sample_min
        errors.append(item.ns_per_sample / least - 1.0)
        print(
            f"{item.architecture.channels:8} {max(layers.kernel_sizes):6} {len(layers.dilations):6}   "
            f"{item.ns_per_sample:9.1f} {least:7.1f} {result.ns_per_sample:7.1f} {errors[-1]:+27.1%}"
        )
    print(f"largest difference {max(np.abs(errors)):.1%}, median {np.median(np.abs(errors)):.1%}")


if __name__ == "__main__":
    main()
