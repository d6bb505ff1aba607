"""Requests of Tencent's media processing service become outputs of ours, or are refused by name."""

from fractions import Fraction
from pathlib import Path

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.workflows.mps import LADDERS, PICTURES, TRANSCODES, location_of, outputs_of, source_of
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets

COS = {"Type": "COS", "CosInputInfo": {"Bucket": "in-125", "Region": "ap-guangzhou", "Object": "/movie/a b.mov"}}
S3 = {"Type": "AWS-S3", "S3InputInfo": {"S3Bucket": "in", "S3Region": "eu-west-1", "S3Object": "movie/a.mov"}}
URL = {"Type": "URL", "UrlInputInfo": {"Url": "https://host/a.mov"}}
OUT = {"Type": "COS", "CosOutputStorage": {"Bucket": "out-125", "Region": "ap-guangzhou"}}
S3_OUT = {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out", "S3Region": "eu-west-1"}}


def asked(**tasks):
    return {"InputInfo": COS, "OutputDir": "/made/", "MediaProcessTask": tasks}


@pytest.mark.parametrize(
    ("info", "uri"), [(COS, "s3://in-125/movie/a b.mov"), (S3, "s3://in/movie/a.mov"), (URL, "https://host/a.mov")]
)
def test_a_source_is_an_object_or_an_address(info, uri):
    assert source_of({"InputInfo": info}) == uri


@pytest.mark.parametrize(
    ("request_", "location"),
    [
        ({"InputInfo": COS}, "s3://in-125/movie/"),
        ({"InputInfo": COS, "OutputDir": "/made/"}, "s3://in-125/made/"),
        ({"InputInfo": COS, "OutputStorage": OUT, "OutputDir": "/made/"}, "s3://out-125/made/"),
        ({"InputInfo": URL, "OutputStorage": S3_OUT}, "s3://out/"),
        ({"InputInfo": COS, "OutputStorage": {"Type": "COS"}, "OutputDir": "/made/"}, "s3://in-125/made/"),
    ],
)
def test_outputs_go_where_the_request_says_or_beside_the_source(request_, location):
    assert location_of(request_) == location


@pytest.mark.parametrize("definition", TRANSCODES)
def test_every_template_of_a_transcode_is_a_valid_output(definition):
    outputs = outputs_of(asked(TranscodeTaskSet=[{"Definition": definition}]))
    built = build_workflow({"name": "x", "outputs": outputs}, load_presets(Path("/nonexistent")))
    assert list(built.outputs) == ["transcode_1"]


def test_every_template_of_pictures_is_a_valid_output():
    more = {
        "SnapshotByTimeOffsetTaskSet": {"ExtTimeOffsetSet": ["3.5s", "10%"]},
        "AnimatedGraphicTaskSet": {"StartTimeOffset": 0, "EndTimeOffset": 3},
    }
    tasks = {
        name: [{"Definition": number, **more.get(name, {})} for number in known] for name, known in PICTURES.items()
    }
    outputs = outputs_of(asked(**tasks))
    built = build_workflow({"name": "x", "outputs": outputs}, load_presets(Path("/nonexistent")))
    assert len(built.outputs) == 5


def test_names_are_the_services_own_and_may_be_given():
    outputs = outputs_of(
        asked(
            TranscodeTaskSet=[
                {"Definition": 20},
                {"Definition": 30, "OutputObjectPath": "/made/hd/{inputName}.{format}"},
                {"Definition": 30, "OutputObjectPath": "hd/{inputName}_{definition}"},
            ],
            SampleSnapshotTaskSet=[{"Definition": 10}],
        )
    )
    assert [output["path"] for output in outputs.values()] == [
        "{input_name}_transcode_20.{format}",
        "hd/{input_name}.{format}",
        "hd/{input_name}_30.{format}",
        "{input_name}_sampleSnapshot_10_{number}.{format}",
    ]


def test_a_part_of_the_source_is_cut_out():
    one = outputs_of(asked(TranscodeTaskSet=[{"Definition": 10, "StartTimeOffset": 1.5, "EndTimeOffset": -2}]))[
        "transcode_1"
    ]
    assert one["trim"] == {"start": "1.5s", "end": "-2s"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"MediaProcessTask": {}, "InputInfo": COS}, "asks for nothing"),
        ({"InputInfo": COS}, "MediaProcessTask is needed"),
        (
            asked(SuperTaskSet=[{"Definition": 10}]),
            r"MediaProcessTask\.SuperTaskSet is not there; there are AdaptiveDynamic",
        ),
        (
            asked(TranscodeTaskSet=[{"Definition": 210}]),
            r"TranscodeTaskSet\[0\]\.Definition is 210: there is no such template",
        ),
        (
            asked(TranscodeTaskSet=[{"Definition": 10}, {"Definition": 10, "BlindWatermark": {}}]),
            r"Set\[1\]\.BlindWatermark is not there",
        ),
        (asked(ImageSpriteTaskSet=[{"Definition": 10, "WatermarkSet": [{}]}]), "WatermarkSet is not there"),
        (asked(TranscodeTaskSet={"Definition": 10}), "TranscodeTaskSet must be a list of objects"),
        (
            asked(TranscodeTaskSet=[{"Definition": 10, "OutputObjectPath": "/elsewhere/a.{format}"}]),
            "is not below OutputDir",
        ),
        (asked(AnimatedGraphicTaskSet=[{"Definition": 20000}]), "StartTimeOffset is needed"),
    ],
)
def test_what_is_not_there_is_refused_by_name(wrong, words):
    with pytest.raises(ConfigurationError, match=words):
        outputs_of(wrong)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"InputInfo": {"Type": "VOD"}}, "Type is 'VOD'"),
        ({"InputInfo": URL}, "OutputStorage needs a bucket"),
        ({"InputInfo": URL, "OutputStorage": {"Type": "COS"}}, "OutputStorage needs a bucket"),
        ({"InputInfo": COS, "OutputStorage": {"Type": "VOD"}}, r"OutputStorage\.Type is 'VOD'; there are COS, AWS-S3"),
        ({"InputInfo": COS, "OutputDir": "made/"}, "must begin and end with /"),
        ({}, "InputInfo is needed"),
    ],
)
def test_a_place_that_is_none_is_refused_by_name(wrong, words):
    with pytest.raises(ConfigurationError, match=words):
        location_of(wrong)


