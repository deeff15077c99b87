"""Counts the work of a model from its config, and predicts the time that a measured device takes for it."""

from .counting import Cost, CostPart, cost

__all__ = ["Cost", "CostPart", "cost"]
