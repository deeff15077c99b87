"""AIDA-X and other RTNeural files: layers as Keras has them, with what AIDA-X adds (gains, the input skipped
to the output).

Source: the loaders of AIDA-X (``loadModelFromStream``, ``applyModel``) and of RTNeural (``model_loader``).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema import Cursor
from .lstm_parts import LstmLayer, LstmParts, check_one_input, read_array

_NO_ACTIVATION = ("", "linear", None)
# dB. More is no level of sound.
_MOST_GAIN = 200


def read_rtneural(cursor: Cursor) -> LstmParts:
    """The LSTM in it.

    Raises NamConfigError, as ``convert`` says.
    """
    _check_inputs(cursor["in_shape"])
    layers = cursor["layers"].entries("an array of layers")
    if len(layers) < 2:
        raise cursor["layers"].wrong("an array of LSTM layers and a dense one")
    lstms: list[LstmLayer] = []
    inputs = 1
    for layer in layers[:-1]:
        lstms.append(_lstm(layer, inputs))
        hidden, first = (lstm.recurrent.shape[1] for lstm in (lstms[-1], lstms[0]))
        if hidden != first:
            raise layer["shape"].error(f"has {hidden} units; a .nam file needs {first}, as the first layer")
        inputs = hidden
    head, bias = _dense(layers[-1], inputs)
    skip = cursor["in_skip"]
    if not skip.is_absent and skip.value not in (0, 1, False, True):
        raise skip.wrong("0 or 1")
    metadata = cursor["metadata"].value if isinstance(cursor["metadata"].value, dict) else {}
    return LstmParts(
        layers=tuple(lstms),
        head=head,
        head_bias=bias,
        adds_input=bool(not skip.is_absent and skip.value),
        sample_rate=_sample_rate(cursor, metadata),
        input_gain=_gain(cursor["in_gain"]),
        output_gain=_gain(cursor["out_gain"]),
        metadata=_metadata(metadata),
    )


def _check_inputs(cursor: Cursor) -> None:
    inputs = _last(cursor, "an array that ends in the number of inputs")
    check_one_input(inputs.size(), inputs)


def _last(cursor: Cursor, allowed: str) -> Cursor:
    """The last entry of a shape."""
    shape = cursor.entries(allowed)
    if not shape:
        raise cursor.wrong(allowed)
    return shape[-1]


def _lstm(cursor: Cursor, inputs: int) -> LstmLayer:
    if cursor["type"].text() != "lstm":
        allowed = '"lstm": a .nam file can hold LSTM layers and one dense layer, and no GRU; train with NAM'
        raise cursor["type"].wrong(allowed)
    hidden = _last(cursor["shape"], "an array that ends in the number of units").size()
    weights = cursor["weights"].entries("an array of kernel, recurrent kernel and bias")
    if len(weights) != 3:
        raise cursor["weights"].wrong("an array of 3: kernel, recurrent kernel and bias")
    kernel = read_array(weights[0], inputs, 4 * hidden)
    recurrent = read_array(weights[1], hidden, 4 * hidden)
    # Keras has the gates in the order of a .nam file: i, f, g (there c), o.
    return LstmLayer(kernel.T, recurrent.T, read_array(weights[2], 4 * hidden))


def _dense(cursor: Cursor, inputs: int) -> tuple[Any, float]:
    if cursor["type"].text() not in ("dense", "time-distributed-dense"):
        raise cursor["type"].wrong('"dense" in the last layer')
    activation = cursor["activation"]
    if not activation.is_missing and activation.value not in _NO_ACTIVATION:
        raise activation.wrong("no activation: an LSTM of a .nam file has none after its head")
    outputs = cursor["shape"]
    if not outputs.is_absent and _last(outputs, "an array that ends in 1").value != 1:
        raise outputs.error("must end in 1: the models that are converted have one output")
    weights = cursor["weights"].entries("an array of kernel and bias")
    if len(weights) != 2:
        raise cursor["weights"].wrong("an array of 2: kernel and bias")
    return read_array(weights[0], inputs, 1)[:, 0], float(read_array(weights[1], 1)[0])


def _gain(cursor: Cursor) -> float:
    """A gain in dB, as a factor. AIDA-X takes what is no number as 0 dB."""
    if cursor.is_absent or isinstance(cursor.value, str):
        return 1.0
    if not abs(cursor.number()) <= _MOST_GAIN:
        raise cursor.wrong(f"from -{_MOST_GAIN} to {_MOST_GAIN} dB")
    return float(10.0 ** (cursor.number() / 20.0))


def _sample_rate(cursor: Cursor, metadata: dict[str, Any]) -> float | None:
    """AIDA-X writes it into the metadata, as text."""
    places = (cursor, cursor["metadata"]) if metadata else (cursor,)
    for stated in (place["samplerate"] for place in places):
        if stated.is_absent:
            continue
        try:
            rate = 0.0 if isinstance(stated.value, bool) else float(stated.value)
        except (TypeError, ValueError, OverflowError):
            rate = 0.0
        if not 0.0 < rate < np.inf:
            raise stated.wrong("a number of Hz, such as 48000")
        return rate
    return None


def _metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    known = {"name": "name", "author": "modeled_by", "based": "gear_model"}
    kept = {ours: metadata[theirs] for theirs, ours in known.items() if isinstance(metadata.get(theirs), str)}
    return {**kept, "converted_from": {"format": "AIDA-X or RTNeural", **metadata}}