def built(**tasks):
    """The one output that a request asks for, checked like any other."""
    (output,) = build_workflow(
        {"name": "x", "outputs": outputs_of(asked(**tasks))}, load_presets(Path("/nonexistent"))
    ).outputs.values()
    return output


VIDEO = {"Codec": "h264", "Fps": 25, "Bitrate": 800, "Width": 1280, "Height": 720}
AUDIO = {"Codec": "aac", "Bitrate": 96, "SampleRate": 44100}


def raw(video=None, audio=None, **more):
    fields = {
        "Container": "mp4",
        "VideoTemplate": {**VIDEO, **(video or {})},
        "AudioTemplate": {**AUDIO, **(audio or {})},
        **more,
    }
    return [{"Definition": 0, "RawParameter": fields}]


def test_a_transcode_may_be_described_in_the_request():
    spec = built(TranscodeTaskSet=raw())
    assert (spec.container, spec.path) == ("mp4", "{input_name}_transcode_0.{format}")
    video, audio = spec.video, spec.audio
    assert (video.codec, video.width, video.height, video.bitrate, video.max_bitrate) == (
        "h264",
        1280,
        720,
        800_000,
        None,
    )
    assert (video.frame_rate, video.fit, video.orientation, video.gop_seconds) == (25, "pad", "source", 2.0)
    assert (audio.codec, audio.bitrate, audio.sample_rate, audio.channels) == ("aac", 96_000, 44_100, 2)


@pytest.mark.parametrize(
    ("video", "expected"),
    [
        ({"Mode": "CBR"}, {"bitrate": 800_000, "max_bitrate": 800_000}),
        ({"Mode": "VCRF", "Vcrf": 23}, {"bitrate": None, "crf": 23}),
        (
            {"Bitrate": 0, "Fps": 0, "Width": 0, "Height": 0},
            {"bitrate": None, "crf": None, "frame_rate": None, "width": None},
        ),
        ({"Fps": 30000, "FpsDenominator": 1001}, {"frame_rate": Fraction(30000, 1001)}),
        ({"Gop": 100}, {"gop_seconds": 4.0}),
        ({"Gop": 3, "GopUnit": "second", "Fps": 0}, {"gop_seconds": 3.0}),
        ({"FillType": "gauss", "ResolutionAdaptive": "close"}, {"fit": "blur", "orientation": "fixed"}),
        ({"Codec": "libx265", "BitDepth": 10, "VideoProfile": "default"}, {"codec": "h265", "bit_depth": 10}),
    ],
)
def test_what_a_picture_is_to_be_like_is_understood(video, expected):
    settings = built(TranscodeTaskSet=raw(video)).video
    assert {name: getattr(settings, name) for name in expected} == expected


