"""Waveforms: ffmpeg measures the levels of short blocks of audio; picture and peaks are made of these levels."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Output, Stream, apply, options
from airflow_provider_media.core.media.expectation import Expectation, ExpectedData
from airflow_provider_media.core.media.info import AudioStream, MediaInfo
from airflow_provider_media.core.outputs.waveform import WaveformSpec
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.peaks import WaveformFile, draw, peaks_head, peaks_json, read_levels
from airflow_provider_media.core.planning import cost, soundtracks
from airflow_provider_media.core.planning.decode_needs import span_cost
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.names import NamedOutput, Naming
from airflow_provider_media.core.planning.output_kind import DecodeNeed
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan, PlannedArtifact
from airflow_provider_media.core.planning.timing import Span, span_of, stream_seconds
from airflow_provider_media.core.plans import Artifact, PostProcessing
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.verification.pictures import picture

LARGEST_BLOCK = 65_536
"""Most samples per block: ffmpeg holds a whole block in memory."""
SLACK_SECONDS = 0.1
"""Difference of durations that is no error: packets of the longest usual codec, and the rounding of a container."""


def waveform_keys(naming: Naming, output: NamedOutput, spec: WaveformSpec) -> list[str]:
    """Return the keys of a waveform's files."""
    return [naming.file(output, form, Size(spec.width, spec.height)) for form in dict.fromkeys(spec.files)]


def waveform_need(output: OutputContext, spec: WaveformSpec) -> DecodeNeed:
    """Return the need of a waveform: no video, and only its span of the audio."""
    span = span_of(output.media, spec.start, spec.end)
    partial_span = span if span and not span.whole else None
    return DecodeNeed(decodes_all=False, seek_cost=span_cost(output, partial_span) if partial_span else None)


def waveform(output: OutputContext, spec: WaveformSpec) -> OutputPlan:
    """Plan the waveform of one audio track."""
    planned = partial(OutputPlan, output=output.name, required=spec.required)
    track, span = _track(output.media, spec.track), span_of(output.media, spec.start, spec.end)
    if track is None:
        count = len(output.media.audio)
        reason = f"the source has no audio track {spec.track}: it has {count}" if count else "the source has no sound"
        return planned(left_out=(output.missing(reason),))
    if span is None or not stream_seconds(output.media, track, span):
        return planned(left_out=(output.missing("the audio track has nothing between start and end"),))
    files = [_file(output, spec, track, span, form) for form in dict.fromkeys(spec.files)]
    measured = Output("-", (_measured(output, track, span, files[0]),), options(f="null"))
    name = NamedOutput(name=output.name, path=spec.path, preset=spec.preset)
    return planned(artifacts=tuple(_planned(output, name, span, file, measured) for file in files))


def _track(media: MediaInfo, number: int | None) -> AudioStream | None:
    if number is None:
        return media.main_audio
    return media.audio[number - 1] if number <= len(media.audio) else None


