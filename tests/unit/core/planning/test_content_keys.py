"""Content keys: everything that changes a file changes its key, and nothing else does."""

from dataclasses import replace
from fractions import Fraction

import pytest

from airflow_provider_media.core.outputs import AudioSettings, VideoSettings, Watermark
from airflow_provider_media.core.outputs.ladder import LadderAudio, Rendition
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.output_kinds import output_kinds
from airflow_provider_media.core.planning.plan import artifact_keys, make_plan
from tests.planned import SOURCE, audio, media, video, workflow

MARK = {"text": "Hi", "corner": "top_left"}
MARKED = {"watermarks": [MARK]}
MARKED_CLIP = {"kind": "transcode", "trim": {"end": "3s"}, **MARKED}
RUNG = {"short_side": 360, "max_bitrate": 800_000}
PORTRAIT = media(
    video(
        width=1080,
        height=1920,
        dynamic_range="hdr10",
        color_transfer="smpte2084",
        bit_depth=10,
        constant_frame_rate=False,
        fastest_rate=Fraction(50),
    ),
    audio(channels=6),
    audio(index=2, language="deu"),
)
"""A source in which every setting of every output makes a difference."""
NAMES = {"required", "path", "kind", "preset", "name"}
"""Fields that say what files are called and whether they are wanted, not what is in them."""
MEASURED = {"transcode": {"quality"}, "ladder": {"quality"}}
"""Fields that say what is measured of a finished video."""
CHANGES = {
    "transcode": [
        {"container": "mkv"},
        {"video": "drop"},
        {"audio": "drop"},
        {"trim": {"start": "1s"}},
        MARKED,
    ],
    "ladder": [
        {"encoder": "nvenc"},
        {"encoder": "auto"},
        {"codec": "h265"},
        {"renditions": [RUNG]},
        {"audio": [{"bitrate": 96_000}]},
        {"audio_tracks": "all"},
        {"protocols": ["hls"]},
        {"segment_seconds": 6},
        {"gop_seconds": 1},
        {"frame_rate": 25},
        {"variable_frame_rate": "keep"},
        {"iframe_playlists": False},
        {"speed": "fast"},
        {"dynamic_range": "keep", "codec": "h265"},
        MARKED,
    ],
    "snapshots": [
        {"width": 640},
        {"height": 640},
        {"width": 640, "height": 640, "fit": "crop"},
        {"quality": 90},
        {"at": ["2s"]},
        {"format": "webp"},
        MARKED,
    ],
    "sampled_snapshots": [
        {"width": 640},
        {"height": 640},
        {"width": 640, "height": 640, "fit": "crop"},
        {"quality": 90},
        {"every": "3s"},
        {"format": "webp"},
        MARKED,
    ],
    "animated_image": [
        {"width": 640},
        {"height": 640},
        {"height": 640, "fit": "crop"},
        {"format": "webp"},
        {"format": "webp", "quality": 90},
        {"start": "1s"},
        {"end": "1s"},
        {"frame_rate": 5},
        {"loop": False},
        MARKED,
    ],
    "sprites": [
        {"every": "1s"},
        {"columns": 2, "every": "1s"},
        {"rows": 2, "every": "1s", "columns": 2},
        {"width": 80},
        {"height": 80},
        {"height": 80, "fit": "crop"},
        {"format": "webp"},
        {"quality": 90},
    ],
    "waveform": [
        {"files": ["json"]},
        {"track": 2},
        {"start": "1s"},
        {"end": "5s"},
        {"width": 900},
        {"height": 140},
        {"color": "#000000"},
        {"background": "#000000"},
        {"split_channels": True},
    ],
    "probe_report": [],
}
NEEDED = {"snapshots": {"at": ["1s"]}, "sampled_snapshots": {"every": "2s"}}
VIDEO = [
    {"width": 360},
    {"height": 360},
    {"width": 360, "height": 360, "fit": "crop"},
    {"codec": "h265"},
    {"crf": 30},
    {"bitrate": 1_000_000},
    {"bitrate": 1_000_000, "max_bitrate": 2_000_000},
    {"bitrate": 1_000_000, "passes": 2},
    {"frame_rate": 25},
    {"variable_frame_rate": "keep"},
    {"gop_seconds": 1},
    {"speed": "fast"},
    {"encoder": "nvenc"},
    {"encoder": "auto"},
    {"bit_depth": 10},
    {"codec": "h265", "dynamic_range": "keep"},
    {"width": 640, "height": 360, "orientation": "source"},
    {"width": 2160, "upscale": True},
]
AUDIO = [
    {"codec": "mp3"},
    {"bitrate": 64_000},
    {"channels": 1},
    {"sample_rate": 44_100},
    {"loudness": -16},
    {"loudness": -16, "true_peak": -2},
    {"tracks": "all"},
]
WATERMARK = [
    {"text": "Ho"},
    {"image": "s3://brand/logo.png"},
    {"corner": "center"},
    {"x": "5%"},
    {"y": "5%"},
    {"size": "20%"},
    {"opacity": 0.5},
    {"color": "#000000"},
    {"font": "s3://brand/font.ttf"},
    {"start": "1s"},
    {"end": "2s"},
]
RENDITION = [{"short_side": 480}, {"bitrate": 500_000}, {"max_bitrate": 900_000}, {"crf": 30}]
LADDER_AUDIO = [{"bitrate": 64_000}, {"channels": 1}, {"loudness": -16}]
PARTS = {
    VideoSettings: (VIDEO, lambda fields: {"kind": "transcode", "video": fields}),
    AudioSettings: (AUDIO, lambda fields: {"kind": "transcode", "audio": fields}),
    Watermark: (
        WATERMARK,
        lambda fields: {"kind": "transcode", "watermarks": [fields if "image" in fields else {**MARK, **fields}]},
    ),
    Rendition: (RENDITION, lambda fields: {"kind": "ladder", "renditions": [{**RUNG, **fields}]}),
    LadderAudio: (LADDER_AUDIO, lambda fields: {"kind": "ladder", "renditions": [RUNG], "audio": [fields]}),
}