def test_mps_removes_video_or_audio_or_copies_audio():
    assert built(TranscodeTaskSet=raw(RemoveVideo=1)).video == "drop"
    assert built(TranscodeTaskSet=raw(RemoveAudio=1)).audio == "drop"
    assert built(TranscodeTaskSet=raw(audio={"Codec": "copy"})).audio == "copy"
    assert (
        built(
            TranscodeTaskSet=raw(Container="mp3", audio={"Codec": "libmp3lame", "SampleRate": 0, "AudioChannel": 1})
        ).video
        == "drop"
    )


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ([{"Definition": 0}], r"TranscodeTaskSet\[0\]\.RawParameter is needed"),
        (raw(Container="flv"), r"RawParameter\.Container is 'flv'; there are mp4, webm"),
        (raw(TEHDConfig={"Type": "TEHD-100"}), r"RawParameter\.TEHDConfig is not there"),
        (raw({"Codec": "h266"}), r"RawParameter\.VideoTemplate\.Codec is 'h266'; there are h264"),
        (raw({"FillType": "smarttailor"}), r"VideoTemplate\.FillType is 'smarttailor'"),
        (raw({"VideoProfile": "baseline"}), r"VideoTemplate\.VideoProfile is 'baseline'"),
        (raw({"Gop": 50, "Fps": 0}), r"VideoTemplate\.Gop counts frames"),
        (raw({"Bitrate": "800k"}), r"VideoTemplate\.Bitrate is '800k', and must be a number"),
        (raw({"Mode": "VCRF"}), r"VideoTemplate\.Vcrf is needed"),
        (raw({"Mode": "VCRF", "Vcrf": "low"}), r"VideoTemplate\.Vcrf is 'low', and must be a number"),
        (raw(audio={"Codec": "eac3"}), r"AudioTemplate\.Codec is 'eac3'"),
        (raw(RemoveVideo=1, RemoveAudio=1), r"RemoveAudio leaves nothing"),
        (raw(RemoveVideo=2), r"RemoveVideo is 2, and must be 0 or 1"),
    ],
)
def test_mps_unsupported_parameter_refused_with_its_place(task, words):
    with pytest.raises(ConfigurationError, match=words) as refused:
        outputs_of(asked(TranscodeTaskSet=task))
    assert refused.value.code == "configuration_invalid"
    assert str(refused.value.detail["field"]).startswith("MediaProcessTask.TranscodeTaskSet[0].RawParameter")


LOGO = {"Type": "COS", "CosInputInfo": {"Bucket": "in-125", "Region": "ap-guangzhou", "Object": "/logo.png"}}


def marked(image=None, **more):
    fields = {"Type": "image", "ImageTemplate": {"ImageContent": LOGO, **(image or {})}, **more.pop("raw", {})}
    return [{"Definition": 0, "RawParameter": fields, **more}]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("TranscodeTaskSet", {}),
        ("AdaptiveDynamicStreamingTaskSet", {}),
        ("SampleSnapshotTaskSet", {}),
        ("SnapshotByTimeOffsetTaskSet", {"ExtTimeOffsetSet": ["1s"]}),
    ],
)
def test_pictures_are_marked_with_an_image(name, more):
    place = {"CoordinateOrigin": "BottomRight", "XPos": "24px", "YPos": "5%"}
    marks = marked({"Width": "20%", "Height": "0px"}, raw=place, StartTimeOffset=1, EndTimeOffset=-2)
    (mark,) = built(**{name: [{"Definition": 10, **more, "WatermarkSet": marks}]}).watermarks
    assert (mark.image, mark.corner) == ("s3://in-125/logo.png", "bottom_right")
    assert [str(value) for value in (mark.x, mark.y, mark.size, mark.start, mark.end)] == [
        "24px",
        "5%",
        "20%",
        "1s",
        "-2s",
    ]


