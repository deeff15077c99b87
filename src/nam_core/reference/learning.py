"""One network under training by PyTorch: the package's module, its losses, and PyTorch's Adam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from nam.models.recurrent import LSTM
from nam.train.lightning_module import LightningModule, LossConfig

from ..format.config import LinearConfig, LstmConfig, NamModel, WaveNetConfig
from ..format.weight_layout import count, weight_parts
from .build import to_torch

Parameters = npt.NDArray[np.float32]
Json = dict[str, Any]

# An LSTM's frames before those that it learns from, and how far it learns back: the package's example of a
# model file (nam_full_configs/models/lstm.json).
_BURN_IN, _TRUNCATE = 4096, 512
# What the loss's longest window needs.
_LEAST_LEARNED = 1025
# What PyTorch's BatchNorm1d has; a file without weights says 0.
_EPSILON = 1e-5


class PackageLearner:
    """What ``training.optimisers.Learner`` asks for, by the package. Made by ``package_learner``."""

    def __init__(
        self, file: Json, model: NamModel, loss: Mapping[str, float], frames: int, weight_decay: float
    ) -> None:
        self._file, self._model, self._frames = file, model, frames
        self._net: Any = to_torch(model, 1.0)
        self._unlearned = 0
        if isinstance(self._net, LSTM):
            self._unlearned = max(0, min(_BURN_IN, frames - _LEAST_LEARNED))
            self._net._train_burn_in, self._net._train_truncate = self._unlearned, _TRUNCATE
        for module in self._net.modules():
            if isinstance(module, torch.nn.PReLU):
                # The file has its slopes in its config.
                module.weight.requires_grad_(False)
                continue
            if isinstance(module, torch.nn.BatchNorm1d):
                module.eps = _EPSILON
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
        learned = [p for p in self._net.parameters() if p.requires_grad]
        self._optimiser = torch.optim.Adam(learned, weight_decay=weight_decay)
        self.arrays: dict[str, npt.NDArray[Any]] = {
            "parameters": _shared(learned),
            "buffers": _shared(self._buffers()),
        }
        for name, key in (("first", "exp_avg"), ("second", "exp_avg_sq")):
            moments = [torch.zeros_like(p) for p in learned]
            self.arrays[name] = _shared(moments)
            for parameter, moment in zip(learned, moments, strict=True):
                self._optimiser.state[parameter][key] = moment
        config = LossConfig(mse_weight=loss["mse"], mrstft_weight=loss["mrstft"])
        self._module: Any = LightningModule(self._net, loss_config=config)

    @property
    def identity(self) -> Json:
        """See ``Learner``."""
        return {**{name: self._file[name] for name in ("architecture", "config")}, "engine": "pytorch"}

    @property
    def receptive_field(self) -> int:
        """See ``Learner``."""
        return int(self._net.receptive_field)

    @property
    def judged(self) -> Parameters:
        """See ``Learner``: parameters, then what the network keeps of its statistics."""
        return np.concatenate([self.arrays["parameters"], self.arrays["buffers"]])

    def step(
        self,
        number: int,
        rate: float,
        recordings: tuple[Parameters, Parameters],
        positions: npt.NDArray[np.int64],
        threads: int,
    ) -> float:
        """See ``Learner``; the loss is the recipe's sum."""
        torch.set_num_threads(threads)
        inputs, targets = recordings
        before = self.receptive_field - 1
        x = torch.from_numpy(np.stack([inputs[p - before : p + self._frames] for p in positions]))
        y = torch.from_numpy(np.stack([targets[p : p + self._frames] for p in positions]))
        self._module.train()
        self._optimiser.zero_grad()
        predicted = self._net(x, pad_start=False)
        parts = self._module._get_loss_dict(predicted[:, self._unlearned :], y[:, self._unlearned :])
        loss = sum(part.weight * part.value for part in parts.values() if part.weight)
        loss.backward()
        learned = self._optimiser.param_groups[0]["params"]
        gradients = [parameter.grad for parameter in learned if parameter.grad is not None]
        if not torch.isfinite(loss) or not all(torch.isfinite(g).all() for g in gradients):
            return float("nan")
        self._optimiser.param_groups[0]["lr"] = rate
        for parameter in learned:
            self._optimiser.state[parameter]["step"] = torch.tensor(float(number - 1))
        self._optimiser.step()
        return float(loss.detach())

    def predict(self, inputs: Parameters, threads: int) -> Parameters:
        """See ``Learner``."""
        torch.set_num_threads(threads)
        self._module.eval()
        with torch.no_grad():
            return np.asarray(self._net(torch.from_numpy(inputs), pad_start=False).numpy(), np.float32)

    def file(self, parameters: Parameters, scale: float) -> Json:
        """See ``Learner``."""
        before = {name: array.copy() for name, array in self.arrays.items()}
        learned = self.arrays["parameters"]
        learned[:], self.arrays["buffers"][:] = np.split(parameters, [learned.size])
        self._module.eval()
        with torch.no_grad():
            weights = np.asarray(self._export(), np.float32).copy()
        for name, array in before.items():
            self.arrays[name][:] = array
        config = dict(self._file["config"])
        if isinstance(self._model.config, WaveNetConfig) and self._model.config.head is None:
            config["head_scale"] = self._model.config.head_scale * scale
            weights[-1] = config["head_scale"]
        else:
            weights[_last_map(self._model)] *= np.float32(scale)
        return {**self._file, "config": config, "weights": weights.tolist()}

    def _export(self) -> npt.NDArray[Any]:
        found: npt.NDArray[Any] = self._net._export_weights()
        if isinstance(self._model.config, LinearConfig):
            # The package has the oldest tap first, a file the newest (format D4).
            taps = self._model.config.receptive_field
            found = np.concatenate([found[:taps][::-1], found[taps:]])
        return found

    def _buffers(self) -> list[torch.Tensor]:
        return [buffer for buffer in self._net.buffers() if buffer.is_floating_point()]


def package_learner(
    file: Json, model: NamModel, loss: Mapping[str, float], frames: int, weight_decay: float, seed: int
) -> PackageLearner:
    """A network at the first weights that the package's own classes give it.

    Parameters
    ----------
    file, model : the same network as an object of a .nam file and checked; the weights count for nothing.
    loss : the weights of "mse" and "mrstft". frames : of an item's output.
    weight_decay : added to the gradient, as factor of the weights. seed : of the first weights.
    """
    torch.manual_seed(seed)
    return PackageLearner(file, model, loss, frames, weight_decay)


def _shared(tensors: Iterable[torch.Tensor]) -> Parameters:
    """One array in which the tensors have their values from now on."""
    kept = list(tensors)
    flat = np.concatenate([np.zeros(0, np.float32), *(t.detach().numpy().reshape(-1) for t in kept)])
    at = 0
    for tensor in kept:
        part = torch.from_numpy(flat[at : at + tensor.numel()])
        tensor.data = part.reshape(tensor.shape)
        at += tensor.numel()
    return flat


def _last_map(model: NamModel) -> slice:
    """The weights that the output is proportional to, bias and all."""
    parts = weight_parts(model.config)
    if isinstance(model.config, WaveNetConfig):
        # Its very last weight is head_scale, which comes before the post-stack head.
        return slice(-1 - count(parts[-3:-1]), -1)
    if isinstance(model.config, LstmConfig) or len(parts) > 2:
        return slice(-count(parts[-2:]), None)
    return slice(None)
