"""AIDA-X and Proteus models as .nam files, against PyTorch's own LSTM."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import Array, linear, noise

import nam_core
from nam_core.cli import main

torch = pytest.importorskip("torch")

Json = dict[str, Any]
# Frames: far more than these networks take to settle.
SILENCE = 4000
FRAMES = 600


def network(hidden: int, layers: int, seed: int = 0) -> tuple[Any, Any]:
    """A torch LSTM and its linear layer, with float32 values that make a sound."""
    torch.manual_seed(seed)
    lstm = torch.nn.LSTM(1, hidden, layers, batch_first=True)
    dense = torch.nn.Linear(hidden, 1)
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter *= 2.0
    return lstm, dense


def expected(
    lstm: Any, dense: Any, x: Array, skip: bool, gain: float = 1.0, output_gain: float = 1.0
) -> Array:
    """float64: silence, then the signal."""
    with torch.no_grad():
        u = gain * torch.tensor(np.concatenate([np.zeros(SILENCE), x]), dtype=torch.float64)[None, :, None]
        heard, _ = lstm.double()(u)
        y = dense.double()(heard) + (u if skip else 0.0)
    result: Array = output_gain * y[0, SILENCE:, 0].numpy()
    return result


def aida(lstm: Any, dense: Any, **keys: Any) -> Json:
    hidden, layers = lstm.hidden_size, []
    for index in range(lstm.num_layers):
        ih, hh, bias, more = (
            getattr(lstm, f"{name}_l{index}").detach()
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        weights = [ih.T.tolist(), hh.T.tolist(), (bias + more).tolist()]
        layers.append({"type": "lstm", "activation": "", "shape": [None, None, hidden], "weights": weights})
    weights = [dense.weight.detach().T.tolist(), dense.bias.detach().tolist()]
    layers.append({"type": "dense", "activation": "", "shape": [None, None, 1], "weights": weights})
    return {"in_shape": [None, None, 1], "layers": layers, **keys}


def proteus(lstm: Any, dense: Any, **keys: Any) -> Json:
    tensors = {f"rec.{name}": value.tolist() for name, value in lstm.state_dict().items()}
    tensors |= {f"lin.{name}": value.tolist() for name, value in dense.state_dict().items()}
    data = {
        "model": "SimpleRNN",
        "input_size": 1,
        "output_size": 1,
        "unit_type": "LSTM",
        "num_layers": lstm.num_layers,
        "hidden_size": lstm.hidden_size,
        "bias_fl": True,
        **keys,
    }
    return {"model_data": data, "state_dict": tensors}


@pytest.mark.parametrize("kind", ["aida", "proteus"])
@pytest.mark.parametrize("skip", [0, 1])
@pytest.mark.parametrize(("hidden", "layers"), [(8, 1), (12, 1), (40, 1), (80, 1), (9, 2)])
def test_it_computes_what_torch_s_lstm_does(kind: str, skip: int, hidden: int, layers: int) -> None:
    lstm, dense = network(hidden, layers)
    source = aida(lstm, dense, in_skip=skip) if kind == "aida" else proteus(lstm, dense, skip=skip)
    nam = nam_core.convert(json.loads(json.dumps(source)))
    model = nam_core.load(nam, dtype="float64")
    assert model.architecture == ("WaveNet" if skip else "LSTM")
    x = noise(FRAMES, dtype="float64")
    y = expected(lstm, dense, x, bool(skip))
    assert np.ptp(y) > 0.01
    # The sum of torch's two biases is rounded once more, and so is the stored state.
    assert np.abs(model.process(x) - y).max() < 5e-7
    assert np.abs(nam_core.load(nam).process(x.astype(np.float32)) - y).max() < 5e-6


def test_without_rounding_the_sum_is_exact() -> None:
    """With biases and a state that float32 holds exactly."""
    lstm, dense = network(8, 1)
    with torch.no_grad():
        lstm.bias_hh_l0.zero_()
        lstm.bias_ih_l0.zero_()
    x = noise(FRAMES, dtype="float64")
    model = nam_core.load(nam_core.convert(aida(lstm, dense, in_skip=1)), dtype="float64")
    assert np.abs(model.process(x) - expected(lstm, dense, x, True)).max() < 1e-15


def test_rate_gains_and_names_are_kept() -> None:
    lstm, dense = network(8, 1)
    metadata = {"name": "Crunch", "author": "Somebody", "samplerate": "44100"}
    source = aida(lstm, dense, in_skip=1, in_gain=6.0, out_gain=-3.0, metadata=metadata)
    nam = nam_core.convert(source)
    model = nam_core.load(nam, dtype="float64")
    assert (model.sample_rate, model.metadata.name, model.metadata.modeled_by) == (
        44100.0,
        "Crunch",
        "Somebody",
    )
    assert nam["config"]["condition_dsp"]["sample_rate"] == 44100.0
    x = noise(FRAMES, dtype="float64")
    y = expected(lstm, dense, x, True, 10 ** (6 / 20), 10 ** (-3 / 20))
    assert np.abs(model.process(x) - y).max() < 1e-6
    assert nam_core.load(nam_core.convert(proteus(lstm, dense))).sample_rate == 44100.0
    assert nam_core.load(nam_core.convert(proteus(lstm, dense, samplerate=48000))).sample_rate == 48000.0
    assert not nam_core.load(nam_core.convert(aida(lstm, dense))).sample_rate_known


def test_proteus_adds_its_input_unless_it_says_otherwise() -> None:
    lstm, dense = network(8, 1)
    assert nam_core.convert(proteus(lstm, dense))["architecture"] == "WaveNet"
    assert nam_core.convert(proteus(lstm, dense, skip=0))["architecture"] == "LSTM"


def changed(source: Json, *path: Any, value: Any) -> Json:
    result = here = copy.deepcopy(source)
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return result


AIDA = aida(*network(4, 1))
PROTEUS = proteus(*network(4, 1))
REFUSED = {
    "GRU": (changed(AIDA, "layers", 0, "type", value="gru"), "layers[0].type", "no GRU"),
    "convolution": (changed(AIDA, "layers", 0, "type", value="conv1d"), "layers[0].type", "LSTM"),
    "several inputs": (changed(AIDA, "in_shape", value=[None, None, 2]), "in_shape[2]", "2 inputs"),
    "no dense layer": (changed(AIDA, "layers", 1, "type", value="lstm"), "layers[1].type", "dense"),
    "one layer": (changed(AIDA, "layers", value=AIDA["layers"][:1]), "layers", "an array"),
    "tanh at the end": (changed(AIDA, "layers", 1, "activation", value="tanh"), "layers[1].activation", "no"),
    "kernel": (changed(AIDA, "layers", 0, "weights", 0, value=[[1.0]]), "layers[0].weights[0]", "1 x 16"),
    "NaN": (changed(AIDA, "layers", 1, "weights", 1, value=[float("nan")]), "layers[1].weights[1]", "finite"),
    "no shape": (changed(AIDA, "layers", 0, "shape", value=[]), "layers[0].shape", "number of units"),
    "texts": (changed(AIDA, "layers", 1, "weights", 1, value=["1"]), "layers[1].weights[1]", 'found "1"'),
    "too large": (changed(AIDA, "layers", 1, "weights", 1, value=[1e39]), "layers[1].weights[1]", "float32"),
    "short": (changed(AIDA, "layers", 0, "weights", 0, 0, value=[1.0]), "layers[0].weights[0]", "1 x 16"),
    "too loud": ({**AIDA, "in_gain": 1e9}, "in_gain", "from -200 to 200 dB"),
    "gain": ({**changed(AIDA, "layers", 1, "weights", 1, value=[1e38]), "out_gain": 60}, "", "of float32"),
    "rate": ({**AIDA, "samplerate": "44.1k"}, "samplerate", "a number of Hz"),
    "rate of 0": ({**AIDA, "metadata": {"samplerate": 0}}, "metadata.samplerate", "a number of Hz"),
    "two outputs": (changed(AIDA, "layers", 1, "shape", value=[2]), "layers[1].shape", "one output"),
    "no in_shape": ({"layers": AIDA["layers"]}, "in_shape", "number of inputs"),
    "skip 2": (changed(AIDA, "in_skip", value=2), "in_skip", "0 or 1"),
    "Proteus GRU": (changed(PROTEUS, "model_data", "unit_type", value="GRU"), "model_data.unit_type", "LSTM"),
    "Proteus knob": (changed(PROTEUS, "model_data", "input_size", value=2), "model_data.input_size", "2 in"),
    "one layer more": (
        changed(PROTEUS, "state_dict", "rec.weight_ih_l1", value=[[1.0]]),
        "state_dict.rec.weight_ih_l1",
        "one layer more",
    ),
    "no tensor": (changed(PROTEUS, "state_dict", value={}), "state_dict.rec.bias_ih_l0", "missing"),
    "a .nam file": (linear([1.0]), "", "a .nam file already"),
    "something else": ({"a": 1}, "", "AIDA-X"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_cannot_be_converted_are_refused_with_their_place(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, location, words = REFUSED[name]
    path, output = tmp_path / "in.json", tmp_path / "out.nam"
    path.write_text(json.dumps(source))
    if name != "NaN":  # which is no JSON
        with pytest.raises(nam_core.NamFileError) as caught:
            nam_core.convert(path)
        assert caught.value.location == location
        assert words in str(caught.value)
    with pytest.raises(nam_core.NamFileError, match="finite" if name == "NaN" else None):
        nam_core.convert(source)
    assert main(["convert", str(path), "-o", str(output)]) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert not output.exists()


def test_the_command_writes_what_the_function_returns(tmp_path: Path) -> None:
    path, output = tmp_path / "crunch.aidax", tmp_path / "crunch.nam"
    path.write_text(json.dumps(AIDA))
    assert main(["convert", str(path), "-o", str(output)]) == 0
    assert json.loads(output.read_bytes()) == nam_core.convert(path)
    x = noise(100)
    assert np.array_equal(nam_core.load(output).process(x), nam_core.load(nam_core.convert(AIDA)).process(x))
    before = path.read_bytes()
    assert main(["convert", str(path), "-o", str(path)]) == 2
    assert path.read_bytes() == before