def test_mps_watermark_without_position_takes_default_position_of_service():
    (mark,) = built(TranscodeTaskSet=[{"Definition": 10, "WatermarkSet": marked()}]).watermarks
    assert (mark.corner, str(mark.x), str(mark.y), str(mark.size), mark.start, mark.end) == (
        "top_left",
        "0px",
        "0px",
        "10%",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ([{"Definition": 1234}], r"WatermarkSet\[0\]\.Definition names a template, and there are none here"),
        ([{"Definition": 0}], r"WatermarkSet\[0\]\.RawParameter is needed"),
        ([*marked(), *marked(TextContent="x")], r"WatermarkSet\[1\]\.TextContent is not there"),
        (marked(SvgContent="<svg/>"), r"SvgContent is not there"),
        (marked({"Height": "40px"}), r"RawParameter\.ImageTemplate\.Height is '40px': images keep their shape"),
        (marked(raw={"CoordinateOrigin": "Middle"}), r"CoordinateOrigin is 'Middle'; there are TopLeft"),
        (marked(raw={"Type": "text"}), r"RawParameter\.Type is 'text'; there are image"),
        (marked() * 11, r"WatermarkSet has 11 entries, and may have 10"),
    ],
)
def test_mps_unsupported_watermark_refused_with_its_place(marks, words):
    with pytest.raises(ConfigurationError, match=words):
        outputs_of(asked(TranscodeTaskSet=[{"Definition": 10, "WatermarkSet": marks}]))


def test_mps_each_streaming_template_is_ladder_in_own_folder():
    for definition in LADDERS:
        spec = built(AdaptiveDynamicStreamingTaskSet=[{"Definition": definition}])
        assert (spec.protocols, spec.frame_rate) == (("hls",), 24)
        assert [rung.short_side for rung in spec.renditions] == [240, 480, 720, 1080, 1440, 2160]
        assert spec.path == f"{{input_name}}_adaptiveDynamicStreaming_{definition}.{{format}}"


def stream(video=None, **more):
    return {"Video": {**VIDEO, **(video or {})}, "Audio": AUDIO, **more}


def streams(*own):
    return [{"Definition": 10, "StdExtStreamInfos": list(own)}]


def test_streams_of_the_request_stand_in_place_of_the_templates():
    spec = built(
        AdaptiveDynamicStreamingTaskSet=streams(
            stream(), stream({"Width": 0, "Height": 360, "Bitrate": 400, "Mode": "CBR"})
        )
    )
    assert [(rung.short_side, rung.bitrate, rung.max_bitrate) for rung in spec.renditions] == [
        (720, 800_000, 1_600_000),
        (360, 400_000, 400_000),
    ]
    assert [(sound.bitrate, sound.channels) for sound in spec.audio] == [(96_000, 2)]
    assert (spec.codec, spec.frame_rate, spec.gop_seconds) == ("h264", 25, None)
    assert built(AdaptiveDynamicStreamingTaskSet=streams(stream(RemoveAudio=1))).audio == ()


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ([{"Definition": 20}], r"AdaptiveDynamicStreamingTaskSet\[0\]\.Definition is 20: there is no such template"),
        ([{"Definition": 10, "DrmInfo": {}}], r"\[0\]\.DrmInfo is not there"),
        (streams(stream(), stream({"Codec": "h265"})), r"differ in Video\.Codec"),
        (streams(stream({"Height": 0})), r"StdExtStreamInfos\[0\]\.Video\.Height is needed"),
        (streams(stream({"Bitrate": 0})), r"Video\.Bitrate is needed in a rung"),
        (streams(stream({"ResolutionAdaptive": "close"})), r"Video\.ResolutionAdaptive is 'close'"),
        (streams(stream({"BitDepth": 10})), r"Video\.BitDepth is not there"),
        (streams(stream(RemoveVideo=1)), r"StdExtStreamInfos\[0\]\.RemoveVideo is 1"),
        (streams(stream(), stream(RemoveAudio=1)), r"removes the sound of some streams"),
        (streams(stream(Audio={"Codec": "mp3"})), r"Audio\.Codec is 'mp3'; there is aac"),
    ],
)
def test_mps_unsupported_stream_refused_with_its_place(task, words):
    with pytest.raises(ConfigurationError, match=words):
        outputs_of(asked(AdaptiveDynamicStreamingTaskSet=task))
