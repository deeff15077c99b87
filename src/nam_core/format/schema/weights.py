"""The ``weights`` key: an array of finite float32 values (format 1.5)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...errors import NamWeightError
from .cursor import Cursor, describe, finite_number

_ALLOWED = "a finite number in the range of float32"


def read_weights(cursor: Cursor) -> npt.NDArray[np.float32]:
    """The weights as a read-only float32 ``(count,)``; from a dict also a tuple or a NumPy array of them.

    Raises
    ------
    NamConfigError
        If there is no array.
    NamWeightError
        If an entry is not a finite number; the location names the first such entry.
    """
    values = cursor.value
    if isinstance(values, np.ndarray):
        if values.ndim != 1 or values.dtype.kind not in "fiu":
            found = f"found a NumPy array of {values.dtype} and shape {values.shape}"
            raise cursor.error(f"{found}; must be an array of numbers with one axis")
    elif not isinstance(values, (list, tuple)):
        raise cursor.wrong("an array of numbers")
    # Looking at the set of types is much faster than at every entry, and NumPy would take strings and bools.
    elif not {float, int}.issuperset(map(type, values)):
        _refuse_first(cursor, [_is_number(value) for value in values])
    try:
        with np.errstate(over="ignore"):
            weights = np.array(values, dtype=np.float32)
    except OverflowError:  # an int beyond the doubles, which only a dict can hold
        _refuse_first(cursor, [_is_number(value) for value in values])
        raise
    finite = np.isfinite(weights)
    if not finite.all():
        _refuse_first(cursor, finite.tolist())
    weights.flags.writeable = False
    return weights


def _is_number(value: object) -> bool:
    return isinstance(value, (np.floating, np.integer)) or finite_number(value) is not None


def _refuse_first(cursor: Cursor, is_good: list[bool]) -> None:
    """Raise an error about the first entry that is not good, if there is one."""
    if all(is_good):
        return
    index = is_good.index(False)
    value = cursor.value[index]
    found = describe(value.item() if isinstance(value, np.generic) else value)
    message = f"found {found}; must be {_ALLOWED}"
    raise NamWeightError(message, path=cursor.path, location=f"{cursor.location}[{index}]")
