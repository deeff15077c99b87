"""Describes this installation."""

from __future__ import annotations

import platform
from typing import Any

from .. import _core


def runtime_info() -> dict[str, Any]:
    """Describe the installation, as plain values that can go into a report.

    Returns
    -------
    dict with ``version``, ``python``, ``compiler`` (of the native module), ``machine``, ``isas`` (instruction
    sets that run here, best first), ``isas_compiled`` (all that were compiled in), ``exact_isas`` (those of
    ``isas`` that give the same bits: the ones with fused multiply-add) and ``asserts`` (whether the native
    module checks itself).
    """
    sets = _core.kernel_sets()
    return {
        "version": _core.version,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "compiler": _core.compiler,
        "isas": [entry["name"] for entry in sets if entry["supported"]],
        "isas_compiled": [entry["name"] for entry in sets],
        "exact_isas": [entry["name"] for entry in sets if entry["supported"] and entry["fused"]],
        "asserts": _core.asserts,
    }
