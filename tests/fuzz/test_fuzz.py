"""Tests the fuzzers on a few cases; `python tests/fuzz/run.py` runs them for long."""

from __future__ import annotations

import random
from collections import Counter
from types import ModuleType

import pytest
from fuzz import nam_cases, sound_cases

import nam_core

KINDS = [nam_cases, sound_cases]


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_makes_the_same_case_again(kind: ModuleType) -> None:
    for seed in range(20):
        assert kind.random_case(random.Random(seed)) == kind.random_case(random.Random(seed))


def test_models_are_refused_and_played() -> None:
    outcomes = Counter(
        nam_cases.check(nam_cases.random_case(random.Random(seed)), seed) for seed in range(60)
    )
    assert outcomes["played"] > 10
    assert outcomes["refused"] > 10


def test_sound_files_are_refused_warned_about_and_read() -> None:
    outcomes = Counter(
        sound_cases.check(sound_cases.random_case(random.Random(seed)), seed) for seed in range(100)
    )
    assert min(outcomes["refused"], outcomes["warned"], outcomes["read"]) > 5


def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nam_core.Model, "reset", lambda model: None)
    with pytest.raises(AssertionError, match="other bits after a reset"):
        for seed in range(50):
            nam_cases.check(nam_cases.random_case(random.Random(seed)), seed)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_found_once(kind: ModuleType) -> None:
    """Every seed unchanged, and with several kinds of mutation."""
    seeds = [path for path in kind.SEEDS if path.parent.name == "seeds"]
    for path in seeds:
        for seed in range(5):
            kind.check(path.read_bytes(), seed)
