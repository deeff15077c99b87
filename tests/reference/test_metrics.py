"""Our metrics equal the trainer's own in float64, on random pairs."""

from __future__ import annotations

import numpy as np
import pytest

from nam_core import metrics

torch = pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
losses = pytest.importorskip(
    "nam.models.losses", reason="the PyTorch reference is not installed (nam_core[reference])"
)


@pytest.mark.parametrize("seed", range(20))
def test_equal_to_the_trainer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 5)), int(rng.integers(1100, 20000)))
    target = rng.standard_normal(shape) * 10 ** rng.uniform(-3, 0)
    prediction = target + rng.standard_normal(shape) * 10 ** rng.uniform(-5, -1) + rng.uniform(-0.01, 0.01)
    p, t = torch.tensor(prediction), torch.tensor(target)
    emphasised = [losses.apply_pre_emphasis_filter(x, metrics.PRE_EMPHASIS) for x in (p, t)]
    expected = {
        metrics.mse: losses.mse(p, t),
        metrics.rmse: losses.mse(p, t).sqrt(),
        metrics.esr: losses.esr(p, t),
        metrics.mrstft: losses.multi_resolution_stft_loss(p, t),
        metrics.pre_emphasised_esr: losses.esr(*emphasised),
        # As nam.train.lightning_module computes "DC MSE".
        metrics.dc: torch.nn.functional.mse_loss(p.mean(dim=1), t.mean(dim=1)),
    }
    for metric, value in expected.items():
        assert metric(prediction, target) == pytest.approx(value.item(), rel=1e-6), metric
