"""Device profiles: right for a known device, and honest about one that the model cannot express."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from costing.synthetic_bench import BLOCKS, MACHINE, TRUTH, bench

import nam_core
from nam_core import _core
from nam_core.costing.device_profile import DeviceProfile
from nam_core.costing.device_work import AMOUNTS, amounts, panel_steps
from nam_core.costing.nonnegative import nonnegative_least_squares
from nam_core.costing.profile_fitting import fit
from nam_core.costing.vector_units import UNITS, vector_unit
from nam_core.format.building import head, layer_array, linear, wavenet
from nam_core.survey.modelset.architectures import a1, a2
from nam_core.survey.modelset.sweep import architectures


@pytest.fixture(scope="module")
def exact() -> DeviceProfile:
    return fit(bench())


def noisy(share: float, seed: int = 0) -> Any:
    """The imaginary device, with noise in every result."""
    rng = np.random.default_rng(seed)
    return bench(lambda name, ns: ns * (1.0 + share * rng.standard_normal()))


def test_without_noise_the_coefficients_come_back(exact: DeviceProfile) -> None:
    assert exact.coefficients == pytest.approx(TRUTH, rel=1e-6)
    assert exact.error.max < 1e-6
    assert (exact.isa, exact.dtype, exact.blocks, exact.machine) == ("avx2", "float32", BLOCKS, MACHINE)


def test_with_noise_they_come_back_nearly() -> None:
    profile = fit(noisy(0.01))
    # Loads and multiply-adds go hand in hand, so what single ones cost is less sure than their sum.
    for name in ("panel", "kernel", "tanh", "exponential", "pass", "film", "lstm_frame"):
        assert profile.coefficients[name] == pytest.approx(TRUTH[name], rel=0.25)
    # The median of |1 % of noise|, and what the noise does to the fit.
    assert 0.005 < profile.error.median < 0.012


def test_predicts_models_that_it_never_saw() -> None:
    profile = fit(noisy(0.03))
    truth = DeviceProfile.from_dict({**profile.to_dict(), "coefficients": TRUTH})
    unseen = (
        a2(7),
        a1(16, gating_mode="blended"),
        wavenet(layer_array(9, [5] * 7, [3] * 7, films=["conv_pre_film"])),
    )
    for file in unseen:
        for block in (32, 64, 100):
            cost = nam_core.cost(file, isa="avx2")
            assert profile.predict(cost, block) == pytest.approx(truth.predict(cost, block), rel=0.03)


def test_what_the_model_cannot_express_shows_in_the_error() -> None:
    """Each architecture has its own deviation, which no other one reveals, so the error must be the
    deviation.
    """
    rng = np.random.default_rng(1)
    quirks: dict[str, float] = {}

    def quirky(name: str, ns: float) -> float:
        return ns * quirks.setdefault(name, float(np.exp(rng.normal(0.0, 0.3))))

    error = fit(bench(quirky)).error
    # The median of |exp(0.3 z) - 1| is 0.2. Folds over results instead of models would fit the quirks too.
    assert 0.15 < error.median < 0.3
    assert error.max > 0.5


def test_a_family_that_is_held_out_cannot_help_itself() -> None:
    """A whole family has the same deviation; only holding out the whole family reveals it."""
    families = {item.name: item.family for item in architectures()}

    def quirky(name: str, ns: float) -> float:
        return 1.5 * ns if families.get(name) == "film" else ns

    by_model, by_family = fit(bench(quirky)), fit(bench(quirky), families)
    assert by_family.coefficients == by_model.coefficients
    assert by_family.error.held_out == "families"
    # An eighth of the results: what is predicted without them is 1 / 1.5 of the truth.
    assert by_family.error.p90 == pytest.approx(1 / 3, abs=0.02)
    assert by_model.error.p90 < 0.2


def test_the_error_names_the_worst_model() -> None:
    error = fit(bench(lambda name, ns: 3.0 * ns if name == "film-all-4" else ns)).error
    assert error.worst == "film-all-4"
    assert error.max == pytest.approx(2 / 3, abs=0.05)
    assert error.median < 0.05


def test_the_error_counts_models_results_and_folds(exact: DeviceProfile) -> None:
    models = {result["model"] for result in bench()["results"]}
    assert (exact.error.models, exact.error.results) == (len(models), len(models) * len(BLOCKS))
    assert exact.error.folds == 10


def test_silence_is_left_out(exact: DeviceProfile) -> None:
    found = bench()
    silent = [{**result, "signal": "silence", "ns_per_sample_min": 1.0} for result in found["results"]]
    assert fit({**found, "results": found["results"] + silent}) == exact


def test_a_profile_survives_its_file(tmp_path: Path, exact: DeviceProfile) -> None:
    exact.save(tmp_path / "device.json")
    assert DeviceProfile.load(tmp_path / "device.json") == exact


def test_wrong_profile_files_are_refused(tmp_path: Path, exact: DeviceProfile) -> None:
    path = tmp_path / "device.json"
    whole = exact.to_dict()
    del whole["error"]["median"]
    for text, message in (
        ("[]", "not a device profile"),
        ("{", "device.json"),
        (json.dumps({**exact.to_dict(), "format_version": 2}), "format_version is 2"),
        (json.dumps(whole), "damaged"),
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match=message):
            DeviceProfile.load(path)


def test_results_that_cannot_be_fitted() -> None:
    found = bench()
    for change, message in (
        ([], "not a file of nam-core bench"),
        ({**found, "results": found["results"][:30]}, "found results of 10 models; a fit needs 30"),
        (
            {**found, "results": [{**found["results"][0], "isa": "neon"}, *found["results"][1:]]},
            "neon float32",
        ),
        ({**found, "results": [{"signal": "sound"}]}, "damaged"),
        ({**found, "results": [{**result, "cost": {}} for result in found["results"]]}, "is damaged"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(change)


def test_an_operation_that_was_not_measured_cannot_be_predicted() -> None:
    found = bench()
    plain = [result for result in found["results"] if not result["model"].startswith("film")]
    plain = [result for result in plain if result["model"] != "condition-film"]
    profile = fit({**found, "results": plain})
    assert "film" not in profile.coefficients
    profile.predict(nam_core.cost(a2(8), isa="avx2"))
    with pytest.raises(
        ValueError, match="no model that the profile was fitted to had: vector of multiply-adds in a FiLM"
    ):
        profile.predict(nam_core.cost(a2(8, films=["conv_pre_film"]), isa="avx2"))


def test_block_and_isa_are_checked(exact: DeviceProfile) -> None:
    with pytest.raises(ValueError, match="block must be at least 1"):
        exact.predict(nam_core.cost(a2(3), isa="avx2"), 0)
    with pytest.raises(ValueError, match="the cost was counted for neon, float32"):
        exact.predict(nam_core.cost(a2(3), isa="neon"))
    with pytest.raises(ValueError, match="isa must be one of"):
        vector_unit("mmx", "float32")


def test_units_are_those_of_the_compiled_kernels() -> None:
    for kernel_set in _core.kernel_sets():
        unit = UNITS[kernel_set["name"]]
        assert (unit.lanes, unit.panel_rows) == (kernel_set["lanes"], kernel_set["panel_rows"])


def test_rows_are_cut_into_panels_and_vectors_into_steps() -> None:
    def panels(isa: str, rows: int, groups: int = 1, mixin_groups: int = 1) -> tuple[int, ...]:
        """For the second layer: the first one may read the input, which has no groups."""
        condition = wavenet(layer_array(1, [1], [1], head=head(out_channels=mixin_groups)))
        array = layer_array(rows, [3, 2], [1, 1], groups_input=groups)
        array |= {"groups_input_mixin": mixin_groups, "condition_size": mixin_groups}
        parts = nam_core.cost(wavenet(array, condition_dsp=condition), isa=isa).parts
        terms = 2 * rows // groups + 1
        return next(part.panels for part in parts if (part.part, part.terms) == ("conv", terms))

    assert panels("avx2", 16) == (4, 4, 4, 4)
    assert panels("avx2", 5) == (3, 2)
    assert panels("neon", 12) == (6, 6)
    assert panels("avx2", 8, groups=4) == (2, 2, 2, 2)
    assert panels("neon", 12, groups=3, mixin_groups=2) == (4, 2, 2, 4)
    assert panel_steps(8, 3) == [3, 3, 2]
    assert panel_steps(4, 3) == [2, 2]
    assert panel_steps(6, 8) == [3, 3]
    assert panel_steps(12, 8) == [8, 4]
    avx2, avx512 = UNITS["avx2"], UNITS["avx512"]
    assert [avx2.panel_vectors(rows) for rows in (1, 2, 3, 4)] == [8, 6, 4, 3]
    assert avx512.panel_vectors(8) == 3
    assert vector_unit("avx2", "float64").lanes == 4


def test_amounts_by_hand() -> None:
    """A layer of 5 channels and 3 taps with AVX2, blocks of 16: panels of 3 and 2 rows, 2 vectors of time."""
    file = wavenet(layer_array(5, [3, 3], [1, 1]))
    cost = nam_core.cost(file, isa="avx2")
    conv = next(part for part in cost.parts if part.part == "conv" and part.terms == 16)
    found = amounts(dataclasses.replace(cost, parts=(conv,)), 16)
    assert found["multiply_add"] == 16 * (3 + 2) * 2 / 16
    assert found["operand"] == 16 * ((3 + 2) + (2 + 2)) / 16
    assert found["wait"] == 0
    assert found["panel"] == 2 / 16
    assert found["kernel"] == 1 / 16
    assert set(found) == set(AMOUNTS)


def test_a_single_panel_waits_for_its_sums() -> None:
    """An impulse response has one row and two vectors of time, so six of eight multiply-adds must wait."""
    found = amounts(nam_core.cost(linear(100), isa="avx2"), 16)
    assert found["wait"] == 100 * 6 / 16


@pytest.mark.parametrize(
    ("channels", "calls"),
    [
        pytest.param(6, 0, id="two panels of three rows"),
        pytest.param(5, 1, id="panels of three rows and two"),
    ],
)
def test_a_layer1x1_is_a_call_where_panels_differ(channels: int, calls: int) -> None:
    def kernels(channels: int) -> float:
        cost = nam_core.cost(wavenet(layer_array(channels, [3, 3], [1, 1])), isa="avx2")
        return amounts(cost, 64)["kernel"]

    # One layer1x1: that of the last layer is not computed. Four rows are one panel.
    assert kernels(channels) - kernels(4) == pytest.approx(calls / 64)


def test_long_blocks_are_taken_in_tiles() -> None:
    cost = nam_core.cost(a1(4), isa="avx2")
    tile, rest = amounts(cost, 128), amounts(cost, 72)
    assert amounts(cost, 256) == pytest.approx(tile)
    mixed = {name: (128 * tile[name] + 72 * rest[name]) / 200 for name in AMOUNTS}
    assert amounts(cost, 200) == pytest.approx(mixed)


@pytest.mark.parametrize("seed", range(20))
def test_nonnegative_least_squares_is_optimal(seed: int) -> None:
    """At the optimum no coefficient at 0 can lower the error, and the error is flat in all others."""
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((30, 8)) * 10.0 ** rng.uniform(-3, 3, 8), rng.standard_normal(30)
    x = nonnegative_least_squares(a, b)
    gradient = (a.T @ (b - a @ x)) / np.linalg.norm(a, axis=0)
    assert (x >= 0).all()
    assert (gradient < 1e-8).all()
    assert np.abs(gradient[x > 0]).max(initial=0.0) < 1e-8


def test_nonnegative_least_squares_of_equal_columns() -> None:
    column = np.arange(1.0, 6.0)[:, None]
    x = nonnegative_least_squares(np.hstack([column, column, 0.0 * column]), 3.0 * column[:, 0])
    assert x[0] + x[1] == pytest.approx(3.0)
    assert x[2] == 0.0
