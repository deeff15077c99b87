"""Writes an evaluation as JSON and CSV, and reads the accuracy of models from the JSON."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..audio.safe_writing import write_file
from .results import FORMAT, FORMAT_VERSION, Evaluation, check_evaluation


def write_json(evaluation: Evaluation, path: str | os.PathLike[str]) -> None:
    """Write the whole evaluation as one JSON object. Raises OSError; TypeError for another object."""
    check_evaluation(evaluation)
    write_file(path, json.dumps(evaluation.to_dict(), indent=1, allow_nan=False) + "\n")


def write_csv(evaluation: Evaluation, path: str | os.PathLike[str]) -> None:
    """Write one line per model and pair: the model, its cost, its scores, and the alignment that was removed.

    Raises OSError; TypeError for another object.
    """
    check_evaluation(evaluation)
    text = io.StringIO(newline="")
    lines = []
    for match in evaluation.matches:
        model = asdict(evaluation.model(match.model))
        model["channels"] = " ".join(map(str, model["channels"]))
        taken = match.alignment
        alignment = {
            "delay": taken.delay if taken else None,
            "polarity": taken.polarity if taken else None,
            "gain_db": taken.gain_db if taken else None,
        }
        floor = {target.name: target.noise_floor for target in evaluation.targets}[match.pair]
        lines.append({"pair": match.pair, **model, **asdict(match.scores), "noise_floor": floor, **alignment})
    writer = csv.DictWriter(text, fieldnames=list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    write_file(path, text.getvalue())


def read_accuracy(path: str | os.PathLike[str]) -> dict[str, float]:
    """The ESR of each model, by name, from what ``write_json`` wrote.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is of another kind; the message names the file.
    """
    name = os.fspath(path)
    try:
        found: Any = json.loads(Path(path).read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{name}: this is not a file of nam-core evaluate --json: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{name}: this is not a file of nam-core evaluate --json")
    if found.get("format_version") != FORMAT_VERSION:
        raise ValueError(
            f"{name}: format_version is {found.get('format_version')}; this reads {FORMAT_VERSION}"
        )
    try:
        return {rank["model"]: float(rank["esr"]) for rank in found["ranking"] if rank["esr"] is not None}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{name}: the results are damaged: {error}") from None