def keys(output, *, source=SOURCE, tools="t", facts=PORTRAIT, job_id="", overlays=None, **fields):
    """Content keys of the artifacts, and of the package where there is one."""
    plan = make_plan(
        workflow({"out": output}, **fields), facts, source=source, tools=tools, job_id=job_id, overlays=overlays
    )
    return {key for unit in plan.units for key in unit.keys} | {package.key for package in plan.packages}


@pytest.mark.parametrize(
    ("kind", "change"), [(kind, change) for kind, changes in CHANGES.items() for change in changes], ids=str
)
def test_content_key_changes_with_every_setting_of_an_output(kind, change):
    usual = {"kind": kind, **NEEDED.get(kind, {})}
    before = {**usual, **{name: value for name, value in change.items() if name != list(change)[-1]}}
    assert keys({**usual, **change}) != keys(before)


@pytest.mark.parametrize(
    ("part", "change"), [(part, change) for part, (changes, _) in PARTS.items() for change in changes], ids=str
)
def test_content_key_changes_with_every_setting_of_a_part(part, change):
    of = PARTS[part][1]
    before = {name: value for name, value in change.items() if name != list(change)[-1]}
    assert keys(of(change)) != keys(of(before))


@pytest.mark.parametrize("kind", output_kinds())
def test_every_setting_of_an_output_has_a_changed_key(kind):
    changed = {name for change in CHANGES[kind] for name in change}
    assert changed >= set(output_kinds()[kind].spec.model_fields) - NAMES - MEASURED.get(kind, set())


@pytest.mark.parametrize("part", PARTS)
def test_every_setting_of_a_part_has_a_changed_key(part):
    assert {name for change in PARTS[part][0] for name in change} >= set(part.model_fields) - NAMES


@pytest.mark.parametrize("kind", sorted(CHANGES.keys() - {"probe_report"}))
@pytest.mark.parametrize(
    "change", [{"source": SourceIdentity(uri=SOURCE.uri, version="v2")}, {"tools": "t2"}], ids=["source", "tools"]
)
def test_content_key_changes_with_source_version_and_tools(kind, change):
    usual = {"kind": kind, **NEEDED.get(kind, {})}
    assert not keys(usual) & keys(usual, **change)


def test_content_key_changes_with_version_of_an_image():
    marked = {"kind": "transcode", "watermarks": [{"image": "s3://brand/logo.png"}]}
    first, second = (keys(marked, overlays={"s3://brand/logo.png": version}) for version in ("1", "2"))
    assert not first & second


@pytest.mark.parametrize("kind", sorted(CHANGES.keys() - {"probe_report"}))
@pytest.mark.parametrize(
    "change", [{"path": "elsewhere/{output}_{number}.{format}"}, {"required": False}], ids=["path", "required"]
)
def test_content_key_stays_with_names_and_places(kind, change):
    usual = {"kind": kind, **NEEDED.get(kind, {})}
    renamed = {**usual, **change}
    if kind == "ladder" and "path" in change:
        renamed["path"] = "elsewhere/{output}"
    assert keys(renamed, job_id="other", name="other") == keys(usual)


