"""Options of hardware encoders, each with its reason.

Sources: https://ffmpeg.org/ffmpeg-codecs.html, ``ffmpeg -h encoder=…``, and how libavcodec chooses the rate control
(``qsvenc.c``, ``vaapi_encode.c``). docs/how-to/hardware.md has the scales of quality, with their sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from airflow_provider_media.core.ffmpeg.encoders import Speed, VideoCodec, VideoEncoding
from airflow_provider_media.core.media.hardware import HardwareEncoder
from airflow_provider_media.core.plans import HardwareEncode

_NVENC: dict[Speed, str] = {
    "fastest": "p1",
    "faster": "p2",
    "fast": "p3",
    "medium": "p4",
    "slow": "p6",
    "slower": "p7",
}
_QSV: dict[Speed, str] = {
    "fastest": "veryfast",
    "faster": "faster",
    "fast": "fast",
    "medium": "medium",
    "slow": "slow",
    "slower": "veryslow",
}
_VAAPI: dict[Speed, int] = {"fastest": 7, "faster": 6, "fast": 5, "medium": 4, "slow": 2, "slower": 1}
"""Levels of Intel's driver, where lower is better; a driver with fewer levels takes its last one."""
_NAMES: dict[VideoCodec, str] = {"h264": "h264", "h265": "hevc", "av1": "av1"}
"""First parts of the names of ffmpeg's hardware encoders."""
_DEVICES: dict[HardwareEncoder, tuple[str, ...]] = {
    # Without a path, ffmpeg takes the first render node that works: a plan does not know its worker's nodes.
    "vaapi": ("-init_hw_device", "vaapi=vaapi", "-filter_hw_device", "vaapi"),
    "qsv": ("-init_hw_device", "qsv=qsv:hw"),  # hw: never Intel's own software encoder
}
_AVERAGE_OF_CEILING = 0.75
"""Share of ``max_bitrate`` around which capped quality may move, where an encoder asks for an average as well."""
_TEST_FRAMES = 10


def device_options(encoders: Iterable[HardwareEncoder]) -> tuple[str, ...]:
    """Return the options of a command that open the devices of encoders, in a fixed order."""
    wanted = set(encoders)
    return tuple(chain.from_iterable(opening for encoder, opening in _DEVICES.items() if encoder in wanted))


def sample_format(encoder: HardwareEncoder, *, ten_bit: bool) -> str | None:
    """Return the pixel format that an encoder takes; None where it takes that of the software encoders."""
    if ten_bit:
        return "p010le"
    return "nv12" if encoder in ("qsv", "vaapi") else None


def needs_upload(encoder: HardwareEncoder) -> bool:
    """Return whether frames have to be uploaded by a filter; the other encoders upload frames themselves."""
    return encoder == "vaapi"


def hardware_options(encoding: VideoEncoding, encoder: HardwareEncoder) -> dict[str, str]:
    """Return the options of one video stream that a hardware encoder makes on an exact grid of keyframes."""
    chosen = {"c:v": f"{_NAMES[encoding.codec]}_{encoder}", "g": str(encoding.gop_frames)}
    if (encoder, encoding.codec) != ("nvenc", "av1"):  # av1_nvenc has no profiles to choose from
        chosen["profile:v"] = _profile(encoding)
    own = {"nvenc": _nvenc, "qsv": _qsv, "vaapi": _vaapi, "videotoolbox": _videotoolbox}[encoder](encoding)
    # Otherwise a device has its own number of B-frames, which differs by generation.
    return chosen | own | ({} if encoding.b_frames else {"bf": "0"})


def hardware_encode(encoding: VideoEncoding, encoder: HardwareEncoder, file: str) -> HardwareEncode:
    """Return how a worker finds out whether its device makes a file."""
    form = sample_format(encoder, ten_bit=encoding.ten_bit)
    filters = [f"format={encoding.pixel_format}", *([f"format={form}"] if form else [])]
    if needs_upload(encoder):
        filters.append("hwupload")
    pairs = [(f"-{name}", value) for name, value in sorted(hardware_options(encoding, encoder).items())]
    return HardwareEncode(
        encoder=encoder,
        file=file,
        test_arguments=(
            *device_options([encoder]),
            *("-f", "lavfi", "-i", "testsrc2=size=256x144:rate=25"),  # no encoder's smallest picture is larger
            *("-vf", ",".join(filters), "-frames:v", str(_TEST_FRAMES)),
            *chain.from_iterable(pairs),
            *("-f", "null", "-"),
        ),
    )


