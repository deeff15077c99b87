"""Judges models: metrics between two signals, alignment, evaluation of models, comparison of the engine with
PyTorch.
"""

from .alignment import Alignment, align
from .evaluating import evaluate
from .files import write_csv, write_json
from .html import page
from .pairs import Pair, pair_of_files, pair_with_model, pairs_in
from .results import (
    BandScore,
    Contender,
    Curves,
    Evaluation,
    Match,
    Moment,
    Part,
    Rank,
    Target,
)
from .takes import ArrayTake, FileTake, ModelTake
from .tallies import Scores

__all__ = [
    "Alignment",
    "ArrayTake",
    "BandScore",
    "Contender",
    "Curves",
    "Evaluation",
    "FileTake",
    "Match",
    "ModelTake",
    "Moment",
    "Pair",
    "Part",
    "Rank",
    "Scores",
    "Target",
    "align",
    "evaluate",
    "page",
    "pair_of_files",
    "pair_with_model",
    "pairs_in",
    "write_csv",
    "write_json",
]