@pytest.mark.parametrize("kind", MEASURED)
def test_content_key_stays_when_quality_is_measured(kind):
    plans = [
        make_plan(workflow({"out": {"kind": kind, **more}}), media(), source=SOURCE, tools="t")
        for more in ({}, {"quality": "measure"})
    ]
    plain, measured = (plan.units for plan in plans)
    assert [unit.keys for unit in measured] == [unit.keys for unit in plain]
    assert [bool(unit.measurements) for unit in (*plain, *measured)] == [False] * len(plain) + [True] * len(measured)


def test_key_of_measurement_depends_on_video_and_comparison():
    videos = [{}, {"crf": 30}, {"width": 320}]
    cuts = [{"watermarks": [{**MARK, "text": text}]} for text in ("a", "b")]
    outputs = {f"out{n}": {"kind": "transcode", "video": each, "quality": "measure"} for n, each in enumerate(videos)}
    outputs |= {f"cut{n}": {"kind": "transcode", "quality": "measure", **each} for n, each in enumerate(cuts)}
    plan = make_plan(workflow(outputs), media(), source=SOURCE, tools="t")
    assert len({each.key for unit in plan.units for each in unit.measurements}) == len(outputs)


def test_content_key_does_not_depend_on_outputs_beside_it():
    outputs = {kind: {"kind": kind, **NEEDED.get(kind, {})} for kind in CHANGES if kind != "probe_report"}
    together = workflow({**outputs, "film": {"kind": "transcode", "video": {"width": 720}}, "clip": MARKED_CLIP})
    found = artifact_keys(together, PORTRAIT, source=SOURCE, tools="t")
    for name, spec in outputs.items():
        alone = artifact_keys(workflow({name: spec}), PORTRAIT, source=SOURCE, tools="t")
        assert alone <= found, name


@pytest.mark.parametrize("facts", [PORTRAIT, media()], ids=["hdr", "sdr"])
def test_content_key_of_rung_does_not_depend_on_others(facts):
    rungs = [{"short_side": side, "max_bitrate": 10_000 * side} for side in (1080, 720, 540, 360, 240)]
    every = keys({"kind": "ladder", "renditions": rungs}, facts=facts)
    for rung in rungs:
        plan = make_plan(workflow({"out": {"kind": "ladder", "renditions": [rung]}}), facts, source=SOURCE, tools="t")
        assert {key for unit in plan.units for key in unit.keys} <= every


def test_package_key_stays_where_its_renditions_are_the_same():
    usual = {"kind": "ladder", "renditions": [RUNG]}
    plans = [
        make_plan(workflow({"out": usual, **more}), media(), source=SOURCE, tools="t")
        for more in ({}, {"film": {"kind": "transcode"}})
    ]
    assert len({plan.packages[0].key for plan in plans}) == 1


def test_plan_seeks_for_pictures_beside_finished_outputs():
    film = {"film": {"kind": "transcode"}}
    shots = {"kind": "snapshots", "at": ["1s"]}
    long = media(video(seconds=600.0), audio(duration=600.0))
    finished = artifact_keys(workflow(film), long, source=SOURCE, tools="t")
    made = make_plan(workflow({**film, "shot": shots}), long, source=SOURCE, tools="t", finished=finished)
    (shot, done) = made.units
    assert (shot.name, shot.is_finished, done.name, done.is_finished) == ("shot", False, "film", True)
    assert "-ss" in shot.commands[0].arguments


@pytest.mark.parametrize("beside", [{}, {"film": {"kind": "transcode"}}], ids=["by seeking", "in a pass"])
def test_plan_finds_finished_pictures_whichever_way_they_were_made(beside):
    long = media(video(seconds=600.0), audio(duration=600.0))
    shots = {"shot": {"kind": "snapshots", "at": ["1s"]}}
    first = make_plan(workflow({**beside, **shots}), long, source=SOURCE, tools="t")
    finished = {key for unit in first.units for key in unit.keys}
    second = make_plan(
        workflow({**shots, "film": {"kind": "transcode"}}), long, source=SOURCE, tools="t", finished=finished
    )
    (unit,) = (unit for unit in second.units if any(artifact.output == "shot" for artifact in unit.artifacts))
    assert unit.is_finished


def test_plan_keeps_commands_of_finished_units():
    film = workflow({"film": {"kind": "transcode"}})
    first = make_plan(film, media(), source=SOURCE, tools="t")
    again = make_plan(film, media(), source=SOURCE, tools="t", finished=first.units[0].keys)
    assert again.units == (replace(first.units[0], is_finished=True, cost=0.0),)