def _profile(encoding: VideoEncoding) -> str:
    if encoding.codec == "h264":
        return "high"
    return "main10" if encoding.codec == "h265" and encoding.ten_bit else "main"


def _nvenc(encoding: VideoEncoding) -> dict[str, str]:
    # b:v 0: otherwise ffmpeg's 2 Mbit/s would cap constant quality. cq 0 would mean "automatic".
    quality = {"cq": str(max(1, encoding.crf or 0)), "b:v": "0"} if encoding.bitrate is None else {}
    return {
        "preset": _NVENC[encoding.speed],
        "tune": "hq",
        "rc": "vbr",
        "no-scenecut": "1",  # no keyframes beside the grid
        "forced-idr": "1",  # a forced I-frame without IDR cannot begin a segment
        **quality,
        **_bitrate(encoding),
    }


def _qsv(encoding: VideoEncoding) -> dict[str, str]:
    own = {
        "preset": _QSV[encoding.speed],
        "flags:v": "+cgop",  # closed GOPs, and exactly as long as asked: every keyframe can begin a segment
        "adaptive_i": "0",  # no keyframes at scene cuts
        "forced_idr": "1",
    }
    if encoding.codec != "av1":
        own["idr_interval"] = "0"  # every I-frame is an IDR frame
    # With global_quality alone ffmpeg chooses ICQ; with a higher ceiling than average, QVBR.
    return own | _quality(encoding, _intel_quality(encoding)) | _bitrate(encoding)


def _vaapi(encoding: VideoEncoding) -> dict[str, str]:
    own = {
        "compression_level": str(_VAAPI[encoding.speed]),
        "idr_interval": "0",  # every I-frame is an IDR frame; VA-API places no I-frames of its own
    }
    if encoding.bitrate is not None:
        return own | {"rc_mode": "VBR"} | _bitrate(encoding)
    if encoding.max_bitrate is not None:
        # Named: otherwise ffmpeg would fall back to quality without a ceiling on drivers that lack it.
        own["rc_mode"] = "QVBR"
        return own | _quality(encoding, _intel_quality(encoding)) | _bitrate(encoding)
    if encoding.codec == "av1":
        # CQP counts AV1's own quantizer index, 0 to 255.
        return own | {"rc_mode": "CQP", "global_quality": str(min(255, max(1, 4 * (encoding.crf or 0))))}
    # rc_mode is left to ffmpeg: ICQ, or CQP on a driver without ICQ; both count as x264 and x265 do.
    return own | _quality(encoding, _intel_quality(encoding))


def _videotoolbox(encoding: VideoEncoding) -> dict[str, str]:
    # Higher is better, from 1 to 100. The line goes through crf 18 -> 75 and 28 -> 53 (H.264), 78 and 58 (H.265).
    best, slope = (114.6, 2.2) if encoding.codec == "h264" else (114.0, 2.0)
    quality = max(1, min(100, round(best - slope * (encoding.crf or 0))))
    return {
        "allow_sw": "0",  # Apple's software encoder is no hardware
        "prio_speed": "1" if encoding.speed in ("fastest", "faster") else "0",  # all that it has of efforts
        "flags:v": "+cgop",  # closed GOPs
        **({"q:v": str(quality)} if encoding.bitrate is None else {}),
        **_bitrate(encoding),
    }


def _intel_quality(encoding: VideoEncoding) -> int:
    """Return the quality from 1 to 51 of Intel's ICQ and QVBR, which count so for every codec."""
    crf = encoding.crf or 0
    return max(1, round(crf * 51 / 63 if encoding.codec == "av1" else crf))


def _quality(encoding: VideoEncoding, quality: int) -> dict[str, str]:
    if encoding.bitrate is not None:
        return {}
    average = {} if encoding.max_bitrate is None else {"b:v": str(round(encoding.max_bitrate * _AVERAGE_OF_CEILING))}
    return {"global_quality": str(quality)} | average


def _bitrate(encoding: VideoEncoding) -> dict[str, str]:
    rate = {} if encoding.bitrate is None else {"b:v": str(encoding.bitrate)}
    if encoding.max_bitrate is not None:
        # A buffer of two seconds, as for software.
        rate |= {"maxrate": str(encoding.max_bitrate), "bufsize": str(2 * encoding.max_bitrate)}
    return rate
