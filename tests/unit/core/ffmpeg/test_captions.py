import pytest

from airflow_provider_media.core.ffmpeg import captions
from airflow_provider_media.core.ffmpeg.captions import holds_captions

ATSC, DVD = b"GA94\x03", b"CC\x01\xf8"
ENVELOPES = {"h264": b"\xb5\x00\x31", "mpeg2": b"\x00\x00\x01\xb2"}
HI = bytes([0xFC, ord("H") | 0x80, ord("I")])
NOTHING, INVALID = bytes([0xFC, 0x80, 0x80]), bytes([0xFA, ord("H"), ord("I")])


def announced(*triplets: bytes, envelope: str = "h264") -> bytes:
    return ENVELOPES[envelope] + ATSC + bytes([0xC0 | len(triplets), 0xFF]) + b"".join(triplets) + b"\xff"


def on_dvd(*triplets: bytes) -> bytes:
    return ENVELOPES["mpeg2"] + DVD + bytes([0x80 | len(triplets) << 1]) + b"".join(triplets)


@pytest.mark.parametrize("message", [announced(NOTHING, HI), announced(HI, envelope="mpeg2"), on_dvd(NOTHING, HI)])
@pytest.mark.parametrize("before", [0, 1, 60, 63, 64, 200])
def test_captions_are_found_wherever_they_lie_in_a_file(tmp_path, monkeypatch, message, before):
    monkeypatch.setattr(captions, "_CHUNK", 64)  # so that messages lie across its end
    (tmp_path / "f").write_bytes(b"x" * before + message + b"y" * 100)
    assert holds_captions(tmp_path / "f")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GA94",
        ATSC + b"\xc1\xff" + HI,
        announced(),
        announced(NOTHING, INVALID) * 100,
        announced(NOTHING) + HI,
        announced(HI)[:-2],
        on_dvd(NOTHING),
        ENVELOPES["h264"] + b"DTG1\x03\xc1\xff" + HI,
        ENVELOPES["mpeg2"] + b"GA94\x06\xc1\xff" + HI,
    ],
)
def test_empty_captions_and_other_user_data_are_none(tmp_path, content):
    (tmp_path / "f").write_bytes(content)
    assert not holds_captions(tmp_path / "f")
