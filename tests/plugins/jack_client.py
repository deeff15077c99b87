"""A JACK client beside `nam-core play`: plays a signal into it, and records its output.

jack_client.py IN.f32 OUT.f32 BLOCK
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
import sounddevice


def main() -> None:
    """Play a second of silence, the signal, and silence until the whole output is recorded."""
    source, target, block = sys.argv[1], sys.argv[2], int(sys.argv[3])
    # Of the two devices, take the other client, not the sound card.
    names = [device["name"] for device in sounddevice.query_devices()]
    (player,) = (name for name in names if name != "system")
    dry = np.concatenate([np.zeros(48000), np.fromfile(source, np.float32), np.zeros(48000)])
    heard = np.zeros((len(dry) + block, 1), np.float32)
    at = 0

    def callback(indata: Any, outdata: Any, frames: int, when: Any, status: Any) -> None:
        nonlocal at
        count = max(0, min(frames, len(dry) - at))
        outdata[:] = 0
        outdata[:count, 0] = dry[at : at + count]
        heard[at : at + count] = indata[:count]
        at += frames

    with sounddevice.Stream(
        samplerate=48000,
        blocksize=block,
        channels=1,
        device=(player, player),
        dtype="float32",
        latency="low",
        callback=callback,
    ):
        while at < len(dry):
            time.sleep(0.05)
    heard[: len(dry), 0].tofile(target)


if __name__ == "__main__":
    main()
