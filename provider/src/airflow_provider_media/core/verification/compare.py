"""Comparison of results with the plan: pure functions from facts to mismatches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from airflow_provider_media.core.media.expectation import Expectation, ExpectedAudio, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.webvtt import Cue
from airflow_provider_media.core.verification.measure import FileFacts, StreamFacts
from airflow_provider_media.core.verification.pictures import PictureFacts
from airflow_provider_media.core.verification.presentation_order import in_presentation_order

ANIMATED = ("gif", "webp")
"""Codecs of animations, which are measured as pictures: ffprobe cannot read animated WebP."""

_AUDIO_FRAME = {"aac": 1024, "mp3": 1152, "opus": 960, "vorbis": 2048, "flac": 4608, "ac3": 1536, "eac3": 1536}
"""Samples in one packet.

Sources: ISO/IEC 14496-3 (AAC), ISO/IEC 11172-3 (MPEG audio), RFC 6716 with ffmpeg's 20 ms, Vorbis I (ffmpeg's long
block), libFLAC's default block, ATSC A/52."""
_SMALLEST_SLACK = 0.025
"""Least slack in seconds.

Audio without frames (PCM) has packets of 1024 samples, or of as many as the filter before the encoder passes on."""
_LONGEST_GAP = 1.0
"""Most seconds that the last frame of a video with uneven frame times may last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One difference between a file and its plan."""

    file: str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what} should be {self.expected} but is {self.found}"


def require_none(mismatches: Iterable[Mismatch], *, output: str) -> None:
    """Raise if there is any mismatch.

    :raises VerificationFailed: when there is a mismatch. The error names the output, the first mismatch and the number
        of others.
    """
    found = list(mismatches)
    if not found:
        return
    first = found[0]
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    raise VerificationFailed(
        f"output {output}: {first}{more}",
        output=output,
        file=first.file,
        expected=first.expected,
        found=first.found,
        all=[str(mismatch) for mismatch in found[:20]],
    )


def compare_file(name: str, facts: FileFacts, expectation: Expectation) -> Iterator[Mismatch]:
    """Yield the differences between the streams of a file and the planned streams.

    Where the kinds or the order of streams differ, nothing else is compared.
    """
    planned: tuple[ExpectedVideo | ExpectedAudio, ...] = (*expectation.video, *expectation.audio)
    kinds = ["video"] * len(expectation.video) + ["audio"] * len(expectation.audio)
    found = [stream.kind for stream in facts.streams]
    if found != kinds:
        yield Mismatch(file=name, what="streams", expected=", ".join(kinds) or "none", found=", ".join(found) or "none")
        return
    for stream, plan in zip(facts.streams, planned, strict=True):
        if isinstance(plan, ExpectedVideo):
            yield from _video(name, stream, plan)
        else:
            yield from _audio(name, stream, plan)


def _video(name: str, stream: StreamFacts, plan: ExpectedVideo) -> Iterator[Mismatch]:
    yield from _equal(name, "video codec", plan.codec, stream.codec)
    yield from _equal(name, "picture size", f"{plan.width}x{plan.height}", f"{stream.width}x{stream.height}")
    if plan.bit_depth is not None:
        yield from _equal(name, "bit depth", plan.bit_depth, stream.bit_depth)
    yield from _near(
        name, "video duration", plan.duration, stream.duration, _one_frame(stream, plan.frame_rate), more=plan.lead
    )
    if plan.frame_rate is not None:
        yield from _even(name, stream, plan.frame_rate)
    if plan.least_frames is not None and stream.count < plan.least_frames:
        yield Mismatch(file=name, what="frames", expected=f"{plan.least_frames} at least", found=str(stream.count))
    if plan.gop_frames is not None:
        yield from _keyframes(name, stream, plan.gop_frames)


def _one_frame(stream: StreamFacts, rate: Fraction | None) -> float:
    """Return the slack for a video in seconds: one frame, because a cut falls between two frames.

    With uneven frame times, the longest frame counts.
    """
    if rate:
        return float(1 / rate)
    times = (time for time, _ in in_presentation_order(stream, stream.pts))
    longest = max((later - earlier for earlier, later in pairwise(times)), default=0)
    return min(float(longest * stream.time_base), _LONGEST_GAP)


def _even(name: str, stream: StreamFacts, rate: Fraction) -> Iterator[Mismatch]:
    """Yield a mismatch unless every frame lies on the grid of the rate.

    A frame may be off by the one tick that rounding to the container's clock takes.
    """
    step = 1 / (rate * stream.time_base)
    first = min(stream.pts, default=0)
    for number, (time, _) in enumerate(in_presentation_order(stream, stream.pts)):
        # In whole numbers: |time - first - number * step| > 1 tick.
        if abs((time - first) * step.denominator - number * step.numerator) > step.denominator:
            shown, grid = float((time - first) * stream.time_base), float(number / rate)
            yield Mismatch(
                file=name,
                what=f"time of frame {number} at {rate} frames per second",
                expected=f"{grid:.4f} s",
                found=f"{shown:.4f} s",
            )
            return


def _keyframes(name: str, stream: StreamFacts, gop: int) -> Iterator[Mismatch]:
    found = keyframe_numbers(stream)
    planned = list(range(0, stream.count, gop))
    if found != planned:
        wrong = next((pair for pair in zip(found, planned, strict=False) if pair[0] != pair[1]), None)
        number = str(wrong[0]) if wrong else f"{len(found)} in all"
        expected = str(wrong[1]) if wrong else f"{len(planned)} in all"
        yield Mismatch(file=name, what=f"frame numbers of keyframes, one each {gop}", expected=expected, found=number)


