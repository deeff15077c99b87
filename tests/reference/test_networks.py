"""nam_core.reference.to_torch for files beyond the golden ones, which the package itself cannot load."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from strategies import audio
from strategy_weights import nam_file, wavenet_weights

pytest.importorskip("torch", reason="the PyTorch reference is not installed (nam_core[reference])")
pytest.importorskip("nam", reason="the PyTorch reference is not installed (nam_core[reference])")

import torch

from nam_core import NamConfigError, reference

Nam = dict[str, Any]
X = audio(1, 400)
INACTIVE = {"active": False, "shift": False, "groups": 1}


def array(**changes: Any) -> Nam:
    """A plain layer array as ``wavenet_weights`` wants it: spelt in full."""
    films = (
        "conv_pre",
        "conv_post",
        "input_mixin_pre",
        "input_mixin_post",
        "activation_pre",
        "activation_post",
    )
    return {
        "input_size": 1,
        "condition_size": 1,
        "channels": 3,
        "bottleneck": 3,
        "kernel_sizes": [3, 2],
        "dilations": [1, 4],
        "activation": ["Tanh", "Tanh"],
        "gating_mode": ["none", "none"],
        "secondary_activation": [None, None],
        "groups_input": 1,
        "groups_input_mixin": 1,
        "layer1x1": {"active": True, "groups": 1},
        "head1x1": {"active": False, "out_channels": 1, "groups": 1},
        **{f"{name}_film": INACTIVE for name in (*films, "layer1x1_post", "head1x1_post")},
        "head": {"out_channels": 1, "kernel_size": 3, "bias": True},
        **changes,
    }


def wavenet(*arrays: Nam, seed: int = 0, **config: Any) -> Nam:
    full = {"layers": list(arrays), "head": None, "head_scale": 0.5, **config}
    return nam_file("WaveNet", full, wavenet_weights(full, np.random.default_rng(seed)), 48000)


def run(nam: Nam, x: np.ndarray = X) -> np.ndarray:
    return reference.forward_padded(reference.to_torch(nam), x)


def test_is_called_like_the_package_s_models() -> None:
    network = reference.to_torch(wavenet(array()))
    assert not network.training
    assert {p.dtype for p in network.parameters()} == {torch.float32}
    x = torch.tensor(X)
    batch = network(torch.stack([x, -x]), pad_start=True)
    assert batch.shape == (2, X.size)
    torch.testing.assert_close(batch[0], network(x, pad_start=True))
    assert network(x, pad_start=False).shape == (X.size - network.receptive_field + 1,)


def test_head_scale_follows_the_package() -> None:
    """The config's double is used if the last weight is within 1e-5 of it; else the weight (format D19)."""
    nam = wavenet(array(), head_scale=0.3)
    kept, replaced = deepcopy(nam), deepcopy(nam)
    kept["weights"][-1] += 8e-6
    replaced["weights"][-1] = 0.6
    np.testing.assert_array_equal(run(kept), run(nam))
    np.testing.assert_allclose(run(replaced), 2.0 * run(nam), rtol=1e-6)


def test_a_head_dilation_spreads_the_taps() -> None:
    """A head kernel of 3 with dilation 2 is a kernel of 5 with two zero taps (format D22)."""
    dilated = wavenet(array(head={"out_channels": 1, "kernel_size": 3, "bias": True, "head_dilation": 2}))
    spread = wavenet(array(head={"out_channels": 1, "kernel_size": 5, "bias": True}))
    body = dilated["weights"][: -3 * 3 - 2]
    taps = np.zeros((1, 3, 5), np.float32)
    taps[..., ::2] = np.reshape(dilated["weights"][-3 * 3 - 2 : -2], (1, 3, 3))
    spread["weights"] = [*body, *taps.ravel().tolist(), *dilated["weights"][-2:]]
    assert reference.to_torch(dilated).receptive_field == reference.to_torch(spread).receptive_field
    np.testing.assert_allclose(run(dilated), run(spread), rtol=0.0, atol=1e-14)


def test_a_linear_condition_is_a_delay() -> None:
    """A condition_dsp that delays by one frame: the package supports only WaveNets there (format D29)."""
    delay = nam_file("Linear", {"receptive_field": 2, "bias": False}, [np.array([0.0, 1.0])], 48000)
    # With no channels of its own in the way: one layer that passes its condition on, exactly.
    passing = array(
        channels=1,
        bottleneck=1,
        kernel_sizes=[1],
        dilations=[1],
        activation=["ReLU"],
        gating_mode=["none"],
        secondary_activation=[None],
        head={"out_channels": 1, "kernel_size": 1, "bias": False},
    )
    nam = wavenet(passing, condition_dsp=delay, head_scale=1.0)
    #                rechannel, conv, bias, mixin, 1x1, bias, head, scale
    nam["weights"] = [0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 1.0, 1.0]
    np.testing.assert_allclose(run(nam), 2.0 + np.concatenate([[0.0], X[:-1]]), rtol=0.0, atol=1e-15)


def test_fasttanh_is_the_plugin_s_approximation() -> None:
    exact = wavenet(array())
    fast = wavenet(array(activation=["Fasttanh", "Fasttanh"]))
    difference = np.abs(run(fast) - run(exact)).max()
    assert 1e-5 < difference < 1e-2


def test_several_channels_are_independent_where_they_should_be() -> None:
    """Two inputs, only the first of which has nonzero weights, equal the mono model."""
    mono = wavenet(array())
    wide = wavenet(array(input_size=2, condition_size=2), in_channels=2)
    weights = iter(mono["weights"])
    shapes = [("in", 3), ("conv", 3 * 3 * 3 + 3), ("in", 3), ("rest", 12), ("conv", 3 * 3 * 2 + 3), ("in", 3)]
    wide["weights"] = [
        value
        for kind, count in shapes
        for weight in [next(weights) for _ in range(count)]
        for value in ([weight, 0.0] if kind == "in" else [weight])
    ] + list(weights)
    y = run(wide, np.stack([X, np.roll(X, 7)]))
    np.testing.assert_allclose(y, run(mono), rtol=0.0, atol=1e-14)


def test_chunks_do_not_change_the_result() -> None:
    network = reference.to_torch(wavenet(array()))
    whole = reference.forward_padded(network, X)
    np.testing.assert_allclose(reference.forward_padded(network, X, chunk=37), whole, rtol=0.0, atol=1e-15)
    assert whole.dtype == np.float64
    assert reference.forward_padded(network, X, "float32").dtype == np.float32
    assert reference.forward_padded(network, X[:0]).shape == (0,)


def test_forward_padded_leaves_the_module_as_it_is() -> None:
    network = reference.to_torch(wavenet(array()))
    reference.forward_padded(network, X, "float64")
    assert next(network.parameters()).dtype == torch.float32


def test_bad_arguments() -> None:
    nam = wavenet(array())
    with pytest.raises(ValueError, match=r"quality must be from 0\.0"):
        reference.to_torch(nam, 1.5)
    with pytest.raises(ValueError, match="dtype is 'int8'"):
        reference.forward_padded(reference.to_torch(nam), X, "int8")  # type: ignore[arg-type]
    with pytest.raises(NamConfigError, match="head_scale"):
        reference.to_torch({**nam, "config": {"layers": [array()], "head": None}})


def test_without_torch_the_error_says_what_to_install() -> None:
    """In a process of its own, where importing torch fails."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from nam_core import reference\n"
        "try: reference.to_torch({})\n"
        "except ImportError as error: print(error)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert "pip install nam_core[reference]" in result.stdout
