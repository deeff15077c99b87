"""Loudness, gains, delay and polarity of models (format 11.2 to 11.4)."""

from .blending import Blend, blend
from .gain_staging import Gains, gains
from .impulse import Delay, Polarity, delay, polarity
from .measurement import Measurement, measure
from .model_loudness import Loudness, loudness

__all__ = [
    "Blend",
    "Delay",
    "Gains",
    "Loudness",
    "Measurement",
    "Polarity",
    "blend",
    "delay",
    "gains",
    "loudness",
    "measure",
    "polarity",
]
