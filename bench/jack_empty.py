"""The stream of `nam-core play` with a callback that only copies, for bench/jack_blocks.py.

python -m bench.jack_empty BLOCK SECONDS
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import sounddevice

RATE = 48000


def main() -> None:
    """Copy for SECONDS; then print the tally that `nam-core play` keeps, as JSON."""
    block, seconds = int(sys.argv[1]), float(sys.argv[2])
    tally = {"blocks": 0, "late": 0, "lost": 0, "worst": 0.0}

    def callback(indata: Any, outdata: Any, frames: int, when: Any, status: Any) -> None:
        start = time.perf_counter()
        outdata[:] = indata
        load = (time.perf_counter() - start) * RATE / frames
        tally["blocks"] += 1
        tally["late"] += load > 1.0
        tally["lost"] += bool(status)
        tally["worst"] = max(tally["worst"], load)

    options: dict[str, Any] = {"samplerate": RATE, "blocksize": block, "channels": (1, 2), "dtype": "float32"}
    with sounddevice.Stream(**options, latency="low", callback=callback):
        time.sleep(seconds)
    print(json.dumps(tally))


if __name__ == "__main__":
    main()
