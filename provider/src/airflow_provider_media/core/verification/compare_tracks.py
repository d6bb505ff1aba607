"""Comparison of a package's tracks with their renditions, their planned grid and one another; pure.

Times are ticks, and agree exactly or within one tick; those of audio agree within its slack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from airflow_provider_media.core.packaging.packager import segment_step
from airflow_provider_media.core.plans import Package
from airflow_provider_media.core.verification.compare import Mismatch, audio_slack
from airflow_provider_media.core.verification.measure import StreamFacts
from airflow_provider_media.core.verification.packaged_track import PackagedTrack, TrackSummary


def compare_track(package: Package, track: PackagedTrack, rendition: StreamFacts) -> Iterator[Mismatch]:
    """Yield the differences between a track's segments, the rendition they were cut from, and the planned grid.

    :param rendition: the rendition before packaging.
    """
    yield from _whole(track, rendition)
    yield from _grid(track, package) if track.track.kind == "video" else _sound_grid(track, package)


def compare_grids(tracks: Sequence[TrackSummary]) -> Iterator[Mismatch]:
    """Yield the differences in frames and keyframes between video renditions of one ladder, which must be equal.

    A player that switches continues with the next segment of another rendition. Every frame must therefore be there
    once, in either rendition.
    """
    videos = [track for track in tracks if track.track.kind == "video"]
    for track in videos[1:]:
        name, model = track.track.name, videos[0]
        if track.frames != model.frames:
            what = f"frames, as in {model.track.name},"
            yield Mismatch(file=name, what=what, expected=str(model.frames), found=str(track.frames))
        elif not _same_times(track, model):
            yield Mismatch(
                file=name, what="times of keyframes", expected=f"those of {model.track.name}", found="others"
            )


def _same_times(one: TrackSummary, other: TrackSummary) -> bool:
    pairs = zip_longest(one.keyframe_times(), other.keyframe_times())
    return all(here == there for here, there in pairs)


def _whole(track: PackagedTrack, rendition: StreamFacts) -> Iterator[Mismatch]:
    """Yield a mismatch unless the segments hold each sample of the rendition, in its order and size.

    Packager copies samples byte by byte (seen with all codecs, with in-band headers, too).
    """
    name, stream = track.track.name, track.stream
    if stream.codec != rendition.codec:
        yield Mismatch(file=name, what="codec", expected=rendition.codec, found=stream.codec)
    if stream.count != rendition.count:
        yield Mismatch(file=name, what="frames in all segments", expected=str(rendition.count), found=str(stream.count))
    elif (
        other := next(
            (n for n, sizes in enumerate(zip(stream.sizes, rendition.sizes, strict=True)) if sizes[0] != sizes[1]), None
        )
    ) is not None:
        expected, found = (f"{sizes[other]} bytes" for sizes in (rendition.sizes, stream.sizes))
        yield Mismatch(file=name, what=f"frame {other} in file order", expected=expected, found=found)
    # Durations are equal except for one tick, because Packager may change the timescale.
    slack = float(max(stream.time_base, rendition.time_base)) + (audio_slack(stream) if stream.kind == "audio" else 0)
    if abs(stream.duration - rendition.duration) > slack:
        expected, found = f"{rendition.duration:.3f} s", f"{stream.duration:.3f} s"
        yield Mismatch(file=name, what="duration of all segments", expected=expected, found=found)


def _grid(track: PackagedTrack, package: Package) -> Iterator[Mismatch]:
    """Yield a mismatch unless each segment begins with a keyframe at its planned time.

    No frame of the segment may be shown before that keyframe (a closed GOP).
    """
    stream = track.stream
    for number, segment in enumerate(track.segments):
        planned = number * package.segment_duration
        if segment.first is None or not stream.keyframes[segment.first]:
            yield Mismatch(
                file=segment.file,
                what="first frame",
                expected="a keyframe",
                found="missing" if segment.first is None else "none",
            )
        elif abs(segment.start - planned) > stream.time_base:
            yield Mismatch(
                file=segment.file,
                what="begin",
                expected=f"{float(planned):.4f} s",
                found=f"{float(segment.start):.4f} s",
            )
        elif stream.pts[segment.first] * stream.time_base != segment.start:
            yield Mismatch(file=segment.file, what="first frame", expected="shown first", found="shown after others")


def _sound_grid(track: PackagedTrack, package: Package) -> Iterator[Mismatch]:
    """Yield a mismatch unless each audio segment begins at its planned time, within the slack of audio.

    Packager begins a segment with the first audio frame at or after that time.
    """
    slack = audio_slack(track.stream)
    step = segment_step(package.segment_duration, track.stream.time_base)
    for number, segment in enumerate(track.segments):
        planned = float(number * step)
        if abs(float(segment.start) - planned) > slack:
            yield Mismatch(
                file=segment.file, what="begin", expected=f"{planned:.3f} s", found=f"{float(segment.start):.3f} s"
            )
