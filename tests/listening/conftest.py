"""Listening tests on disk, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from listening.tests_to_hear import make_test

from nam_core.listening.answers import Key, read_key


@pytest.fixture(scope="session")
def abx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ABX test: three items, two systems, 16 trials of each."""
    return make_test(tmp_path_factory.mktemp("abx"), "abx")


@pytest.fixture(scope="session")
def mushra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A MUSHRA test: three items, two systems, two anchors."""
    return make_test(tmp_path_factory.mktemp("mushra"), "mushra")


@pytest.fixture
def abx_key(abx: Path) -> Key:
    """The key of the ABX test."""
    return read_key(abx)


@pytest.fixture
def mushra_key(mushra: Path) -> Key:
    """The key of the MUSHRA test."""
    return read_key(mushra)