def _file(output: OutputContext, spec: WaveformSpec, track: AudioStream, span: Span, form: str) -> WaveformFile:
    seconds = stream_seconds(output.media, track, span)
    # Rounded down: each pixel of the picture gets at least one pair of peaks.
    samples = math.floor(seconds * track.sample_rate / spec.width)
    blocks = max(1, math.ceil(samples / LARGEST_BLOCK))
    return WaveformFile(
        levels=f"{output.name}.levels",
        file=f"{output.name}.{form}",
        format=form,
        seconds=round(seconds, 6),
        sample_rate=track.sample_rate,
        channels=_channels(track) if spec.split_channels else 1,
        block=max(1, samples // blocks),
        blocks=blocks,
        width=spec.width,
        height=spec.height,
        color=spec.color,
        background=spec.background,
    )


def _channels(track: AudioStream) -> int:
    return 2 if soundtracks.downmix(track) else min(track.channels, soundtracks.MOST_CHANNELS)


def _measured(output: OutputContext, track: AudioStream, span: Span, file: WaveformFile) -> Stream:
    """Return the audio, whose levels are written to a file as it passes."""
    count = _channels(track)
    sound = filters.conformed(
        output.reader.sound(track, span),
        sample_rate=file.sample_rate,
        channels=count,
        downmix=soundtracks.downmix(track),
    )
    if file.channels < count:
        # The mean, as audiowaveform mixes: ffmpeg's own mix of floats is louder, and would be cut off at full scale.
        sound = apply(
            "pan", sound, args="mono|c0=" + "+".join(f"{1 / count:.6f}*c{channel}" for channel in range(count))
        )
    floats = apply("aformat", sound, sample_fmts="fltp")  # astats gives levels of integers in their own range
    blocks = apply("asetnsamples", floats, nb_out_samples=file.block, pad=0)  # pad=0: the last block is not filled up
    levels = apply(
        "astats",
        blocks,
        metadata=1,
        reset=1,  # each block by itself
        measure_perchannel="Min_level+Max_level",  # all other statistics would cost as much as decoding
        measure_overall="none",
    )
    return apply("ametadata", levels, mode="print", file=file.levels)


def _planned(
    output: OutputContext, name: NamedOutput, span: Span, file: WaveformFile, ffmpeg: Output
) -> PlannedArtifact:
    settings = to_json(file)
    return PlannedArtifact(
        label=output.name,
        artifact=Artifact(
            output=output.name,
            file=file.file,
            key=output.context.naming.file(name, file.format, Size(file.width, file.height)),
            expect=Expectation(data=ExpectedData(kind="waveform", facts=settings)),
        ),
        outputs=(ffmpeg,),
        post_processing=PostProcessing(kind="waveform", settings=settings),
        cost=cost.SOUND * span.seconds,
        seconds=span.seconds,
    )


def write_waveform(directory: Path, settings: Mapping[str, Any]) -> None:
    """Write one file of a waveform.

    :raises VerificationFailed: when ffmpeg measured more or less audio than was planned.
    """
    file = from_json(WaveformFile, settings)
    with (directory / file.levels).open(encoding="utf-8") as lines:
        peaks = read_levels(lines, file)
    _require_duration(file, len(peaks[0]) // 2)
    if file.format == "png":
        draw(peaks, file, directory / file.file)
    else:
        (directory / file.file).write_text(json.dumps(peaks_json(peaks, file), separators=(",", ":")), encoding="utf-8")


def verify_waveform(path: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of one file of a waveform.

    :raises VerificationFailed: when the file differs from its plan.
    """
    file = from_json(WaveformFile, facts)
    return _verify_picture(path, file) if file.format == "png" else _verify_peaks(path, file)


def _verify_picture(path: Path, file: WaveformFile) -> dict[str, Any]:
    found = picture(path)
    _require(path, "picture", ("png", file.width, file.height), (found.format, found.width, found.height))
    return {"width": found.width, "height": found.height, "codecs": [found.format], "content": "waveform"}


def _verify_peaks(path: Path, file: WaveformFile) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        data, length, head = (
            array("b", found["data"]),
            int(found["length"]),
            {name: found[name] for name in peaks_head(file)},
        )
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise VerificationFailed(f"{path.name} holds no peaks: {error!r}", file=path.name) from error
    _require(path, "head", peaks_head(file), head)
    _require(path, "number of values", 2 * length * file.channels, len(data))
    if not all(lowest <= highest for lowest, highest in zip(data[::2], data[1::2], strict=True)):
        raise VerificationFailed(f"{path.name} has peaks that are out of order", file=path.name)
    return {
        "duration": round(_require_duration(file, length), 3),
        "channels": file.channels,
        "sample_rate": file.sample_rate,
        "peaks": length,
    }


def _require(path: Path, what: str, expected: object, found: object) -> None:
    if found != expected:
        detail = {"file": path.name, "expected": str(expected), "found": str(found)}
        raise VerificationFailed(f"{path.name}: {what} should be {expected} but is {found}", **detail)


def _require_duration(file: WaveformFile, length: int) -> float:
    """Return the seconds of a number of peaks, of which the last may hold less audio than the others."""
    pixel = file.samples_per_pixel / file.sample_rate
    if not length or abs(length * pixel - file.seconds) > SLACK_SECONDS + pixel:
        found = f"{length * pixel:.3f} s"
        raise VerificationFailed(
            f"{file.file}: duration should be {file.seconds:.3f} s but is {found}",
            file=file.file,
            expected=f"{file.seconds:.3f} s",
            found=found,
        )
    return min(length * pixel, file.seconds)
