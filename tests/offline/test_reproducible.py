"""A WAV that is not resampled has the same bytes on every machine: recorded hashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from codebase.sources import ROOT

import nam_core
from nam_core import LoadOptions, RenderJob, RenderOptions, run_job

EXAMPLES = ROOT / "examples"
ISAS: list[str] = nam_core.runtime_info()["exact_isas"]
PART: dict[str, Any] = {"start": 0.5, "end": 1.5, "tail": 0.1}
CASES = {
    "A2 full": ("overdrive_a2.nam", 1.0, RenderOptions(**PART)),
    "A2 lite, 24 bits": ("overdrive_a2.nam", 0.0, RenderOptions(**PART, subtype="PCM_24")),
    "A1 nano, gains": (
        *("overdrive_nano.nam", 1.0),
        RenderOptions(**PART, input_gain_db=-3.0, output_gain_db=2.0, compensate=True, subtype="PCM_16"),
    ),
    "A1 nano, peak": ("overdrive_nano.nam", 1.0, RenderOptions(**PART, normalize_peak=-1.0)),
}
RECORDED = {
    "A2 full": "b7d945805e9fd6f85f243823ae2b29fe2c7bce1b2a1625d5add211e200aca798",
    "A2 lite, 24 bits": "4a6b6ff5e94eb505dee13cba4316e87749b8aa629bcd7d5438440f8953465ed6",
    "A1 nano, gains": "5448453c085867d0f9271f38152ba296bfe8ff1042b1fd13e43fae5763799968",
    "A1 nano, peak": "19d7202c706d6b4e8fbfdd3d3f9c2342b27877321f729cdb48959cef1f91fa25",
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("isa", ISAS)
@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_the_recorded_ones(name: str, isa: str, threads: int, tmp_path: Path) -> None:
    model, quality, options = CASES[name]
    dry, wet = str(EXAMPLES / "guitar_dry.wav"), str(tmp_path / "wet.wav")
    load = LoadOptions(quality=quality, isa=isa)
    record = run_job(RenderJob(str(EXAMPLES / model), dry, wet, options, load), threads=threads)
    assert record["output_sha256"] == RECORDED[name]
