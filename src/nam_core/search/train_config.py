"""Writes the three files that the trainer's command ``nam-full`` takes, for architectures that the search
found.

The learning rate, the losses and the schedule are those that trainer 0.13.0 uses for A2
(``nam/train/_resources/config_model_packed.json``, ``nam/train/core.py``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..audio.json_files import write_json
from ..audio.safe_writing import check_outputs, make_folder
from .ranking import Found
from .space import HEAD_SCALE, Architecture

# Validation takes the last nine seconds at 48 kHz, as with the trainer's own signal.
_VALIDATION_FRAMES = 432000
_SEGMENT_FRAMES = 8192
_LEVEL_DBFS = -18.0


def net_config(architecture: Architecture) -> dict[str, Any]:
    """The trainer's config of a WaveNet (format 13)."""
    layers = architecture.layers
    array = {
        "input_size": 1,
        "condition_size": 1,
        "channels": architecture.channels,
        "kernel_sizes": list(layers.kernel_sizes),
        "dilations": list(layers.dilations),
        # The trainer's default slope is that of A2.
        "activation": "LeakyReLU",
        "head": {"out_channels": 1, "kernel_size": layers.head_kernel_size, "bias": True},
    }
    return {"layers_configs": [array], "head_scale": HEAD_SCALE}


def model_config(found: Found) -> dict[str, Any]:
    """The model file: one network, or, with a small size, two networks that are trained together."""
    if found.small is None:
        net = {"name": "WaveNet", "config": net_config(found.full.architecture)}
    else:
        sizes = [found.small.architecture, found.full.architecture]
        submodels = [{"name": f"channels_{size.channels}", "config": net_config(size)} for size in sizes]
        packed = {"submodels": submodels, "export": {"container_max_values": "uniform"}}
        net = {"name": "PackedWaveNet", "config": packed}
    return {
        "net": net,
        "loss": {"val_loss": "esr", "mrstft_weight": 0.0005},
        "optimizer": {"lr": 0.004, "weight_decay": 3.17e-07},
        "lr_scheduler": {"class": "ExponentialLR", "kwargs": {"gamma": 0.994}},
    }


def data_config(dry: str, wet: str) -> dict[str, Any]:
    """The data file: the recordings, and the part of them that is for validation."""
    level = {"level_rms_dbfs": _LEVEL_DBFS}
    return {
        "train": {"ny": _SEGMENT_FRAMES, "stop_samples": -_VALIDATION_FRAMES},
        "validation": {
            "ny": None,
            "start_samples": -_VALIDATION_FRAMES,
            "require_input_pre_silence": None,
        },
        "common": {"x_path": dry, "y_path": wet, "delay": 0, "allow_unequal_lengths": True},
        "joint": [{"name": "nam.data.normalize_joint_dataset_output", "kwargs": level}],
    }


def learning_config(epochs: int) -> dict[str, Any]:
    """The learning file. The trainer's framework chooses the device."""
    return {
        "train_dataloader": {"batch_size": 16, "shuffle": True, "drop_last": True, "num_workers": 0},
        "val_dataloader": {},
        "trainer": {"max_epochs": epochs},
    }


def write_train_configs(
    results: list[Found],
    folder: str | os.PathLike[str],
    *,
    dry: str = "input.wav",
    wet: str = "output.wav",
    epochs: int = 100,
) -> list[Path]:
    """Write ``data.json`` and ``learning.json``, and a model file for each result.

    Parameters
    ----------
    results : the results in order; the first becomes ``model-1.json``.
    folder : is created if it does not exist; files with these names are replaced.
    dry, wet : the recordings that the data file names; relative paths start at the folder in which the
        trainer is started.
    epochs : number of epochs.

    Returns
    -------
    The paths of the model files.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    data, learning, *models = check_train_configs(folder, len(results))
    contents = [data_config(dry, wet), learning_config(epochs), *map(model_config, results)]
    for path, content in zip((data, learning, *models), contents, strict=True):
        write_json(path, content, indented=True)
    return models


def check_train_configs(
    folder: str | os.PathLike[str], count: int, inputs: Iterable[str | os.PathLike[str]] = ()
) -> list[Path]:
    """Check, before a search, that its files can be written afterwards, and return their paths.

    Parameters
    ----------
    folder : created if it does not exist. count : the most results.
    inputs : files that must not be replaced.

    Returns
    -------
    The names of the data file, the learning file and the model files.

    Raises
    ------
    OSError
        As ``safe_writing.check_outputs``.
    """
    target = Path(make_folder(folder))
    models = [target / f"model-{rank}.json" for rank in range(1, count + 1)]
    paths = [target / "data.json", target / "learning.json", *models]
    check_outputs(paths, inputs)
    return paths
