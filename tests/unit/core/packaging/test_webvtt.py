import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.webvtt import parse_webvtt, sprite_webvtt

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def test_sprite_webvtt_of_three_cells_has_expected_text():
    text = sprite_webvtt([0, 10, 3725.5], 3730.0, ["a sheet.jpg", "b.jpg"], columns=2, rows=1, cell=(160, 90))
    assert text == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:10.000\na%20sheet.jpg#xywh=0,0,160,90\n\n"
        "00:00:10.000 --> 01:02:05.500\na%20sheet.jpg#xywh=160,0,160,90\n\n"
        "01:02:05.500 --> 01:02:10.000\nb.jpg#xywh=0,0,160,90\n"
    )


@given(
    steps=st.lists(st.floats(0, 400_000), min_size=1, max_size=40),
    columns=st.integers(1, 6),
    rows=st.integers(1, 6),
    cell=st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
    name=names,
)
def test_sprite_webvtt_parses_back_and_time_never_goes_back(steps, columns, rows, cell, name):
    times = [sum(steps[: index + 1]) for index in range(len(steps))]
    sheets = [f"{name}{number}" for number in range(math.ceil(len(times) / (columns * rows)))]
    cues = parse_webvtt(sprite_webvtt(times, times[-1], sheets, columns, rows, cell))

    assert len(cues) == len(times)
    for index, (cue, time) in enumerate(zip(cues, times, strict=True)):
        assert cue.start == pytest.approx(time, abs=0.001 * (len(times) + 1))
        assert cue.start < cue.end
        assert cue.sheet == sheets[index // (columns * rows)]
        assert (cue.x // cell[0], cue.y // cell[1]) == (index % columns, index // columns % rows)
        assert (cue.width, cue.height) == cell
    assert all(earlier.end == later.start for earlier, later in pairwise(cues))


@pytest.mark.parametrize(
    ("times", "sheets", "message"),
    [
        ([0, 1, 2], ["a.jpg"], "3 cells of 2x1 fill 2 sheets, but 1 are named"),
        ([0], ["a.jpg", "b.jpg"], "1 cells of 2x1 fill 1 sheets, but 2 are named"),
        ([2, 1], ["a.jpg"], "must be positive and rise"),
        ([-1, 1], ["a.jpg"], "must be positive and rise"),
    ],
)
def test_times_and_sheets_that_do_not_fit_are_refused(times, sheets, message):
    with pytest.raises(ValueError, match=message):
        sprite_webvtt(times, 5, sheets, columns=2, rows=1, cell=(160, 90))


CUE = "00:00:00.000 --> 00:00:01.000\na.jpg#xywh=0,0,160,90\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 must be WEBVTT"),
        ("WEBVTT kind", "line 1 must be WEBVTT"),
        ("WEBVTT\n" + CUE, "followed by an empty line"),
        ("WEBVTT\n\n1\n" + CUE, "line 3 begins no cue"),
        ("WEBVTT\n\n" + CUE + "\n00:00:01.000 --> 00:00:02.000\n", "line 6 begins no cue"),
        ("WEBVTT\n\n00:00:00.000 --> 00:00:01.000 align:start\na.jpg#xywh=0,0,1,1\n", "line 3 begins no cue"),
        ("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na.jpg#xywh=percent:0,0,1,1\n", "line 3 begins no cue"),
        ("WEBVTT\n\n00:61:00.000 --> 01:00:01.000\na.jpg#xywh=0,0,1,1\n", "line 3 begins no cue"),
        ("WEBVTT\n\n00:00:01.000 --> 00:00:01.000\na.jpg#xywh=0,0,1,1\n", "ends at 1.000 s, not after its start"),
        ("WEBVTT\n\n00:00:05.000 --> 00:00:06.000\na.jpg#xywh=0,0,1,1\n\n" + CUE, "cues never go back"),
    ],
)
def test_parse_webvtt_not_exactly_sprite_refused_naming_line(text, message):
    with pytest.raises(VerificationFailed, match=message):
        parse_webvtt(text)


def test_parse_webvtt_reads_all_line_ends_and_times_without_hours():
    assert parse_webvtt("WEBVTT\r\n\r\n00:01.500 --> 00:02.000\r\na.jpg#xywh=0,0,1,1\r\n")[0].start == 1.5
