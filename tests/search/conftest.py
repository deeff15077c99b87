"""An imaginary device, and fewer candidate architectures."""

from __future__ import annotations

import pytest
from costing.synthetic_bench import MACHINE, TRUTH

from nam_core.costing.device_profile import DeviceProfile, HeldOutError
from nam_core.search import ranking

ERROR = HeldOutError("models", 0.02, 0.06, 0.1, "none", 10, 90, 270)


@pytest.fixture
def profile() -> DeviceProfile:
    """A device with known coefficients."""
    return DeviceProfile(MACHINE, "avx2", "float32", (64,), TRUTH, ERROR)


@pytest.fixture(autouse=True)
def few_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer architectures, because counting takes 4 ms for each."""
    monkeypatch.setattr(ranking, "CHANNELS", (2, 4, 8))
