"""Proteus files (GuitarML): a PyTorch LSTM and its linear layer, by the names of their tensors.

Source: the loader of the Proteus plug-in (``RT_LSTM::load_json``), which runs its models at 44100 Hz, and the
trainer Automated-GuitarAmpModelling (``SimpleRNN``).
"""

from __future__ import annotations

from ..schema import Cursor
from .lstm_parts import LstmLayer, LstmParts, check_one_input, read_array

_SAMPLE_RATE = 44100.0


def read_proteus(cursor: Cursor) -> LstmParts:
    """The LSTM in it.

    Raises NamConfigError, as ``convert`` says.
    """
    data, tensors = cursor["model_data"], cursor["state_dict"]
    unit = data["unit_type"]
    if not unit.is_absent and unit.text() != "LSTM":
        raise unit.wrong('"LSTM": the .nam format has no other recurrent unit; train the amplifier with NAM')
    check_one_input(data["input_size"].size(1), data["input_size"])
    if data["output_size"].size(1) != 1:
        raise data["output_size"].wrong("1")
    hidden, count = data["hidden_size"].size(), data["num_layers"].size(1)
    layers = tuple(_layer(tensors, index, hidden) for index in range(count))
    more = tensors[f"rec.weight_ih_l{count}"]
    if not more.is_absent:
        raise more.error(f"is of one layer more than model_data.num_layers, which is {count}")
    skip = data["skip"]
    if not skip.is_absent and skip.value not in (0, 1):
        raise skip.wrong("0 or 1")
    has_bias = not tensors["lin.bias"].is_absent
    return LstmParts(
        layers=layers,
        head=read_array(tensors["lin.weight"], 1, hidden)[0],
        head_bias=float(read_array(tensors["lin.bias"], 1)[0]) if has_bias else 0.0,
        # The plug-in adds its input whatever the file says; the trainer does so unless it was told not to.
        adds_input=skip.is_absent or bool(skip.value),
        sample_rate=data["samplerate"].number(_SAMPLE_RATE),
        metadata={"converted_from": {"format": "Proteus (GuitarML)"}},
    )


def _layer(tensors: Cursor, index: int, hidden: int) -> LstmLayer:
    def tensor(name: str) -> Cursor:
        return tensors[f"rec.{name}_l{index}"]

    inputs = hidden if index else 1
    # PyTorch has two biases, which are added.
    biases = [read_array(tensor(name), 4 * hidden) for name in ("bias_ih", "bias_hh")]
    return LstmLayer(
        input=read_array(tensor("weight_ih"), 4 * hidden, inputs),
        recurrent=read_array(tensor("weight_hh"), 4 * hidden, hidden),
        bias=biases[0] + biases[1],
    )
