"""From ffprobe's answers to MediaInfo."""

from fractions import Fraction

import pytest

from airflow_provider_media.core.media.ffprobe import PacketScan, parse
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.serde import from_json, to_json

VIDEO = {
    "index": 0,
    "codec_name": "h264",
    "codec_type": "video",
    "width": 1920,
    "height": 1080,
    "pix_fmt": "yuv420p",
    "field_order": "progressive",
    "time_base": "1/12800",
    "r_frame_rate": "25/1",
    "avg_frame_rate": "25/1",
    "sample_aspect_ratio": "1:1",
}
AUDIO = {
    "index": 1,
    "codec_name": "aac",
    "codec_type": "audio",
    "channels": 2,
    "sample_rate": "48000",
    "time_base": "1/48000",
}
FRAMES = tuple(f"0|{n * 512}|{n * 512}|512|1000|{'K__' if n % 5 == 0 else '___'}|" for n in range(25))
SOUND = tuple(f"1|{n * 1024}|{n * 1024}|1024|100|K__|" for n in range(47))


def info(*streams, lines=(*FRAMES, *SOUND), header=None) -> MediaInfo:
    data = {"format": {"format_name": "mov,mp4", **(header or {})}, "streams": list(streams or (VIDEO, AUDIO))}
    scan = PacketScan.of(data)
    for line in lines:
        scan.read(line)
    return parse(data, scan, size=100_000)


def video(**facts):
    return info({**VIDEO, **facts}).video[0]


def test_lengths_counts_and_rates_come_from_packets():
    found = info()
    assert found.duration == pytest.approx(47 * 1024 / 48000)
    assert (found.video[0].frame_count, found.video[0].duration, found.video[0].last_frame_start) == (25, 1.0, 0.96)
    assert found.video[0].keyframe_interval == pytest.approx(0.2)
    assert found.video[0].bit_rate == 200_000
    assert found.bit_rate == round(800_000 / found.duration)


def test_what_was_found_survives_json():
    assert from_json(MediaInfo, to_json(info())) == info()


@pytest.mark.parametrize(
    ("counter_clockwise", "clockwise"),
    [(0, 0), (-90, 90), (90, 270), (180, 180), (-180, 180), (-270, 270), (-88.5, 90)],
)
def test_rotation_is_the_clockwise_turn_of_a_player(counter_clockwise, clockwise):
    assert (
        video(side_data_list=[{"side_data_type": "Display Matrix", "rotation": counter_clockwise}]).rotation
        == clockwise
    )


def test_display_size_of_rotated_video_swaps_width_and_height():
    turned = video(side_data_list=[{"rotation": -90}], sample_aspect_ratio="2:1")
    assert (turned.display_width, turned.display_height) == (1080, 3840)


@pytest.mark.parametrize(
    ("stated", "ratio"), [("16:11", Fraction(16, 11)), ("0:1", Fraction(1)), ("N/A", Fraction(1)), ("1:0", Fraction(1))]
)
def test_an_unset_sample_aspect_ratio_is_square(stated, ratio):
    assert video(sample_aspect_ratio=stated).sample_aspect_ratio == ratio


@pytest.mark.parametrize(
    ("stated", "order"),
    [
        ("tt", "top_first"),
        ("bb", "bottom_first"),
        ("progressive", "progressive"),
        ("unknown", "unknown"),
        ("tb", "unknown"),
        ("bt", "unknown"),
    ],
)
def test_field_order_is_taken_from_header_where_trustworthy(stated, order):
    assert video(field_order=stated).field_order == order


@pytest.mark.parametrize(
    ("pixel_format", "depth", "alpha"),
    [
        ("yuv420p", 8, False),
        ("yuvj420p", 8, False),
        ("nv12", 8, False),
        ("yuv420p10le", 10, False),
        ("p010le", 10, False),
        ("yuva444p12le", 12, True),
        ("gbrp10le", 10, False),
        ("rgb48be", 16, False),
        ("gray16le", 16, False),
        ("bgra", 8, True),
        ("yuv411p", 8, False),
    ],
)
def test_bit_depth_and_alpha_are_in_the_pixel_format(pixel_format, depth, alpha):
    found = video(pix_fmt=pixel_format)
    assert (found.bit_depth, found.alpha) == (depth, alpha)


def test_vp9_keeps_its_alpha_beside_the_picture():
    assert video(tags={"ALPHA_MODE": "1"}).alpha


@pytest.mark.parametrize(
    ("facts", "dynamic_range"),
    [
        ({"color_transfer": "smpte2084"}, "hdr10"),
        ({"color_transfer": "arib-std-b67"}, "hlg"),
        ({"color_transfer": "bt709"}, "sdr"),
        (
            {"color_transfer": "smpte2084", "side_data_list": [{"side_data_type": "DOVI configuration record"}]},
            "dolby_vision",
        ),
    ],
)
def test_dynamic_range_follows_transfer_function_and_dolby_vision_metadata(facts, dynamic_range):
    assert video(**facts).dynamic_range == dynamic_range


