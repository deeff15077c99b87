"""A hash of what a model was read from, by which two models are the same or not."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .config import NamModel
from .writing import json_object


def sha256(model: NamModel) -> str:
    """SHA-256 of a whole model's file, as 64 hexadecimal digits; the name of the file does not count.

    A dict counts as its JSON text, with its keys in their order. An impulse response that was resampled or
    normalized has no file, and counts as the one that it would be saved as.

    Raises
    ------
    ValueError
        If the model is only a part of a file, such as one size of it.
    """
    contents = model.source[0] if model.source else json_object(model)
    data = contents if isinstance(contents, bytes) else json.dumps(contents, default=_plain).encode()
    return hashlib.sha256(data).hexdigest()


def _plain(value: Any) -> Any:
    """What JSON has for a value of a dict; what is neither NumPy's nor JSON can only be metadata."""
    return value.tolist() if hasattr(value, "tolist") else repr(value)
