"""``nam-core modelset``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from model_set import set_model

from nam_core.survey.modelset import writing


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the set be one model, and note the seeds asked for."""
    seeds: list[int] = []

    def models(seed: int) -> Any:
        seeds.append(seed)
        return iter([set_model("a1-nano")])

    monkeypatch.setattr(writing, "models", models)
    monkeypatch.setattr(writing, "NUMBER_OF_MODELS", 1)
    return seeds


def test_writes(run: Any, tmp_path: Path, small: list[int]) -> None:
    result = run("modelset", tmp_path / "set", "--seed", "7")
    assert (result.status, result.out) == (0, "")
    assert result.err == f"nam-core modelset: 1 models and index.json are in {tmp_path / 'set'}\n"
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["a1-nano.nam", "index.json"]
    assert small == [7]


def test_refuses_a_folder_that_is_not_empty(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("modelset", tmp_path)
    assert (result.status, result.out) == (2, "")
    assert (
        result.err == f"nam-core modelset: {tmp_path} is not empty; choose another folder, or --overwrite\n"
    )
    assert run("modelset", tmp_path, "--overwrite").status == 0
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_file_is_not_a_folder(run: Any, write_nam: Any) -> None:
    path = write_nam()
    result = run("modelset", path)
    assert result.status == 2
    assert result.err == f"nam-core modelset: {path}: File exists\n"


def test_seed_is_checked(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("modelset", tmp_path, "--seed", "-1")
    assert "-1 is not a seed" in capsys.readouterr().err
