"""Filters for the times of frames and samples: frame rates, cuts, the frames that pictures are made of, and ends.

Options are documented at https://ffmpeg.org/ffmpeg-filters.html.
"""

from __future__ import annotations

from fractions import Fraction

from airflow_provider_media.core.ffmpeg.graph import Stream, apply

_NEAR = 0.002
"""Seconds within which a frame counts as on time for a keyframe; frames hardly ever come so close to each other."""


def paced(picture: Stream, rate: Fraction, *, seconds: float, whole: bool, behind: float = 0.0, variable: bool = False) -> Stream:
    """Frames at one exact rate from time 0 on: what a grid of keyframes needs.

    :param seconds: how long the picture lasts.
    :param whole: whether it is all of the source, and not a part that was cut out.
    :param behind: seconds by which frames of the same rate lie behind the steps.
    :param variable: whether the source has a variable frame rate, so that its last frame may be shown for less than a step.
    """
    if behind:
        # Frames half-way between two steps would fall to either by the rounding of their clock: some twice, and others not at all.
        picture = apply("setpts", _finely(picture), expr=f"PTS-{behind:.6f}/TB")
    short = seconds * rate < 1
    if short:
        # fps makes nothing of a picture that lasts for less than half of its frames' time.
        picture = apply("tpad", picture, stop_mode="clone", stop_duration=f"{float(1 / rate):.6f}")
    # start_time=0 holds the first frame where the picture begins later than the sound, so that all renditions begin together.
    # eof_action=pass: else the last frame would be lost where it is shown for less than half a step.
    steady = apply("fps", picture, fps=rate, start_time=0, eof_action="pass" if variable else None)
    if whole and not short:
        return steady
    # The end of a cut is told as the time of the first frame behind it, up to which fps would hold the last one before it.
    return apply("trim", steady, end_frame=max(1, round(seconds * rate)))


def with_keyframe_times(own: Stream, steady: Stream, *, interval: Fraction, end: Fraction, last: Fraction) -> Stream:
    """Frames at their own times, and one more exactly at each keyframe's time and at the end.

    :param own: the frames as they come.
    :param steady: the same video at a constant frame rate that has a frame at each keyframe's time.
    :param interval: seconds between keyframes.
    :param end: seconds at which the video ends.
    :param last: seconds at which its last frame is shown.
    """
    # interleave merges both by time; a field order that no progressive video has tells them apart afterwards.
    both = apply("interleave", apply("setfield", own, mode="prog"), apply("setfield", steady, mode="tff"), nb_inputs=2)
    is_steady = "eq(interlace_type,TOPFIRST)"
    at_keyframe = f"lt(mod(t+{_NEAR},{float(interval):.9f}),{2 * _NEAR})+lt(abs(t-{float(last):.6f}),{_NEAR})"
    chosen = f"if({is_steady},{at_keyframe},not({at_keyframe})*lt(t,{float(end):.6f}))"
    return apply("setfield", apply("select", both, expr=chosen), mode="prog")


def cut(stream: Stream, start: float, end: float, *, held: float | None = None) -> Stream:
    """The part of a stream between two times, which begins at 0 then.

    :param held: seconds of what comes before, all of which is moved to 0, so that the last frame of it is on display there; for pictures
        that are brought to a rate.
    """
    video = stream.kind == "video"
    early = start - (held or 0.0)
    part = apply("trim" if video else "atrim", stream, start=f"{max(0.0, early):.6f}", end=f"{end:.6f}")
    # Not PTS-STARTPTS: a sound that begins later than the picture must stay later.
    moved = f"PTS-{start:.6f}/TB"
    if held is not None:
        part = _finely(part)
    return apply("setpts" if video else "asetpts", part, expr=f"max(0,{moved})" if held else moved)


def since(picture: Stream, start: float) -> Stream:
    """The frames from a time on."""
    return apply("trim", picture, start=f"{start:.6f}")


def _finely(picture: Stream) -> Stream:
    """Frame times in microseconds: AVI counts whole frames, of which no part can be taken away."""
    return apply("settb", picture, expr="AVTB")


def picked(picture: Stream, due: str) -> Stream:
    """The frames at which pictures are due, one frame per picture even where several are due at once.

    :param due: expression for how many pictures are due by a time, which rises with it; ``%s`` stands for the time in seconds.
    """
    # Register 0 holds how many were due by the frame, register 1 by the one before. A frame at which more are due than before is
    # kept and stamped with the number of those before; at one frame per second it is then repeated until the next one's stamp.
    step = "st(1,ld(0));st(0,{});{}"
    fresh = apply("select", picture, expr=step.format(due.replace("%s", "t"), "gt(ld(0),ld(1))"))
    stamped = apply("setpts", fresh, expr=step.format(due.replace("%s", "T"), "ld(1)/TB"))
    # The last frame is repeated without end; the output stops at its number of pictures.
    return apply("tpad", apply("fps", stamped, fps=1), stop_mode="clone", stop=-1)


def displayed(picture: Stream, every: Fraction, count: int) -> Stream:
    """The frames on display at 0, ``every``, twice ``every`` … seconds, so many of them."""
    # The last frame stays for another cell's time: where sound goes on, that is the one that a viewer still sees. fps ends with the last
    # cell that begins before its input does, and would leave a later frame to none.
    lasting = apply("tpad", picture, stop_mode="clone", stop_duration=f"{float(every):.6f}")
    # round=up moves each frame to the next cell's time, and the last one moved there is the one that a viewer sees at that time.
    sampled = apply("fps", lasting, fps=1 / every, round="up", start_time=0)
    return held(sampled, count)


def held(picture: Stream, count: int) -> Stream:
    """So many frames, the last one again and again where there are fewer."""
    return apply("trim", apply("tpad", picture, stop_mode="clone", stop=-1), end_frame=count)


def lengthened(stream: Stream, *, by: int, to: int) -> Stream:
    """A stream with its last frame held, or silence, at its end.

    :param by: frames or samples to add.
    :param to: frames or samples after which it ends, however many there are.
    """
    if stream.kind == "video":
        return apply("trim", apply("tpad", stream, stop_mode="clone", stop=by), end_frame=to)
    # pad_len, not whole_len: that would also replace what a damaged source has lost, and nobody would find out.
    return apply("atrim", apply("apad", stream, pad_len=by), end_sample=to)
