"""Loudness, gains, delay and polarity of models (format 11.2 to 11.4)."""

from .gain_staging import Gains, gains
from .impulse import Delay, Polarity, delay, polarity
from .measurement import Measurement, measure
from .model_loudness import Loudness, loudness

__all__ = [
    "Delay",
    "Gains",
    "Loudness",
    "Measurement",
    "Polarity",
    "delay",
    "gains",
    "loudness",
    "measure",
    "polarity",
]
