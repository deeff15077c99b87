"""What a model costs, counted from its config, and the time that a measured device takes for it."""

from .counting import Cost, CostPart, cost

__all__ = ["Cost", "CostPart", "cost"]
