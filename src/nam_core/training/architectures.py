"""The architectures that can be trained by name or taken from a file."""

from __future__ import annotations

import os
from typing import Any

from ..errors import NamConfigError, NamFileError
from ..format.building import file as nam_file
from ..format.nam_file import read_json
from ..survey.modelset.architectures import a1, a2
from .networks import without_weights

Json = dict[str, Any]

# Head scales of the trainer's presets (format 10), for small first weights and targets scaled to -18 dBFS.
_A1_HEAD_SCALE, _A2_HEAD_SCALE = 0.02, 0.01


def _scaled(file: Json, head_scale: float) -> Json:
    return {**file, "config": {**file["config"], "head_scale": head_scale}}


def _a1(channels: int) -> list[Json]:
    return [_scaled(a1(channels), _A1_HEAD_SCALE)]


def _a2(*channels: int) -> list[Json]:
    return [_scaled(a2(size), _A2_HEAD_SCALE) for size in channels]


_BY_NAME: dict[str, list[Json]] = {
    "a2": _a2(3, 8),
    "a2-full": _a2(8),
    "a2-lite": _a2(3),
    "a1-standard": _a1(16),
    "a1-lite": _a1(12),
    "a1-feather": _a1(8),
    "a1-nano": _a1(4),
}
NAMES = tuple(_BY_NAME)


def architecture(source: str | os.PathLike[str] | Json) -> list[Json]:
    """The sizes to train, smallest first, as objects of .nam files. Their weights are ignored.

    Parameters
    ----------
    source : one of ``NAMES``; or a file, by its path or as its object: a .nam file, or a model file of the
        trainer's ``nam-full``, which has the network under "net". The sizes of a container, or of a
        PackedWaveNet, are trained side by side.

    Raises
    ------
    ValueError : ``source`` is neither a name nor a file that exists. NamFileError : the file is not valid.
    """
    if isinstance(source, str) and source in _BY_NAME:
        return _BY_NAME[source]
    if not isinstance(source, dict):
        if not os.path.exists(source):
            raise ValueError(f"{source} is no file and no architecture; architectures are {', '.join(NAMES)}")
        source, path = read_json(source)
        if not isinstance(source, dict):
            raise NamConfigError("must be an object", path=path)
    else:
        path = None
    if "net" not in source and not isinstance(source.get("config"), dict):
        raise NamConfigError('is neither a .nam file nor a model file of the trainer, with "net"', path=path)
    found = _of_model_file(source["net"], path) if "net" in source else _of_nam_file(source)
    try:
        for file in found:
            without_weights(file)
    except NamFileError as error:
        raise NamConfigError(error.message, path=path, location=error.location) from None
    return found


def _of_nam_file(file: Json) -> list[Json]:
    if file.get("architecture") != "SlimmableContainer":
        return [file]
    without_weights(file)
    return [submodel["model"] for submodel in file["config"]["submodels"]]


def _of_model_file(net: Any, path: str | None) -> list[Json]:
    """The networks under "net" in a model file of the trainer. A PackedWaveNet gives one network for each
    size.
    """
    try:
        name, config = net["name"], net["config"]
        if name == "PackedWaveNet":
            return [_wavenet(submodel["config"]) for submodel in config["submodels"]]
        return [_wavenet(config) if name == "WaveNet" else nam_file(name, _of_others(name, config))]
    except KeyError as error:
        text = f'is not a model file of the trainer: "{error.args[0]}" is missing'
        raise NamConfigError(text, path=path, location="net") from None
    except TypeError as error:
        text = f"is not a model file of the trainer: {error}"
        raise NamConfigError(text, path=path, location="net") from None


def _wavenet(config: Json) -> Json:
    """The package's config of a WaveNet, spelled as in a .nam file (format 13)."""
    others = {key: value for key, value in config.items() if key not in ("layers_configs", "layers")}
    layers = config["layers_configs"] if "layers_configs" in config else config["layers"]
    return nam_file("WaveNet", {"head": None, **others, "layers": layers})


def _of_others(name: str, config: Json) -> Json:
    # The settings for training an LSTM do not belong in a .nam file.
    own = {key: value for key, value in config.items() if not key.startswith("train_")}
    return {"num_layers": 1, "input_size": 1, **own} if name == "LSTM" else own
