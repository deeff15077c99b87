"""1,000 models are loaded while the sound runs: the audio thread allocates nothing, and memory stays flat.

Late blocks are a measurement: bench/plugin_loads.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plugins.building import ROOT
from plugins.hosts import HOSTS, Host
from plugins.sounds import cabinet

NANO = ROOT / "examples" / "overdrive_nano.nam"


@pytest.mark.parametrize("format_", HOSTS)
def test_loads_while_the_sound_runs(format_: str, tmp_path: Path) -> None:
    host = Host(*HOSTS[format_], tmp_path)
    response = cabinet(tmp_path / "cabinet.wav")
    played = host(f"model={NANO}", f"cabinet={response}", "loads=1000")
    assert np.isfinite(played.sound).all()
    assert played.figure("allocations") == 0
    # In KiB. A model that stayed would take a megabyte or so for each hundred loads.
    assert played.figure("memory late") < played.figure("memory early") + 4096