def test_a_cover_picture_is_no_video():
    cover = {**VIDEO, "index": 2, "codec_name": "mjpeg", "disposition": {"attached_pic": 1}}
    found = info(AUDIO, cover)
    assert (found.video, found.attached_pictures) == ((), (2,))


def test_a_stream_without_packets_is_left_out_and_named():
    found = info(lines=SOUND)
    assert found.video == ()
    assert found.warnings == ("stream 0 (video) holds nothing that can be played and is left out",)


def test_what_a_matroska_file_lets_nobody_hear_is_not_counted():
    sound = {**AUDIO, "time_base": "1/1000", "start_time": "0.000000"}
    found = info(sound, lines=("1|-21|-21|21|210|K__|", "1|0|0|1000|280|K__|"))
    assert (found.start, found.duration) == (0.0, 1.0)


def test_matroska_duration_tag_as_stream_end_becomes_header_duration():
    found = video(tags={"DURATION": "00:01:02.500000000"}, start_time="1.5")
    assert video(tags={"DURATION": "00:01:02.500000000"}, start_time="1.5", duration="63.100000") == found
    assert found.header_duration == 61.0


def test_frames_without_presentation_time_use_decoding_time():
    found = info(VIDEO, lines=[f"0|N/A|{n * 512}|512|1000|K__" for n in range(25)])
    assert (found.video[0].frame_count, found.video[0].frame_rate) == (25, 25)


def test_lines_that_are_no_packets_are_passed_over():
    assert info(lines=(*FRAMES, *SOUND, "", "garbage", "0|N/A|N/A|512|10|K__|", "7|0|0|1|1|K__|")) == info()


def test_a_strangers_tags_are_short_and_on_one_line():
    found = info(header={"tags": {"title": "a\nb\x00c", "comment": "x" * 9999}})
    assert dict(found.tags)["title"] == "a b c"
    assert len(dict(found.tags)["comment"]) == 200


@pytest.mark.parametrize(("stated", "language"), [("eng", "eng"), ("pt-BR", "pt-BR"), ("und", ""), ("../../x", "")])
def test_a_language_is_a_language_tag_or_nothing(stated, language):
    assert info({**AUDIO, "tags": {"language": stated}}, lines=SOUND).audio[0].language == language


def test_title_disposition_and_role_of_a_track_are_told():
    described = {
        **AUDIO,
        "tags": {"title": "Audio description", "language": "eng"},
        "disposition": {"default": 1, "visual_impaired": 1, "dub": 0},
    }
    (track,) = info(described, lines=SOUND).audio
    assert (track.title, track.disposition, track.role) == (
        "Audio description",
        ("default", "visual_impaired"),
        "audio_description",
    )
    assert (track.default, track.language) == (True, "eng")


@pytest.mark.parametrize(
    ("tags", "title", "role"),
    [
        ({"name": "Commentary"}, "Commentary", "commentary"),
        ({"handler_name": "SoundHandler"}, "", "main"),
        ({"handler_name": "Audio Description"}, "Audio Description", "audio_description"),
        ({"handler_name": "SoundHandler", "title": "Stereo"}, "Stereo", "main"),
    ],
)
def test_track_title_is_name_given_by_people_not_by_tool(tags, title, role):
    (track,) = info({**AUDIO, "tags": tags}, lines=SOUND).audio
    assert (track.title, track.role) == (title, role)


def test_subtitles_tell_their_title_and_role():
    captions = {
        "index": 2,
        "codec_name": "subrip",
        "codec_type": "subtitle",
        "tags": {"title": "SDH"},
        "disposition": {"forced": 1},
    }
    (track,) = info(VIDEO, AUDIO, captions).subtitles
    assert (track.title, track.role, track.forced) == ("SDH", "hearing_impaired", True)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"codec_name": "scte_35", "codec_tag_string": "[134][0][0][0]"}, "scte_35"),
        ({"codec_name": "bin_data", "codec_tag_string": "gpmd"}, "gpmd"),
        ({"codec_tag_string": "[6][0][0][0]"}, "data"),
    ],
)
def test_a_data_stream_is_named_by_what_it_holds(facts, name):
    assert info(VIDEO, AUDIO, {"index": 2, "codec_type": "data", **facts}).data_streams == (name,)


def test_chapters_data_streams_and_attachments_are_told():
    def of(kind, **facts):
        return {"index": 9, "codec_type": kind, **facts}

    streams = [
        VIDEO,
        AUDIO,
        of("data", codec_tag_string="tmcd"),
        of("data", codec_tag_string="text"),
        of("attachment"),
        of("attachment"),
    ]
    data = {"format": {"format_name": "mov,mp4"}, "streams": streams, "chapters": [{"id": 0}, {"id": 1}]}
    found = parse(data, PacketScan.of(data), size=1)
    assert (found.chapters, found.data_streams, found.attachments) == (2, ("tmcd",), 2)
    without = parse({**data, "chapters": []}, PacketScan.of(data), size=1)
    assert (without.chapters, without.data_streams) == (0, ("tmcd", "text"))
