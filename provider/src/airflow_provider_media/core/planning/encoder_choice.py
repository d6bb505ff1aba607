"""Choice of the encoder of a planned output: software, a named hardware encoder, or what the worker has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

from airflow_provider_media.core.ffmpeg import encoders, filters
from airflow_provider_media.core.ffmpeg.encoders import VideoEncoding
from airflow_provider_media.core.ffmpeg.graph import Output, apply, options
from airflow_provider_media.core.ffmpeg.hardware import (
    hardware_encode,
    hardware_options,
    needs_upload,
    sample_format,
)
from airflow_provider_media.core.media.hardware import HARDWARE_ENCODERS, HardwareEncoder
from airflow_provider_media.core.outputs.video import Encoder


class EncoderSettings(Protocol):
    """The part of an output's settings that chooses the encoder."""

    @property
    def encoder(self) -> Encoder:
        """The wanted encoder."""

    @property
    def hardware(self) -> tuple[HardwareEncoder, ...]:
        """Hardware encoders that may make the video."""


def with_encoder(output: Output, encoding: VideoEncoding, wanted: EncoderSettings) -> Output:
    """Return a planned output of software with the wanted encoder, or with alternatives where the worker chooses."""
    made = tuple(_by_hardware(output, encoding, encoder) for encoder in wanted.hardware)
    if wanted.encoder == "auto":
        return replace(output, alternatives=made)
    return made[0] if made else output


def alternatives(outputs: Sequence[Output]) -> list[list[Output]]:
    """Return the outputs of one command once for each hardware encoder that a worker may choose."""
    offers = chain.from_iterable(output.alternatives for output in outputs)
    offered = {each.hardware.encoder for each in offers if each.hardware}
    return [[_on(output, encoder) for output in outputs] for encoder in HARDWARE_ENCODERS if encoder in offered]


def _on(output: Output, encoder: HardwareEncoder) -> Output:
    """Return the output as an encoder makes it; as it is where the encoder is not among its alternatives."""
    offered = (each for each in output.alternatives if each.hardware and each.hardware.encoder == encoder)
    return next(offered, output)


def _by_hardware(output: Output, encoding: VideoEncoding, encoder: HardwareEncoder) -> Output:
    picture, *sound = output.streams
    if form := sample_format(encoder, ten_bit=encoding.ten_bit):
        picture = filters.formatted(picture, form)
    if needs_upload(encoder):
        picture = apply("hwupload", picture)
    software = encoders.video_options(encoding)
    kept = {name: value for name, value in output.options if name not in software}
    return replace(
        output,
        streams=(picture, *sound),
        options=options(**kept, **hardware_options(encoding, encoder)),
        hardware=hardware_encode(encoding, encoder, output.file),
    )
