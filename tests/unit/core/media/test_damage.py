"""The damage report of one stream."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.damage import StreamDamage, stream_damage
from airflow_provider_media.core.media.stream_log import StreamLog

BASE = Fraction(1, 1000)


def video(times=range(0, 4000, 40), **facts) -> StreamLog:
    log = StreamLog(kind="video", time_base=BASE, **facts)
    for time in times:
        log.packet(time, 40)
        log.frame(time, 40, BASE)
    log.finish()
    return log


def sound(**facts) -> StreamLog:
    log = StreamLog(kind="audio", time_base=BASE, clock=Fraction(1, 48_000), **facts)
    for number in range(100):
        log.packet(number * 21, 21)
        log.sound(number * 1024, 1024)
    log.finish()
    return log


def report(log, *, container=0) -> StreamDamage:
    return stream_damage(0, log, container_complaints=container)


def test_whole_stream_has_no_holes():
    damage = report(video())
    assert (damage.expected, damage.decoded, damage.has_holes, damage.is_lost) == (100, 100, False, False)


def test_sound_counts_packets_and_samples():
    damage = report(sound())
    assert (damage.expected, damage.decoded, damage.has_holes) == (100, 102_400, False)


def test_missing_packets_are_lawful_where_nobody_complains():
    log = video()
    log.missing = 3
    assert not report(log).has_holes


@pytest.mark.parametrize("witness", ["repaired", "refused", "corrupt", "complaints"])
def test_missing_packets_are_dropped_where_somebody_complains(witness):
    log = video()
    log.missing = 3
    setattr(log, witness, 1)
    damage = report(log)
    assert damage.dropped == 3
    assert damage.has_holes


def test_container_complaint_alone_is_no_hole():
    assert not report(video(), container=1).has_holes


def test_gaps_between_frames_are_dropped_where_the_container_complains():
    times = [time for time in range(0, 4000, 40) if not 1000 <= time < 1200]
    assert report(video(times)).dropped == 0
    assert report(video(times), container=1).dropped == 5


def test_gaps_in_uneven_frames_are_measured_by_the_usual_interval():
    assert report(video([0, 40, 80, 120, 160]), container=1).dropped == 0
    assert report(video([0]), container=1).dropped == 0


def test_refused_packets_of_sound_are_dropped():
    log = sound()
    log.refused = 4
    assert report(log).dropped == 4


def test_silence_counts_only_where_something_was_lost():
    log = sound()
    log.gaps = 0.5
    assert report(log).silent == 0
    log.refused = 1
    assert report(log).silent == 0.5


@pytest.mark.parametrize("edge", [2, 10])
def test_ragged_edges_are_lawful(edge):
    log = video()
    log.corrupt, log.missing, log.edge, log.leading = 2, 2, edge, 5
    damage = report(log)
    assert (damage.has_holes, damage.ragged) == (False, 7)


def test_stream_without_a_frame_is_lost():
    log = StreamLog(kind="video", time_base=BASE)
    log.packet(0, 40)
    damage = report(log)
    assert damage.is_lost
    assert damage.has_holes
    assert str(damage) == "video stream 0 cannot be decoded at all"


def test_words_name_stream_times_and_counts():
    damage = StreamDamage(stream=2, kind="video", expected=50, decoded=30, repaired=3, dropped=20, times=(1.0, 1.5))
    assert str(damage) == "video stream 2 has holes at 1.00, 1.50 s (20 of 50 packets lost, 3 frames repaired)"


def test_words_of_sound_name_silence_and_errors():
    damage = StreamDamage(stream=1, kind="audio", expected=50, decoded=9, repaired=3, silent=0.25)
    assert str(damage) == "audio stream 1 has holes (3 errors repaired, 0.25 s silent)"


def test_words_of_many_holes_name_the_first_five():
    damage = StreamDamage(
        stream=0, kind="video", expected=50, decoded=40, dropped=10, times=tuple(map(float, range(8)))
    )
    assert " at 0.00, 1.00, 2.00, 3.00, 4.00 … s " in str(damage)


COUNTS = st.integers(0, 50)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_report_is_never_negative_and_silence_is_no_evidence(repaired, refused, corrupt, complaints, missing, edge):
    log = video()
    log.repaired, log.refused, log.corrupt, log.complaints, log.missing, log.edge = (
        repaired,
        refused,
        corrupt,
        complaints,
        missing,
        edge,
    )
    damage = report(log)
    assert min(damage.repaired, damage.dropped, damage.ragged) >= 0
    assert damage.has_holes <= bool(repaired or refused or corrupt or complaints)


@given(COUNTS, COUNTS)
def test_holes_beyond_the_edge_are_never_excused(corrupt, edge):
    log = video()
    log.corrupt, log.edge = corrupt, edge
    assert report(log).has_holes == (corrupt > edge)
