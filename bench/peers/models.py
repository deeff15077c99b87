"""The models of a comparison, in the form that most files on the web have."""

from __future__ import annotations

from typing import Any

from bench.models import model_file

_A1_VERSION = "0.5.4"


def _a1_array(array: dict[str, Any]) -> dict[str, Any]:
    kept = {key: array[key] for key in ("input_size", "condition_size", "channels", "dilations")}
    return kept | {
        "head_size": array["head"]["out_channels"],
        "kernel_size": array["kernel_sizes"][0],
        "activation": array["activation"][0]["type"],
        "gated": False,
        "head_bias": array["head"]["bias"],
    }


def played_file(name: str) -> dict[str, Any]:
    """The .nam file of this name as a dict; A1 in version 0.5, which every peer loads."""
    file = model_file(name)
    if not name.startswith("a1-"):
        return file
    config = file["config"]
    arrays = [_a1_array(array) for array in config["layers"]]
    return file | {"version": _A1_VERSION, "config": config | {"layers": arrays}}
