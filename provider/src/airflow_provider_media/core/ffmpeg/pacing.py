"""Filters for the times of frames and samples: frame rates, cuts, frames of snapshots and sprites, and ends.

Options are documented at https://ffmpeg.org/ffmpeg-filters.html.
"""

from __future__ import annotations

from fractions import Fraction

from airflow_provider_media.core.ffmpeg.graph import Stream, apply

_NEAR = 0.002
"""Seconds by which a frame may miss a keyframe's time; two frames hardly ever lie so close together."""


def paced(
    picture: Stream,
    rate: Fraction,
    *,
    seconds: float,
    whole: bool,
    behind: float = 0.0,
    variable: bool = False,
    first: int = 0,
) -> Stream:
    """Bring frames to one exact rate from time 0 on, as a grid of keyframes needs.

    :param seconds: duration of the video.
    :param whole: whether the video is all of the source, and not a part that was cut out.
    :param behind: seconds by which frames of the same rate lie behind the output's steps.
    :param variable: whether the source has a variable frame rate, so that its last frame may last less than a step.
    :param first: number of the first frame; earlier ones are left out.
    """
    if behind:
        # Clock rounding would move frames half-way between two steps to either step: some steps would get two frames,
        # others none.
        picture = apply("setpts", _finely(picture), expr=f"PTS-{behind:.6f}/TB")
    short = seconds * rate < 1
    if short:
        # fps returns no frame for video that lasts less than half a step.
        picture = apply("tpad", picture, stop_mode="clone", stop_duration=f"{float(1 / rate):.6f}")
    # start_time=0 repeats the first frame where video begins later than audio, so that all renditions begin together.
    # eof_action=pass: fps would otherwise drop a last frame that lasts less than half a step.
    begin = f"{float(first / rate):.6f}" if first else 0
    steady = apply("fps", picture, fps=rate, start_time=begin, eof_action="pass" if variable else None)
    if whole and not short:
        return steady
    # A cut ends at the time of the first frame behind it, and fps would repeat the last frame before the cut up to that
    # time.
    return apply("trim", steady, end_frame=max(1, round(seconds * rate)))


def with_keyframe_times(own: Stream, steady: Stream, *, interval: Fraction, end: Fraction, last: Fraction) -> Stream:
    """Return frames at their own times, with one frame exactly at each keyframe's time and at the end.

    :param own: the frames at their own times.
    :param steady: the same video at a constant frame rate that has a frame at each keyframe's time.
    :param interval: seconds between keyframes.
    :param end: seconds at which the video ends.
    :param last: seconds at which its last frame is shown.
    """
    # interleave merges both by time. Frames of ``steady`` get a field order, which no progressive video has, to tell
    # them apart.
    both = apply("interleave", apply("setfield", own, mode="prog"), apply("setfield", steady, mode="tff"), nb_inputs=2)
    is_steady = "eq(interlace_type,TOPFIRST)"
    at_keyframe = f"lt(mod(t+{_NEAR},{float(interval):.9f}),{2 * _NEAR})+lt(abs(t-{float(last):.6f}),{_NEAR})"
    chosen = f"if({is_steady},{at_keyframe},not({at_keyframe})*lt(t,{float(end):.6f}))"
    return apply("setfield", apply("select", both, expr=chosen), mode="prog")


def cut(stream: Stream, start: float, end: float, *, held: float | None = None) -> Stream:
    """Cut out the part of a stream between two times; the part then begins at 0.

    :param held: seconds of video before the part; all their frames move to 0, so that the last of these frames is on
        display there; for video that is brought to a frame rate.
    """
    video = stream.kind == "video"
    early = start - (held or 0.0)
    part = apply("trim" if video else "atrim", stream, start=f"{max(0.0, early):.6f}", end=f"{end:.6f}")
    # Not PTS-STARTPTS: audio that begins later than its video must stay later.
    moved = f"PTS-{start:.6f}/TB"
    if held is not None:
        part = _finely(part)
    return apply("setpts" if video else "asetpts", part, expr=f"max(0,{moved})" if held else moved)


def later(picture: Stream, seconds: float) -> Stream:
    """Move all frames to later times."""
    return apply("setpts", _finely(picture), expr=f"PTS+{seconds:.6f}/TB")


def from_zero(picture: Stream) -> Stream:
    """Move all frames so that the first one is at 0."""
    return apply("setpts", picture, expr="PTS-STARTPTS")


def first_frames(picture: Stream, count: int) -> Stream:
    """Keep the first frames."""
    return apply("trim", picture, end_frame=count)


def since(picture: Stream, start: float) -> Stream:
    """Keep the frames from a time on."""
    return apply("trim", picture, start=f"{start:.6f}")


def _finely(picture: Stream) -> Stream:
    """Count time in microseconds: AVI's clock counts whole frames and cannot express a part of a frame."""
    return apply("settb", picture, expr="AVTB")


def picked(picture: Stream, due: str) -> Stream:
    """Pick the frames at which pictures are due, one frame per picture even where several are due at once.

    :param due: expression for the number of pictures due by a time, rising with time; ``%s`` stands for the seconds.
    """
    # Register 0 holds the number due by this frame, register 1 the number due by the frame before. A frame with a
    # higher number is kept, and its timestamp is the number before it. At one frame per second, fps repeats the frame
    # until the next timestamp.
    step = "st(1,ld(0));st(0,{});{}"
    fresh = apply("select", picture, expr=step.format(due.replace("%s", "t"), "gt(ld(0),ld(1))"))
    stamped = apply("setpts", fresh, expr=step.format(due.replace("%s", "T"), "ld(1)/TB"))
    # The last frame is repeated without end; the output stops at its number of pictures.
    return apply("tpad", apply("fps", stamped, fps=1), stop_mode="clone", stop=-1)


def displayed(picture: Stream, every: Fraction, count: int) -> Stream:
    """Return the ``count`` frames on display at 0, ``every``, twice ``every`` … seconds."""
    # The last frame stays for one more cell's time, because a viewer still sees it where audio goes on. fps ends with
    # the last cell that begins before the input's end, and would put a later frame into no cell.
    lasting = apply("tpad", picture, stop_mode="clone", stop_duration=f"{float(every):.6f}")
    # round=up moves each frame to the next cell's time; a viewer sees the last frame moved there at that time.
    sampled = apply("fps", lasting, fps=1 / every, round="up", start_time=0)
    return held(sampled, count)


def held(picture: Stream, count: int) -> Stream:
    """Return ``count`` frames, and repeat the last frame where there are fewer."""
    return apply("trim", apply("tpad", picture, stop_mode="clone", stop=-1), end_frame=count)


def lengthened(stream: Stream, *, by: int, to: int) -> Stream:
    """Lengthen a stream: repeat the last frame of video, or add silence to audio.

    :param by: frames or samples to add.
    :param to: frames or samples after which the stream ends, however many there are.
    """
    if stream.kind == "video":
        return apply("trim", apply("tpad", stream, stop_mode="clone", stop=by), end_frame=to)
    # pad_len, not whole_len: whole_len would also replace samples that a damaged source has lost, and nobody would find
    # out.
    return apply("atrim", apply("apad", stream, pad_len=by), end_sample=to)