def keyframe_numbers(stream: StreamFacts) -> list[int]:
    """Return the numbers of the keyframes in presentation order, from 0."""
    return [number for number, (_, key) in enumerate(in_presentation_order(stream, stream.keyframes)) if key]


def _audio(name: str, stream: StreamFacts, plan: ExpectedAudio) -> Iterator[Mismatch]:
    yield from _equal(name, "audio codec", plan.codec, stream.codec)
    if plan.channels is not None:
        yield from _equal(name, "channels", plan.channels, stream.channels)
    if plan.sample_rate is not None:
        yield from _equal(name, "sample rate", plan.sample_rate, stream.sample_rate)
    if plan.language:
        yield from _equal(name, "language", plan.language, stream.language)
    if plan.title:
        yield from _equal(name, "title", plan.title, stream.title)
    if plan.role != "main":
        yield from _equal(name, "role", plan.role, stream.role)
    slack = audio_slack(stream)
    yield from _near(name, "audio duration", plan.duration, stream.duration, slack, more=plan.lead)
    if plan.gapless and all(stream.lengths):
        # Packets lost in the middle do not move either end.
        heard = stream.duration - float(_silence(stream) * stream.time_base)
        yield from _near(name, "sound in all packets", stream.duration, heard, slack, more=plan.lead)


def _silence(stream: StreamFacts) -> int:
    """Return the ticks in gaps between packets, less the ticks in overlaps of packets.

    One tick is no gap but the rounding of a clock. In Matroska's milliseconds, an AAC packet of 21.3 takes 21. Over a
    minute, that adds up to a second.
    """
    shown = in_presentation_order(stream, stream.lengths)
    gaps = (later - earlier - length for (earlier, length), (later, _) in pairwise(shown))
    return sum(gap for gap in gaps if abs(gap) > 1)


def audio_slack(stream: StreamFacts) -> float:
    """Return the seconds by which audio may differ from its plan.

    The last frame is padded, and one or two frames of priming stand before the audio. In audio without frames, the last
    packet is shorter than the others, and Matroska does not say by how much.
    """
    if samples := 3 * _AUDIO_FRAME.get(stream.codec, 0):
        return max(samples / (stream.sample_rate or 48_000), _SMALLEST_SLACK)
    return max(float(max(stream.lengths, default=0) * stream.time_base), _SMALLEST_SLACK)


def compare_picture(name: str, facts: PictureFacts, plan: ExpectedImage) -> Iterator[Mismatch]:
    """Yield the differences between a still picture and the planned one."""
    yield from _equal(name, "format", plan.format, facts.format)
    yield from _equal(name, "picture size", f"{plan.width}x{plan.height}", f"{facts.width}x{facts.height}")


def compare_animation(name: str, facts: PictureFacts, plan: ExpectedVideo) -> Iterator[Mismatch]:
    """Yield the differences between an animated image and the planned one.

    Encoders merge equal frames into a longer one. Fewer frames are right as long as the duration is. A single frame has
    no duration at all.
    """
    yield from _equal(name, "format", plan.codec, facts.format)
    yield from _equal(name, "picture size", f"{plan.width}x{plan.height}", f"{facts.width}x{facts.height}")
    frame = float(1 / plan.frame_rate) if plan.frame_rate else 0.1
    # GIF counts hundredths of a second: the slack is one frame and one hundredth.
    if facts.frames > 1:
        yield from _near(name, "duration", plan.duration, facts.duration, frame + 0.01)
    if plan.frame_rate and facts.frames > (most := round(plan.duration * plan.frame_rate) + 1):
        yield Mismatch(file=name, what="frames", expected=f"{most} at most", found=str(facts.frames))


def compare_cues(
    name: str, cues: Sequence[Cue], sheets: Mapping[str, tuple[int, int]], count: int
) -> Iterator[Mismatch]:
    """Yield the differences between a sprite's cues and its sheets.

    Each cue must name a rectangle within a sheet that exists.

    :param sheets: width and height in pixels by file name, relative to the WebVTT file.
    :param count: number of planned cells.
    """
    yield from _equal(name, "cues", count, len(cues))
    for number, cue in enumerate(cues):
        size = sheets.get(cue.sheet)
        if size is None:
            yield Mismatch(
                file=name, what=f"sheet of cue {number}", expected=f"one of {', '.join(sheets)}", found=cue.sheet
            )
        elif cue.x + cue.width > size[0] or cue.y + cue.height > size[1]:
            cell = f"{cue.width}x{cue.height} at {cue.x},{cue.y}"
            yield Mismatch(file=name, what=f"cell of cue {number}", expected=f"within {size[0]}x{size[1]}", found=cell)
    for sheet in sheets.keys() - {cue.sheet for cue in cues}:
        yield Mismatch(file=name, what=f"cues on {sheet}", expected="one at least", found="none")


def _equal(file: str, what: str, expected: object, found: object) -> Iterator[Mismatch]:
    if expected != found:
        yield Mismatch(file=file, what=what, expected=str(expected), found=str(found))


def _near(
    file: str, what: str, expected: float, found: float, slack: float, *, more: float = 0.0
) -> Iterator[Mismatch]:
    # A millisecond more: some containers give planned times with three decimals.
    if not expected - slack - 0.001 <= found <= expected + more + slack + 0.001:
        yield Mismatch(
            file=file, what=what, expected=f"{expected:.3f} s (within {slack:.3f} s)", found=f"{found:.3f} s"
        )
