"""How far two signals are apart, how they lie against each other, and the engine from PyTorch."""

from .alignment import Alignment, align

__all__ = ["Alignment", "align"]
