"""Mistakes in workflows are told with place, what is allowed, and the nearest right word."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from airflow_provider_media.core.diagnostics import diagnostics_of
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.outputs import TranscodeSpec, VideoSettings
from airflow_provider_media.core.workflows.document import read_yaml
from airflow_provider_media.core.workflows.parsing import build_workflow, examine, load_workflow, parse_workflow
from airflow_provider_media.core.workflows.presets import builtin_presets

GOLDEN = Path(__file__).parents[3] / "golden" / "diagnostics"
ROOT = Path(__file__).parents[4]


def problems(text: str) -> list[str]:
    with pytest.raises(WorkflowInvalid) as caught:
        parse_workflow(text, "f.yaml")
    return str(caught.value).splitlines()


def problem(output: str) -> str:
    """The one mistake in one output, without its file."""
    (line,) = problems(f"name: one\noutputs:\n  hd: {output}\n")
    return line.split(": ", 1)[1]


def test_parse_misspelt_value_names_place_allowed_values_and_suggestion():
    text = "name: vod\noutputs:\n  hd:\n    kind: transcode\n    video:\n      codec: h246\n"
    assert problems(text) == [
        "f.yaml:6:7: outputs.hd.video.codec: 'h246' is not allowed; allowed: h264, h265, av1, vp9. Did you mean 'h264'?"
    ]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("{kind: transcod}", "outputs.hd.kind: 'transcod' is not allowed; allowed: transcode, ladder, snapshots"),
        ("{kind: hls}", "Did you mean 'ladder'?"),
        ("{}", "outputs.hd.kind: is missing; name a preset or one of: transcode, ladder"),
        ("5", "outputs.hd: 5 is not a mapping of fields"),
        ("{kind: transcode, container: matroska}", "Did you mean 'mkv'?"),
        ("{kind: transcode, video: {fps: 25}}", "outputs.hd.video.fps: there is no such field; allowed: width, height"),
        ("{kind: transcode, video: {fps: 25}}", "Did you mean 'frame_rate'?"),
        (
            "{kind: transcode, video: coppy}",
            "outputs.hd.video: 'coppy' is not allowed; allowed: copy, drop. Did you mean 'copy'?",
        ),
        ("{kind: transcode, video: [copy]}", "outputs.hd.video: ['copy'] is not a mapping of fields"),
        ("{kind: transcode, video: {height: 8}}", "outputs.hd.video.height: 8 is too small: at least 16"),
        (
            "{kind: transcode, video: {bitrate: 3M}}",
            "outputs.hd.video.bitrate: '3M' is not a whole number (Average bits per second)",
        ),
        (
            "{kind: transcode, video: {crf: 20, bitrate: 900000}}",
            "outputs.hd.video: crf and bitrate exclude each other",
        ),
        (
            "{kind: transcode, container: webm, video: {codec: h264}}",
            "outputs.hd: webm does not hold h264 video; it holds vp9, av1",
        ),
        (
            "{kind: transcode, container: m4a, video: {height: 720}}",
            "outputs.hd: m4a does not hold h264 video; it holds sound alone",
        ),
        ("{kind: snapshots}", "outputs.hd.at: is missing (Times in seconds, percent or timecode"),
        ("{kind: snapshots, at: [200%]}", "outputs.hd.at[0]: 200% lies beyond 100%"),
        ("{kind: snapshots, at: []}", "outputs.hd.at: holds too few entries: at least 1"),
        ("{kind: sprites, every: 0}", "outputs.hd: every: 0s is too close"),
        ("{kind: transcode, watermarks: [{text: a, color: }]}", "what begins with # must stand in quotes"),
        (
            "{kind: transcode, path: '{inputname}.mp4'}",
            "outputs.hd.path: {inputname} is not a variable; allowed: input_dir, input_name",
        ),
        (
            "{kind: animated_image, frame_rate: 60}",
            "frame_rate 60 is too fast for gif, which counts hundredths of a second",
        ),
        (
            "{kind: transcode, watermarks: [{text: a, size: 0}]}",
            "outputs.hd.watermarks[0].size: 0px is no size: write more than 0",
        ),
        (
            "{kind: transcode, watermarks: [{text: a, size: 300%}]}",
            "300% is no size: write more than 0 and at most 100%",
        ),
        ("{kind: transcode, watermarks: [{text: '  '}]}", "outputs.hd.watermarks[0]: text holds nothing but spaces"),
        (
            "{kind: ladder, renditions: [{name: audio, short_side: 90, max_bitrate: 90000}]}",
            "rendition audio is named like the folders",
        ),
        ("{kind: transcode, video: drop, audio: drop}", "outputs.hd: neither picture nor sound is wanted"),
        ("{kind: transcode, container: mp3, audio: drop}", "outputs.hd: neither picture nor sound is wanted"),
        (
            "{kind: transcode, container: mp3, watermarks: [{text: a}]}",
            "watermarks need an encoded picture, and mp3 holds none",
        ),
        ("{kind: transcode, container: ts, audio: {channels: 8}}", "outputs.hd: ts holds at most 7 channels"),
        (
            "{kind: transcode, container: webm, video: {encoder: nvenc}}",
            "outputs.hd.video: nvenc does not make vp9, only h264, h265, av1: take one of them, or encoder: software",
        ),
        (
            "{kind: ladder, codec: av1, encoder: videotoolbox}",
            "outputs.hd: videotoolbox does not make av1, only h264, h265",
        ),
        (
            "{kind: transcode, video: {encoder: qsv, bitrate: 900000, passes: 2}}",
            "outputs.hd.video: passes: 2 needs a software encoder: take encoder: software or auto, not qsv",
        ),
        (
            "{kind: transcode, video: {encoder: vaapi, bit_depth: 10}}",
            "outputs.hd.video: h264 with bit_depth: 10 needs a software encoder",
        ),
        (
            "{kind: ladder, codec: h265, encoder: nvenc, dynamic_range: keep}",
            "outputs.hd: dynamic_range: keep needs a software encoder",
        ),
        (
            "{kind: ladder, encoder: nvenc, variable_frame_rate: keep}",
            "outputs.hd: variable_frame_rate: keep needs a software encoder",
        ),
        (
            "{kind: transcode, video: {encoder: cuda}}",
            "outputs.hd.video.encoder: 'cuda' is not allowed; allowed: auto,",
        ),
        ("{preset: h264-1080}", "outputs.hd.preset: preset 'h264-1080' is not known"),
    ],
)
def test_each_mistake_is_one_line_in_words_for_people(output, expected):
    assert expected in problem(output)


def test_a_whole_file_of_mistakes_reads_like_the_golden_text():
    text = (GOLDEN / "everything_wrong.yaml").read_text()
    with pytest.raises(WorkflowInvalid) as caught:
        parse_workflow(text, "everything_wrong.yaml")
    assert str(caught.value) + "\n" == (GOLDEN / "everything_wrong.txt").read_text()


def test_no_word_of_the_validation_library_reaches_people():
    text = (GOLDEN / "everything_wrong.txt").read_text()
    assert not [
        word for word in ("Input should", "VideoSettings", "literal", "pydantic", "union", "NoneType") if word in text
    ]


def test_the_error_carries_its_diagnostics_through_a_process_border():
    with pytest.raises(WorkflowInvalid) as caught:
        parse_workflow("name: one\noutputs:\n  hd: {kind: transcode, speed: fast}\n", "f.yaml")
    (found,) = diagnostics_of(pickle.loads(pickle.dumps(caught.value)))
    assert (found.mark.line, found.mark.column, found.field, found.rule) == (3, 25, "outputs.hd.speed", "unknown-field")


def test_parse_unknown_preset_does_not_hide_mistakes_in_other_output():
    lines = problems("name: one\noutputs:\n  a: {preset: nobody}\n  b: {kind: transcode, container: mp5}\n")
    assert [line.split(": ")[1] for line in lines] == ["outputs.a.preset", "outputs.b.container"]


def test_parse_only_unknown_presets_does_not_report_missing_outputs():
    (line,) = problems("name: one\noutputs:\n  a: {preset: nobody}\n")
    assert "outputs.a.preset" in line


def test_warnings_alone_leave_a_workflow_sound():
    examined = examine(read_yaml("name: one\noutputs:\n  facts: {kind: probe_report}\n"), builtin_presets())
    assert examined.workflow is not None
    assert [one.rule for one in examined.diagnostics] == ["only-a-report"]


def test_build_workflow_checks_request_by_same_rules_as_file():
    with pytest.raises(WorkflowInvalid, match=r"^outputs\.hd\.video\.codec: 'h246' is not allowed"):
        build_workflow({"name": "one", "outputs": {"hd": {"kind": "transcode", "video": {"codec": "h246"}}}})


def one_output(fields):
    return build_workflow({"name": "one", "outputs": {"only": fields}}).outputs["only"]


def test_one_output_is_built_with_its_preset():
    spec = one_output({"preset": "h264-720p", "video": {"crf": 30}})
    assert isinstance(spec, TranscodeSpec)
    assert isinstance(spec.video, VideoSettings)
    assert (spec.video.height, spec.video.crf, spec.preset) == (720, 30, "h264-720p")


def test_one_output_without_kind_or_preset_names_missing_kind():
    with pytest.raises(
        WorkflowInvalid, match=r"outputs\.only\.kind: is missing; name a preset or one of: transcode, ladder"
    ):
        one_output({"container": "mp4"})


def test_one_output_video_without_codec_takes_default_of_container():
    spec = one_output({"kind": "transcode", "container": "webm", "video": {"height": 720}})
    assert isinstance(spec, TranscodeSpec)
    assert isinstance(spec.video, VideoSettings)
    assert spec.video.codec == "vp9"


@pytest.mark.parametrize("path", sorted((ROOT / "include" / "workflows").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_workflow_names_its_audience_and_schema(path):
    first, second = path.read_text().splitlines()[:2]
    assert first.startswith("# For ")
    assert second == "# yaml-language-server: $schema=../../docs/reference/workflow.schema.json"


def test_a_file_is_loaded_by_its_path(tmp_path: Path):
    path = tmp_path / "one.yaml"
    path.write_text("name: one\noutputs:\n  hd: {preset: h264-720p}\n")
    assert load_workflow(path).name == "one"
