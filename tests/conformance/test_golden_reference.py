"""The PyTorch networks that we build reproduce the golden outputs (tests/golden/README.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

from nam_core import reference
from nam_core.format import config, nam_file, slimming

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.nam"))
TOLERANCE = 1e-12
names = [path.stem for path in GOLDEN]


def test_every_golden_file_is_here() -> None:
    assert len(GOLDEN) == 99


@pytest.mark.parametrize("path", GOLDEN, ids=names)
def test_full_size(path: Path) -> None:
    data = np.load(path.with_suffix(".npz"))
    network = reference.to_torch(path)
    y = reference.forward_padded(network, data["x"])
    np.testing.assert_allclose(y, data["y64"], rtol=0.0, atol=TOLERANCE)
    y32 = reference.forward_padded(network, data["x"], "float32")
    np.testing.assert_allclose(y32, data["y64"], rtol=0.0, atol=1e-6)


@pytest.mark.parametrize(
    "path", [p for p in GOLDEN if "y64_slim" in np.load(p.with_suffix(".npz"))], ids=lambda p: p.stem
)
def test_every_size(path: Path) -> None:
    data = np.load(path.with_suffix(".npz"))
    model = nam_file.read_nam(path)
    for value, expected in zip(data["slim_values"], data["y64_slim"], strict=True):
        quality = min(float(value), 1.0)
        by_package = reference.forward_padded(reference.to_torch(model, quality), data["x"])
        np.testing.assert_allclose(by_package, expected, rtol=0.0, atol=TOLERANCE)
        # The package's slicing against our own: a full-size network of the slimmed weights.
        ours = reference.to_torch(slimming.select(model, quality))
        np.testing.assert_allclose(
            reference.forward_padded(ours, data["x"]), expected, rtol=0.0, atol=TOLERANCE
        )


@pytest.mark.parametrize("name", ["container_two", "container_three"])
def test_submodels(name: str) -> None:
    path = next(p for p in GOLDEN if p.stem == name)
    data = np.load(path.with_suffix(".npz"))
    networks = reference.to_torch_submodels(path)
    assert len(networks) == len(data["y64_submodels"])
    for network, expected in zip(networks, data["y64_submodels"], strict=True):
        np.testing.assert_allclose(
            reference.forward_padded(network, data["x"]), expected, rtol=0.0, atol=TOLERANCE
        )


@pytest.mark.parametrize("path", GOLDEN, ids=names)
def test_receptive_field_is_the_one_of_the_format(path: Path) -> None:
    from nam_core.format import quantities

    model = nam_file.read_nam(path)
    if isinstance(model.config, config.ContainerConfig):
        pytest.skip("a container has one receptive field per submodel")
    assert reference.to_torch(model).receptive_field == quantities.receptive_field(model.config)
