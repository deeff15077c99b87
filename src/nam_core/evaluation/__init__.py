"""Metrics between two signals, their alignment, and the comparison of the engine with PyTorch."""

from .alignment import Alignment, align

__all__ = ["Alignment", "align"]
