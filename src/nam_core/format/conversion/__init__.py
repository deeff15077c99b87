"""LSTMs of other programs as .nam files: AIDA-X and other RTNeural files, and Proteus (GuitarML)."""

from __future__ import annotations

from typing import Any

from ...errors import NamFileError
from ..foreign import is_proteus, is_rtneural
from ..nam_file import Source, read_json
from ..schema import Cursor
from .lstm_parts import nam_object
from .proteus import read_proteus
from .rtneural import read_rtneural

__all__ = ["convert"]


def convert(source: Source) -> dict[str, Any]:
    """The JSON object of a .nam file that computes what an AIDA-X or Proteus model computes.

    Sample rate, input gain and output gain are kept: gains go into the weights. A model that adds its input
    to its output becomes a WaveNet of one layer that does so, with the LSTM as its ``condition_dsp``. The
    stored state is that after 48000 frames of silence, as the trainer exports it.

    Parameters
    ----------
    source : path, bytes, file object, or the parsed JSON object as a dict.

    Returns
    -------
    What ``load`` takes; ``nam-core convert`` writes it to a file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    NamFileError
        If it is no such model, or one that the format cannot express: a GRU, several inputs, other layers
        than LSTMs and one dense layer. The message names the place.
    """
    value, path = read_json(source)
    cursor = Cursor(value, path)
    if is_rtneural(value):
        return nam_object(read_rtneural(cursor), path)
    if is_proteus(value):
        return nam_object(read_proteus(cursor), path)
    if isinstance(value, dict) and "architecture" in value:
        raise NamFileError("this is a .nam file already", path=path)
    raise NamFileError(
        "must be an AIDA-X, RTNeural or Proteus model: a JSON object with in_shape and layers, or with "
        "model_data and state_dict",
        path=path,
    )
