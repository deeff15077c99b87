"""Data sets for machine learning: segments of recordings, dry and through models, in open formats."""

from .making import Dataset, make_dataset
from .options import DatasetOptions

__all__ = ["Dataset", "DatasetOptions", "make_dataset"]
