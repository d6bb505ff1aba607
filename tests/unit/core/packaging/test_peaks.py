"""Peaks: read from ffmpeg's levels, written as audiowaveform does, drawn."""

from array import array
from dataclasses import replace

from PIL import Image

from airflow_provider_media.core.packaging.peaks import WaveformFile, columns, draw, peaks_json, read_levels

FILE = WaveformFile(
    levels="a.levels",
    file="a.png",
    format="png",
    seconds=1.0,
    sample_rate=8000,
    channels=1,
    block=100,
    blocks=1,
    width=4,
    height=255,
    color="#ff0000",
    background="transparent",
)
STEREO = replace(FILE, channels=2)


def levels(*blocks):
    """What ffmpeg prints of blocks, each a pair of levels per channel."""
    for number, block in enumerate(blocks):
        yield f"frame:{number}    pts:{number}  pts_time:0\n"
        for channel, (lowest, highest) in enumerate(block, start=1):
            yield f"lavfi.astats.{channel}.Min_level={lowest:f}\n"
            yield f"lavfi.astats.{channel}.Max_level={highest:f}\n"


def test_levels_become_eight_bits_and_stop_at_full_scale():
    peaks = read_levels(levels([(-0.5, 0.25)], [(-2.0, 1.5)], [(0.0, float("nan"))]), FILE)
    assert peaks[0].tolist()[:4] == [-64, 32, -128, 127]
    assert len(peaks[0]) == 6


def test_blocks_of_one_pixel_share_a_pair_of_peaks():
    peaks = read_levels(levels([(-0.5, 0.25)], [(-0.25, 0.5)], [(-0.125, 0.125)]), replace(FILE, blocks=2))
    assert peaks[0].tolist() == [-64, 64, -16, 16]


def test_peaks_json_interleaves_channels_within_each_pixel():
    peaks = read_levels(levels([(-0.5, 0.5), (-0.25, 0.25)], [(0, 0), (-1, 0)]), STEREO)
    assert peaks_json(peaks, STEREO) == {
        "version": 2,
        "channels": 2,
        "sample_rate": 8000,
        "samples_per_pixel": 100,
        "bits": 8,
        "length": 2,
        "data": [-64, 64, -32, 32, 0, 0, -128, 0],
    }


def test_columns_cover_every_peak_whether_fewer_or_more_than_pixels():
    assert columns([-1, 1, -2, 2, -3, 3], 2) == [(-1, 1), (-3, 3)]
    assert columns([-1, 1, -2, 2], 4) == [(-1, 1), (-1, 1), (-2, 2), (-2, 2)]


def test_drawing_shows_positive_samples_above_the_middle(tmp_path):
    draw([array("b", [0, 127, -128, 0, 0, 0, -64, 64])], FILE, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        red = [[y for y in range(255) if image.getpixel((x, y)) == (255, 0, 0, 255)] for x in range(4)]
        clear = image.getpixel((2, 0))
    assert clear[3] == 0
    assert [(min(rows), max(rows)) for rows in red] == [(0, 127), (127, 254), (127, 127), (63, 190)]


def test_drawing_gives_each_channel_a_band(tmp_path):
    draw(
        [array("b", [-128, 127]), array("b", [0, 0])],
        replace(STEREO, height=200, background="#000000"),
        tmp_path / "a.png",
    )
    with Image.open(tmp_path / "a.png") as image:
        red = [y for y in range(200) if image.getpixel((0, y)) == (255, 0, 0, 255)]
    assert red == [*range(100), 149]
