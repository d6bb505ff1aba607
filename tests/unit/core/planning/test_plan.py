"""What a plan puts together, what it leaves out, and what its keys depend on."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.media.damage import StreamDamage
from airflow_provider_media.core.media.errors import SourceError, SourceUnsuitable
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.serde import from_json, to_json
from tests.planned import SOURCE, audio, media, plan, video

LONG = media(video(seconds=600.0), audio(duration=600.0))
COPY = {"kind": "transcode", "video": "copy", "audio": "drop"}
POSTER = {"kind": "snapshots", "at": ["10%"]}
MP4 = {"kind": "transcode"}


def units_of(made: Plan) -> list[str]:
    return [unit.name for unit in made.units]


def inputs_of(made: Plan) -> list[int]:
    return [sum(argument == "file:source" for argument in unit.commands[-1].arguments) for unit in made.units]


def test_all_that_goes_through_the_whole_source_is_one_unit():
    made = plan({"mp4": MP4, "hls": {"kind": "ladder"}, "poster": POSTER, "sprite": {"kind": "sprites"}})
    assert units_of(made) == ["mp4, 1080p, 720p, 480p, 360p, audio, poster and sprite"]
    assert inputs_of(made) == [1]


def test_pictures_seek_where_nothing_else_decodes_the_source():
    made = plan({"poster": POSTER, "sound": {"kind": "transcode", "container": "m4a"}}, LONG)
    assert units_of(made) == ["sound", "poster"]
    assert "-ss" in made.units[1].commands[0].arguments


def test_many_pictures_of_short_source_are_taken_in_one_pass():
    made = plan({"shots": {"kind": "sampled_snapshots", "every": "0.5s"}})
    assert inputs_of(made) == [1]


def test_pictures_do_not_seek_in_formats_without_an_index():
    made = plan({"poster": POSTER}, media(video(seconds=600.0), form="mpegts"))
    assert "-ss" not in made.units[0].commands[0].arguments


def test_one_command_opens_no_more_than_thirty_two_inputs():
    made = plan({"shots": {"kind": "sampled_snapshots", "every": "1%"}}, LONG)
    assert inputs_of(made) == [32, 32, 32, 4]
    assert [artifact.first_number for unit in made.units for artifact in unit.artifacts] == [1, 33, 65, 97]
    keys = [key for unit in made.units for artifact in unit.artifacts for key in artifact.published()]
    assert keys[0] == "shows/My Clip_shots_001.jpg"
    assert keys[-1] == "shows/My Clip_shots_100.jpg"


def test_trim_joins_whole_pass_and_seeks_without_one():
    cut = {"kind": "transcode", "trim": {"start": "100s", "end": "110s"}}
    assert "trim=" in " ".join(plan({"cut": cut, "mp4": MP4}, LONG).units[0].commands[0].arguments)
    assert "-ss" in plan({"cut": cut}, LONG).units[0].commands[0].arguments


def test_heavy_work_is_split_for_several_workers_within_the_budget():
    (whole,) = plan({"hls": {"kind": "ladder"}}).units
    parts = plan({"hls": {"kind": "ladder"}}, unit_cost=whole.cost / 2).units
    assert len(parts) == 2
    assert sorted(a.file for unit in parts for a in unit.artifacts) == sorted(a.file for a in whole.artifacts)


def test_each_optional_output_has_a_unit_of_its_own():
    made = plan(
        {"mp4": MP4, "poster": {**POSTER, "required": False}, "gif": {"kind": "animated_image", "required": False}}
    )
    assert [(unit.name, unit.required) for unit in made.units] == [("mp4", True), ("poster", False), ("gif", False)]


def test_two_passes_are_two_commands_of_one_unit():
    made = plan({"mp4": MP4, "vbr": {"kind": "transcode", "video": {"bitrate": 1_000_000, "passes": 2}}})
    assert [len(unit.commands) for unit in made.units] == [1, 2]
    assert made.units[1].commands[0].arguments[-1] == "-"


def test_a_copy_is_not_decoded():
    (unit,) = plan({"copy": {"kind": "transcode", "container": "mkv", "video": "copy", "audio": "copy"}}).units
    assert "-filter_complex" not in unit.commands[0].arguments
    assert unit.cost == 0


@pytest.mark.parametrize(
    ("output", "source", "reason"),
    [
        ({"kind": "snapshots", "at": ["1s"]}, media(audio(index=0)), "no picture"),
        ({"kind": "sprites"}, media(audio(index=0)), "no picture"),
        ({"kind": "transcode", "container": "mp3"}, media(video()), "no sound"),
        ({"kind": "transcode", "video": "drop"}, media(video()), "no sound, and its picture is not wanted"),
        ({"kind": "transcode", "trim": {"start": "60s"}}, media(), "leaves nothing of a source of 10.000 s"),
        ({"kind": "animated_image", "start": "60s"}, media(), "begins after the end"),
        ({**COPY, "container": "webm", "required": False}, media(), "which webm does not hold"),
        ({**COPY, "container": "ts", "required": False}, media(video(rotation=90)), "turned by 90 degrees"),
    ],
)
def test_output_source_cannot_have_is_left_out_with_reason(output, source, reason):
    made = plan({"it": output, "report": {"kind": "probe_report"}}, source)
    assert [left.output for left in made.left_out] == ["it"]
    assert reason in made.left_out[0].reason
    assert made.units == ()


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ({"container": "webm", "video": "copy"}, "picture is h264, which webm does not hold"),
        ({"container": "webm", "audio": "copy"}, "sound is aac, which webm does not hold"),
    ],
)
def test_required_copy_of_stream_container_does_not_hold_fails_job(output, reason):
    with pytest.raises(
        SourceUnsuitable, match=f"output it: the {reason} .*: encode it instead of copying, or say 'required: false'"
    ):
        plan({"it": {"kind": "transcode", **output}, "poster": POSTER}, media())


def test_job_with_nothing_to_make_is_refused_with_all_reasons():
    with pytest.raises(
        SourceError, match=r"nothing .* \(poster: the source has no picture; sprite: the source has no picture\)"
    ):
        plan({"poster": POSTER, "sprite": {"kind": "sprites"}}, media(audio(index=0)))


def test_silent_clip_gets_no_remark_where_sound_not_asked_for():
    assert plan({"mp4": MP4}, media(video())).left_out == ()
    assert (
        plan({"mp4": {**MP4, "audio": {"codec": "aac"}}}, media(video())).left_out[0].reason
        == "the source has no sound"
    )


def test_two_outputs_of_one_key_are_refused():
    with pytest.raises(WorkflowInvalid, match="outputs a and b"):
        plan({"a": {**MP4, "path": "x.mp4"}, "b": {**MP4, "path": "x.mp4"}})


@pytest.mark.parametrize(
    "other",
    [
        {"identity": SourceIdentity(uri=SOURCE.uri, version="v2")},
        {"outputs": {"mp4": {**MP4, "video": {"crf": 30}}}},
        {"watermarks": [{"text": "Hi"}]},
    ],
)
def test_unit_key_differs_when_anything_that_matters_differs(other):
    wanted = {"outputs": {"mp4": MP4}, **other}
    assert plan(wanted.pop("outputs"), **wanted).units[0].keys != plan({"mp4": MP4}).units[0].keys


def test_unit_key_stays_where_only_names_or_other_units_change():
    key = plan({"mp4": MP4}).units[0].keys
    assert plan({"mp4": {**MP4, "path": "elsewhere.mp4"}}, job_id="j2").units[0].keys == key
    assert plan({"mp4": MP4, "gif": {"kind": "animated_image", "required": False}}).units[0].keys == key


def test_signature_in_source_url_is_no_part_of_identity():
    keys = {
        plan({"mp4": MP4}, identity=SourceIdentity(uri=f"https://host/clip.mp4?X-Amz-Signature={n}", version="e"))
        .units[0]
        .keys
        for n in range(2)
    }
    assert len(keys) == 1


def test_users_name_of_source_never_reaches_command():
    made = plan({"mp4": MP4, "poster": POSTER})
    assert not any(
        "My Clip" in argument for unit in made.units for command in unit.commands for argument in command.arguments
    )


def test_the_default_track_and_all_tracks_are_labelled():
    source = media(video(), audio(language="deu"), audio(index=2, language="eng", default=True))
    arguments = plan({"mp4": {**MP4, "audio": {"tracks": "all"}}}, source).units[0].commands[0].arguments
    assert arguments[arguments.index("-metadata:s:a:0") + 1] == "language=eng"
    assert arguments[arguments.index("-metadata:s:a:1") + 1] == "language=deu"


@pytest.mark.parametrize(
    ("container", "language", "written", "promised"),
    [
        ("mp4", "en", "eng", "eng"),
        ("ts", "pt-BR", "por", "por"),
        ("mkv", "pt-BR", "pt-BR", "pt-BR"),
        ("mov", "deu", "ger", ""),
        ("mov", "fra", "fra", ""),
        ("mp3", "eng", None, ""),
        ("flac", "eng", None, ""),
        ("wav", "eng", None, ""),
    ],
)
@pytest.mark.parametrize("sound", [{}, "copy"])
def test_plan_writes_and_promises_language_as_container_can_hold_it(container, language, written, promised, sound):
    codec = {"mp3": "mp3", "flac": "flac", "wav": "pcm_s16le"}.get(container, "aac")
    source = media(video(), audio(language=language, codec=codec))
    (unit,) = plan({"out": {"kind": "transcode", "container": container, "audio": sound}}, source).units
    assert [sound.language for sound in unit.artifacts[0].expect.audio] == [promised]
    arguments = unit.commands[0].arguments
    named = dict(pairwise(arguments)).get("-metadata:s:a:0")
    assert named == (written and f"language={written}")


def test_part_is_copied_only_with_index_of_its_first_keyframe():
    def left_out(trim):
        copy = {"kind": "transcode", "container": "mkv", "video": "copy", "trim": trim, "required": False}
        return [left.reason for left in plan({"copy": copy}, media(form="mpegts")).left_out]

    (reason,) = left_out({"start": "2s"})
    assert "mpegts, which has no index to find a keyframe by: encode the part, or copy it from the start" in reason
    assert left_out({"end": "2s"}) == []


@pytest.mark.parametrize(("form", "offset"), [("mpegts", "0.400000"), ("mov,mp4,m4a,3gp,3g2,mj2", None)])
def test_plan_broadcast_source_gives_picture_start_where_only_picture_used(form, offset):
    def offset_of(spec):
        source = media(video(start=0.4), audio(), form=form)
        arguments = plan({"out": spec}, source).units[0].commands[0].arguments
        return dict(pairwise(arguments)).get("-itsoffset")

    assert offset_of({"kind": "sprites"}) == offset
    assert offset_of({"kind": "transcode"}) is None
    assert offset_of({"kind": "transcode", "container": "m4a"}) is None


def test_plan_first_frame_after_file_start_moves_times_to_it():
    source = media(video(start=1.1), audio(start=1.2), start=1.1, form="matroska,webm")
    (unit,) = plan({"mp4": MP4}, source).units
    assert dict(pairwise(unit.commands[0].arguments))["-itsoffset"] == "-1.100000"
    (unit,) = plan({"poster": {**POSTER, "at": ["2s"]}}, source).units
    given = dict(pairwise(unit.commands[0].arguments))
    assert given["-ss"] == "3.099000"
    assert "-itsoffset" not in given


def test_plan_uneven_frame_times_say_why_outputs_have_their_rate():
    uneven = media(video(frame_rate=Fraction(12), fastest_rate=Fraction(30), constant_frame_rate=False))
    made = plan({"mp4": MP4}, uneven)
    assert made.units[0].artifacts[0].expect.video[0].frame_rate == 30
    (note,) = made.notes
    assert "12.00 per second on average and 30.00 in the fastest sustained motion: outputs have 30 per second" in note
    assert plan({"poster": POSTER}, uneven).notes == ()
    assert plan({"mp4": MP4}).notes == ()


def test_plan_snapshot_of_late_pictures_in_mp4_seeks_early():
    (unit,) = plan({"poster": {**POSTER, "at": ["2s"]}}, media(video(start=0.08), audio())).units
    arguments = unit.commands[0].arguments
    assert dict(pairwise(arguments))["-ss"] == "1.919000"
    assert "trim=start=0.079000" in arguments[arguments.index("-filter_complex") + 1]


def test_plan_frames_half_way_between_steps_are_moved_onto_them():
    source = media(video(start=0.025, frame_rate="60000/1001"), audio(), form="flv")
    (unit,) = plan({"mp4": MP4}, source).units
    graph = unit.commands[0].arguments[unit.commands[0].arguments.index("-filter_complex") + 1]
    assert "setpts=expr=PTS-0.008317/TB" in graph
    (unit,) = plan({"mp4": MP4}, media(video(start=0.017, frame_rate="60000/1001"), audio(), form="flv")).units
    assert "setpts" not in " ".join(unit.commands[0].arguments)


def test_plan_damaged_source_uses_one_thread_and_any_error_rate():
    holes = StreamDamage(stream=0, kind="video", expected=250, decoded=240, dropped=10)
    (unit,) = plan({"mp4": MP4}, replace(media(), damage=(holes,))).units
    given = dict(pairwise(unit.commands[0].arguments))
    assert (given["-threads"], given["-max_error_rate"]) == ("1", "1")
    (unit,) = plan({"mp4": MP4}).units
    assert {"-threads", "-max_error_rate", "-xerror"}.isdisjoint(unit.commands[0].arguments)


def test_tracks_of_unequal_channels_get_bit_rates_of_their_own():
    source = media(video(), audio(channels=1, default=True), audio(index=2, channels=2))
    (unit,) = plan({"mp4": {**MP4, "audio": {"tracks": "all"}}}, source).units
    given = dict(pairwise(unit.commands[0].arguments))
    assert (given["-b:a:0"], given["-b:a:1"]) == ("64000", "128000")
    assert given["-c:a:0"] == given["-c:a:1"] == "aac"


def test_a_watermarks_timecode_counts_the_frames_of_the_source():
    mark = {"text": "x", "start": "00:00:01:12"}
    (unit,) = plan({"mp4": {**MP4, "watermarks": [mark]}}, media(video(frame_rate=50))).units
    assert any("between(t\\,1.240" in argument.replace("\\\\", "\\") for argument in unit.commands[0].arguments)


def test_sheets_of_portrait_cells_are_no_higher_than_browsers_show():
    sprite = {"kind": "sprites", "every": "0.1", "columns": 1, "rows": 50, "width": 320}
    (unit,) = plan({"sprite": sprite}, media(video(width=1080, height=1920))).units
    (artifact,) = unit.artifacts
    assert artifact.expect.image.height == 28 * 568
    assert artifact.count == 4


def test_a_probe_report_is_a_document_of_the_facts():
    (report,) = plan({"report": {"kind": "probe_report"}}).documents
    assert report.key == "shows/My Clip_report.json"
    assert json.loads(report.content)["video"][0]["frame_rate"] == "25"


def test_a_plan_survives_its_way_between_tasks():
    made = plan({"mp4": MP4, "hls": {"kind": "ladder"}, "sprite": {"kind": "sprites"}})
    assert from_json(Plan, json.loads(json.dumps(to_json(made)))) == made
