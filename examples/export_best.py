"""Keep the best weights of a training run and write them to a .nam file whenever they improve."""

from __future__ import annotations

import copy
import time
from pathlib import Path
from typing import Any

import pytorch_lightning
from nam.hooks import ExportModelDictPostHook
from nam.models.metadata import UserMetadata
from nam.models.wavenet import PackedWaveNet


class ExportBest(pytorch_lightning.Callback):
    """After each validation: remember each size's best weights so far, and export if any size improved.

    A packed network holds several sizes, which peak at different epochs; each keeps its own best.
    """

    def __init__(self, output: Path, metadata: UserMetadata) -> None:
        self._output = output
        self._metadata = metadata
        self._best_net: Any = None
        self._best_esr: list[float] = []
        self._start = time.monotonic()

    def on_validation_end(
        self, trainer: pytorch_lightning.Trainer, pl_module: pytorch_lightning.LightningModule
    ) -> None:
        """Compare this validation with the best so far (called by Lightning)."""
        net = pl_module.net
        packed = isinstance(net, PackedWaveNet)
        keys = [f"ESR_packed_{i}" for i in range(net.num_submodels)] if packed else ["ESR"]
        esr = [float(trainer.callback_metrics[key]) for key in keys]
        minutes = (time.monotonic() - self._start) / 60.0
        print(f"epoch {trainer.current_epoch}: ESR {esr}, {minutes:.1f} minutes", flush=True)

        if self._best_net is None:
            self._best_net, self._best_esr = copy.deepcopy(net), esr
        elif not any(new < best for new, best in zip(esr, self._best_esr, strict=True)):
            return
        for i, (new, best) in enumerate(zip(esr, self._best_esr, strict=True)):
            if new < best:
                self._best_esr[i] = new
                if packed:
                    self._best_net.import_submodel(i, net.extract_submodel(i))
                else:
                    self._best_net = copy.deepcopy(net)
        self._export()

    def _export(self) -> None:
        net = copy.deepcopy(self._best_net)
        net.export_model_dict_post_hooks.append(_RecordValidationEsr(self._best_esr))
        net.eval()
        net.export(self._output.parent, basename=self._output.stem, user_metadata=self._metadata)


class _RecordValidationEsr(ExportModelDictPostHook):
    """Write each size's validation ESR into its metadata; the container carries that of its largest size."""

    def __init__(self, esr: list[float]) -> None:
        self._esr = esr

    def apply(self, model_dict: dict[str, Any]) -> dict[str, Any]:
        model_dict["metadata"]["training"] = {"validation_esr": self._esr[-1]}
        if model_dict["architecture"] == "SlimmableContainer":
            for submodel, esr in zip(model_dict["config"]["submodels"], self._esr, strict=True):
                submodel["model"]["metadata"]["training"] = {"validation_esr": esr}
        return model_dict
