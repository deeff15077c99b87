"""Train the example models on the overdrive of circuit.py, with the PyTorch package's own trainer classes.

Usage: python examples/train_models.py nano   -> overdrive_nano.nam (A1 nano, WaveNet with 4 and 2 channels)
       python examples/train_models.py a2     -> overdrive_a2.nam   (A2 container: lite 3, full 8 channels)

Needs torch and neural-amp-modeler 0.13.0. One thread each, so that the two can run side by side on two cores.

Networks, losses, data set, Adam and the exponential decay of its learning rate are the package's. Three
things are ours: the data come from arrays instead of files; the decay is quicker, because the run is shorter;
and the best weights so far are exported as soon as they are found, so that a run may be stopped at any time.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning
import torch
from nam.data import Dataset, NormalizeJointDatasetOutput
from nam.models.metadata import GearType, ToneType, UserMetadata
from nam.train.core import _get_packed_model_config
from nam.train.lightning_module import LightningModule, PackedLightningModule, PackedMaskCallback
from torch.utils.data import DataLoader

# isort: split
from circuit import overdrive
from export_best import ExportBest
from plucked_string import SAMPLE_RATE, Signal
from training_signal import playing, training_signal

TRAINING_SEED, VALIDATION_SEED = 2026, 31
TARGET_FRAMES = 16_384  # output frames per item: a few receptive fields, or most of the work would be run-in
ITEMS_PER_STEP = 4
FINAL_LEARNING_RATE_RATIO = 0.02

# Together less than an hour of one core on a small machine.
EPOCHS = {"nano": 60, "a2": 24}


def nano_config() -> dict[str, Any]:
    """Return the A1 nano network with the A1 recipe: MSE alone, best weights chosen by ESR."""

    powers = [2**i for i in range(10)]
    common = {"condition_size": 1, "kernel_size": 3, "activation": "Tanh"}
    first = {
        "input_size": 1,
        "channels": 4,
        "dilations": powers[:7],
        "head": {"out_channels": 2, "kernel_size": 1, "bias": False},
    }
    second = {
        "input_size": 4,
        "channels": 2,
        "dilations": powers[7:] + powers,
        "head": {"out_channels": 1, "kernel_size": 1, "bias": True},
    }
    layers_configs = [{**common, **first}, {**common, **second}]
    return {
        "net": {"name": "WaveNet", "config": {"layers_configs": layers_configs, "head_scale": 0.02}},
        "loss": {"val_loss": "esr"},
        "optimizer": {"lr": 0.004},
    }


def a2_config() -> dict[str, Any]:
    """Return the package's own A2 network and recipe: both sizes packed into one, MSE and a little MRSTFT."""
    config: dict[str, Any] = _get_packed_model_config()
    return config


def data_set(dry: Signal, receptive_field: int, target_frames: int | None) -> Dataset:
    """Return pairs of dry and overdriven sound in the package's data set; None makes one pair of it all."""
    wet = overdrive(dry)
    x, y = (torch.from_numpy(np.asarray(s, dtype=np.float32)) for s in (dry, wet))
    # The circuit starts from rest with the signal: nothing earlier leaks in, so no lead of silence is needed.
    return Dataset(
        x=x,
        y=y,
        nx=receptive_field,
        ny=target_frames,
        sample_rate=float(SAMPLE_RATE),
        require_input_pre_silence=None,
    )


def validation_signal() -> Signal:
    """Return playing that the training signal does not hold, at three levels."""
    rng = np.random.default_rng(VALIDATION_SEED)
    return np.concatenate([playing(4.0, peak, rng) for peak in (0.7, 0.35, 0.15)])


def train(model: str, epochs: int, seconds: float, output: Path) -> None:
    """Train one model and leave its best weights in output."""
    pytorch_lightning.seed_everything(1, verbose=False)
    packed = model == "a2"
    config = a2_config() if packed else nano_config()
    decay = FINAL_LEARNING_RATE_RATIO ** (1.0 / epochs)
    config["lr_scheduler"] = {"class": "ExponentialLR", "kwargs": {"gamma": decay}}
    module = (PackedLightningModule if packed else LightningModule).init_from_config(config)
    net = module.net

    training = data_set(training_signal(seconds, TRAINING_SEED), net.receptive_field, TARGET_FRAMES)
    validation = data_set(validation_signal(), net.receptive_field, None)
    if packed:
        # The A2 recipe trains at a set loudness; the hand-shake below makes the export undo it.
        NormalizeJointDatasetOutput(level_rms_dbfs=-18.0).apply(training, validation)
    net.sample_rate = training.sample_rate
    for data in (training, validation):
        data.handshake(net)
        net.handshake(data)

    metadata = UserMetadata(
        name="Simulated overdrive, A2" if packed else "Simulated overdrive, A1 nano",
        modeled_by="nam_core",
        gear_type=GearType.PEDAL,
        gear_make="nam_core",
        gear_model="examples/circuit.py",
        tone_type=ToneType.OVERDRIVE,
    )
    callbacks: list[pytorch_lightning.Callback] = [ExportBest(output, metadata)]
    if packed:
        callbacks.insert(0, PackedMaskCallback())
    trainer = pytorch_lightning.Trainer(
        accelerator="cpu",
        max_epochs=epochs,
        callbacks=callbacks,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
    trainer.fit(
        module,
        DataLoader(training, batch_size=ITEMS_PER_STEP, shuffle=True, drop_last=True),
        DataLoader(validation),
    )


def main() -> None:
    """Train the model that the command line names."""
    parser = argparse.ArgumentParser(description="Train an example model on the simulated overdrive.")
    parser.add_argument("model", choices=sorted(EPOCHS))
    parser.add_argument("--epochs", type=int, help="default: about half an hour of work")
    parser.add_argument("--seconds", type=float, default=120.0, help="length of the training signal")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, help="default: overdrive_MODEL.nam beside this script")
    arguments = parser.parse_args()
    # The trainer suggests worker processes and GPUs on every run; neither helps here.
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    torch.set_num_threads(arguments.threads)
    output = arguments.output or Path(__file__).with_name(f"overdrive_{arguments.model}.nam")
    start = time.monotonic()
    train(arguments.model, arguments.epochs or EPOCHS[arguments.model], arguments.seconds, output)
    print(f"trained {output.name} in {(time.monotonic() - start) / 60.0:.1f} minutes")


if __name__ == "__main__":
    main()
