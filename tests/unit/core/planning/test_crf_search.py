"""Search for a constant rate factor over curves that are known."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.planning.crf_search import MOST_PROBES, NEAR, RANGE, STEP, CrfSearch, Probe

Curve = Callable[[float], float]


def search(curve: Curve, goal: float, codec="h264", *, lowest=None, highest=None, start=22.0) -> tuple[Probe, int]:
    least, most = RANGE[codec]
    wanted = CrfSearch(
        codec=codec,
        goal=goal,
        lowest=least if lowest is None else lowest,
        highest=most if highest is None else highest,
        start=start,
    )
    probes: list[Probe] = []
    while (crf := wanted.next_crf(probes)) is not None:
        assert wanted.lowest <= crf <= wanted.highest
        assert crf not in [probe.crf for probe in probes]
        assert crf / STEP[codec] == int(crf / STEP[codec])
        probes.append(Probe(crf=crf, score=curve(crf), bitrate=2.0 ** ((50 - crf) / 6)))
    return wanted.found(probes), len(probes)


def falling(knee: float, steepness: float, power: float) -> Curve:
    """Scores of an encoder: flat near 100 at first, then steeper and steeper."""
    return lambda crf: max(0.0, 99.5 - steepness * max(0.0, crf - knee) ** power)


CURVES = st.builds(falling, st.floats(0, 18), st.floats(0.05, 0.6), st.floats(1.0, 1.7))


@given(curve=CURVES, goal=st.floats(60, 96))
def test_curves_of_encoders_are_solved_within_half_a_point(curve, goal):
    found, probes = search(curve, goal)
    low, high = RANGE["h264"]
    one_step = curve(found.crf) - curve(found.crf + STEP["h264"])
    assert probes <= MOST_PROBES
    if found.crf < high and curve(low) >= goal:
        assert goal - NEAR <= curve(found.crf) <= goal + NEAR + one_step
        assert found.score == pytest.approx(curve(found.crf), abs=1)


@given(st.lists(st.floats(0, 100), min_size=46, max_size=46), st.floats(20, 99), st.sampled_from(["h264", "av1"]))
def test_any_falling_curve_takes_few_probes_within_limits(scores, goal, codec):
    ordered = sorted(scores, reverse=True)
    found, probes = search(lambda crf: ordered[int(crf) - 10], goal, codec, lowest=10, highest=45)
    assert 1 <= probes <= MOST_PROBES
    assert 10 <= found.crf <= 45


@pytest.mark.parametrize(("score", "limit"), [(99.0, 30.0), (40.0, 18.0)])
def test_goal_out_of_reach_ends_at_the_nearer_limit(score, limit):
    found, _ = search(lambda crf: score - crf / 100, 90, lowest=18, highest=30)
    assert found.crf == limit


def test_start_outside_of_limits_begins_at_the_limit():
    found, probes = search(lambda _: 90.2, 90, lowest=30, highest=40)
    assert (found.crf, probes) == (30, 1)


def test_whole_numbers_for_encoders_that_take_no_others():
    found, _ = search(falling(10, 0.2, 1.2), 91.3, "vp9", start=33)
    assert found.crf == int(found.crf)
