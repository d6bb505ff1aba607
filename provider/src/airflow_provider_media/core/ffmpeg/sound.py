"""Options of audio encoders, each with its reason.

Sources: https://ffmpeg.org/ffmpeg-codecs.html and the formats' own limits: RFC 6716 §2 (Opus, of which libopus takes
256 kbit/s per channel), ISO/IEC 11172-3 and 13818-3 (MP3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

AudioCodec = Literal["aac", "opus", "mp3", "flac", "vorbis", "pcm"]

PROBED: dict[AudioCodec, str] = {
    "aac": "aac",
    "opus": "opus",
    "mp3": "mp3",
    "flac": "flac",
    "vorbis": "vorbis",
    "pcm": "pcm_s16le",
}
"""ffprobe's names of the codecs."""

_ENCODER: dict[AudioCodec, str] = {
    "aac": "aac",
    "opus": "libopus",
    "mp3": "libmp3lame",
    "flac": "flac",
    "vorbis": "libvorbis",
    "pcm": "pcm_s16le",
}
_LOSSLESS: tuple[AudioCodec, ...] = ("flac", "pcm")
_VORBIS_KILOBITS = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500)
"""Nominal kilobits per second of stereo at qualities 0 to 10.

Source: https://wiki.hydrogenaud.io/index.php?title=Recommended_Ogg_Vorbis.
"""
_OPUS_RATES = (8000, 16000, 24000, 48000)
_MP3_RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioEncoding:
    """Encoding settings of one audio stream, within the limits of its codec."""

    codec: AudioCodec
    bitrate: int
    """Bits per second."""
    channels: int
    sample_rate: int
    """Hertz."""


def encoding_of(codec: AudioCodec, *, bitrate: int | None, channels: int, sample_rate: int | None) -> AudioEncoding:
    """Return an encoding within the limits of the codec.

    :param bitrate: bits per second; 64,000 per channel when absent.
    :param sample_rate: hertz; 48,000 when absent or not supported by the codec.
    """
    rates = {"opus": _OPUS_RATES, "mp3": _MP3_RATES}.get(codec)
    channels = min(channels, 2) if codec == "mp3" else channels
    rate = sample_rate if sample_rate and (rates is None or sample_rate in rates) else 48_000
    most = {"mp3": 320_000, "opus": 256_000 * channels}.get(codec, 512_000)
    return AudioEncoding(
        codec=codec, bitrate=min(bitrate or 64_000 * channels, most), channels=channels, sample_rate=rate
    )


def track_options(encodings: Sequence[AudioEncoding]) -> dict[str, str]:
    """Return the options of one output's audio streams, in their order."""
    if len(set(encodings)) == 1:
        return audio_options(encodings[0])
    numbered: dict[str, str] = {}
    for number, encoding in enumerate(encodings):
        numbered |= {f"{name}:{number}": value for name, value in audio_options(encoding).items()}
    return numbered


def audio_options(encoding: AudioEncoding) -> dict[str, str]:
    """Return the options of one encoding, for all audio streams of an output."""
    own = {"c:a": _ENCODER[encoding.codec]}
    if encoding.codec in _LOSSLESS:
        # Audio decoded from AAC or MP3 has 32 bits; FLAC holds 24 of them, unless experimental features are allowed.
        return own | ({"bits_per_raw_sample:a": "24"} if encoding.codec == "flac" else {})
    if encoding.codec == "vorbis":
        return own | {"q:a": str(vorbis_quality(encoding.bitrate, encoding.channels))}
    # Opus couples channels well only when it knows their layout (RFC 7845 §5.1.1: family 1 is surround).
    surround = {"mapping_family:a": "1"} if encoding.codec == "opus" and encoding.channels > 2 else {}
    return {**own, "b:a": str(encoding.bitrate), **surround}


def vorbis_quality(bitrate: int, channels: int) -> int:
    """Return the quality with the nearest nominal rate.

    libvorbis refuses average rates outside narrow ranges of each sample rate.

    :param bitrate: bits per second of all channels.
    """
    stereo = bitrate / 1000 / channels * 2
    return min(range(len(_VORBIS_KILOBITS)), key=lambda quality: abs(_VORBIS_KILOBITS[quality] - stereo))
