"""Requests of Tencent's media processing service become outputs of ours, or are refused by name."""

from pathlib import Path

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.workflows.mps import PICTURES, TRANSCODES, location_of, outputs_of, source_of
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets

COS = {"Type": "COS", "CosInputInfo": {"Bucket": "in-125", "Region": "ap-guangzhou", "Object": "/movie/a b.mov"}}
S3 = {"Type": "AWS-S3", "S3InputInfo": {"S3Bucket": "in", "S3Region": "eu-west-1", "S3Object": "movie/a.mov"}}
URL = {"Type": "URL", "UrlInputInfo": {"Url": "https://host/a.mov"}}
OUT = {"Type": "COS", "CosOutputStorage": {"Bucket": "out-125", "Region": "ap-guangzhou"}}
S3_OUT = {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out", "S3Region": "eu-west-1"}}


def asked(**tasks):
    return {"InputInfo": COS, "OutputDir": "/made/", "MediaProcessTask": tasks}


@pytest.mark.parametrize(("info", "uri"), [(COS, "s3://in-125/movie/a b.mov"), (S3, "s3://in/movie/a.mov"), (URL, "https://host/a.mov")])
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
    tasks = {name: [{"Definition": number, **more.get(name, {})} for number in known] for name, known in PICTURES.items()}
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
    one = outputs_of(asked(TranscodeTaskSet=[{"Definition": 10, "StartTimeOffset": 1.5, "EndTimeOffset": -2}]))["transcode_1"]
    assert one["trim"] == {"start": "1.5s", "end": "-2s"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"MediaProcessTask": {}, "InputInfo": COS}, "asks for nothing"),
        ({"InputInfo": COS}, "MediaProcessTask is needed"),
        (asked(AdaptiveDynamicStreamingTaskSet=[{"Definition": 10}]), "AdaptiveDynamicStreamingTaskSet is not there"),
        (asked(TranscodeTaskSet=[{"Definition": 210}]), "no template 210"),
        (asked(TranscodeTaskSet=[{"Definition": 10, "WatermarkSet": []}]), "WatermarkSet is not there"),
        (asked(TranscodeTaskSet=[{"Definition": 10, "OutputObjectPath": "/elsewhere/a.{format}"}]), "is not below OutputDir"),
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
        ({"InputInfo": URL}, "OutputStorage is needed"),
        ({"InputInfo": COS, "OutputDir": "made/"}, "must begin and end with /"),
        ({}, "InputInfo is needed"),
    ],
)
def test_a_place_that_is_none_is_refused_by_name(wrong, words):
    with pytest.raises(ConfigurationError, match=words):
        location_of(wrong)
