"""Simulated listeners: one who guesses is found to hear nothing, one who hears is found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from listening.tests_to_hear import abx_answers, mushra_answers

from nam_core.cli import main
from nam_core.listening.answers import Answers, Key, check_answers
from nam_core.listening.scoring import score_abx, score_mushra
from nam_core.listening.tests_of_chance import binomial_p, bootstrap_interval, holm, power

# Ratings of a listener who hears well.
MEANS = {"hidden reference": 99.0, "near": 85.0, "far": 60.0, "anchor 7 kHz": 45.0, "anchor 3.5 kHz": 20.0}


def listeners(key: Key, count: int, shares: dict[str, float], seed: int) -> list[Answers]:
    rng = np.random.default_rng(seed)
    return [check_answers(key, abx_answers(key, f"listener {i}", shares, rng)) for i in range(count)]


def test_a_guessing_listener_hears_nothing(abx_key: Key) -> None:
    """Of 100 guessing listeners, at most about 5 % are said to hear something in any of six comparisons."""
    guessing = {"near": 0.5, "far": 0.5}
    found = sum(
        any(line.is_heard for line in score_abx(abx_key, listeners(abx_key, 1, guessing, seed)).items)
        for seed in range(100)
    )
    # 5 is 5 %; 11 or more would come up once in 90 times at exactly 5 %.
    assert found < 11


def test_a_listener_who_hears_is_found(abx_key: Key) -> None:
    score = score_abx(abx_key, listeners(abx_key, 3, {"near": 0.5, "far": 0.9}, 0))
    assert {line.system: line.is_heard for line in score.items} == {"near": False, "far": True}
    for line in score.items:
        assert line.trials == 3 * 16
        assert line.low < line.right / line.trials < line.high
    assert len(score.listeners) == 3


def test_power_is_the_rate_at_which_listeners_are_found() -> None:
    rng = np.random.default_rng(0)
    right = rng.binomial(16, 0.7, 20_000)
    found = np.mean([binomial_p(int(count), 16) <= 0.05 for count in right])
    assert power(16) == pytest.approx(found, abs=0.01)
    assert power(10) < power(16) < power(100)


def test_figures_by_hand() -> None:
    assert binomial_p(12, 16) == pytest.approx(2517 / 65536)  # the tail of Pascal's triangle
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    low, high = bootstrap_interval(np.random.default_rng(0).normal(50.0, 10.0, 100))
    assert high - low == pytest.approx(2 * 1.96, rel=0.2)


def test_a_panel_that_hears_orders_the_systems(mushra_key: Key) -> None:
    rng = np.random.default_rng(1)
    panel = [check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", MEANS, rng)) for i in range(12)]
    score = score_mushra(mushra_key, panel)
    assert [system.system for system in score.systems] == list(MEANS)
    assert score.left_out == {}
    assert score.friedman < 1e-6
    for system in score.systems:
        assert system.low < system.mean < system.high
        assert system.mean == pytest.approx(MEANS[system.system], abs=2.5)
        assert system.p_reference is None or system.p_reference < 0.05
    assert all(p < 0.05 for p in score.pairs.values())


def test_listeners_who_rate_at_random_are_left_out(mushra_key: Key) -> None:
    rng = np.random.default_rng(2)
    good = [check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", MEANS, rng)) for i in range(8)]
    low = mushra_answers(mushra_key, "low", {**MEANS, "hidden reference": 50.0}, rng)
    high = mushra_answers(mushra_key, "high", {**MEANS, "anchor 7 kHz": 99.0}, rng)
    score = score_mushra(mushra_key, [*good, check_answers(mushra_key, low), check_answers(mushra_key, high)])
    assert score.left_out == {
        "low": "rated the hidden reference below 90 in 3 of 3 items",
        "high": "rated anchor 7 kHz above 90 in 3 of 3 items",
    }
    assert len(score.listeners) == 8


def test_an_anchor_that_nobody_hears_is_the_items_fault(mushra_key: Key) -> None:
    rng = np.random.default_rng(3)
    means = {**MEANS, "anchor 7 kHz": 98.0}
    panel = [check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", means, rng)) for i in range(6)]
    assert score_mushra(mushra_key, panel).left_out == {}


def test_listeners_who_hear_no_difference(mushra_key: Key) -> None:
    """Friedman's test says "differ" for about 5 % of panels to whom all systems sound alike."""
    alike = dict.fromkeys(MEANS, 96.0)
    found = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        panel = [
            check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", alike, rng)) for i in range(10)
        ]
        found += score_mushra(mushra_key, panel).friedman <= 0.05
    assert found < 6


def test_scores_a_folder(
    mushra: Path, mushra_key: Key, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["listen", "score", str(mushra)]) == 2
    assert "no answers yet; files go to" in capsys.readouterr().err
    rng = np.random.default_rng(4)
    files = [mushra / "answers" / f"{i}.json" for i in range(3)]
    for index, path in enumerate(files):
        path.write_bytes(mushra_answers(mushra_key, f"n{index}", MEANS, rng))
    try:
        page = tmp_path / "report.html"
        assert main(["listen", "score", str(mushra), "--json", "-o", str(page)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [system["system"] for system in found["systems"]] == list(MEANS)
        assert "With fewer than six listeners" in page.read_text("utf-8")
        assert main(["listen", "score", str(mushra)]) == 0
        assert "The systems differ (Friedman" in capsys.readouterr().out
        files[0].write_text("{}")
        assert main(["listen", "score", str(mushra)]) == 2
        assert "0.json: these are not answers of a listening test" in capsys.readouterr().err
    finally:
        for path in files:
            path.unlink()


def test_the_missing_library_is_named(
    abx: Path, abx_key: Key, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = abx / "answers" / "a.json"
    path.write_bytes(abx_answers(abx_key, "n", {"near": 0.5, "far": 0.5}, np.random.default_rng(0)))
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    try:
        assert main(["listen", "score", str(abx)]) == 2
        assert "pip install nam_core[listen]" in capsys.readouterr().err
    finally:
        path.unlink()
