"""Presets give what an output does not say itself."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.outputs import LadderSpec, SnapshotSpec, TranscodeSpec, VideoSettings
from airflow_provider_media.core.project.preset_files import check_presets
from airflow_provider_media.core.workflows.node import from_plain
from airflow_provider_media.core.workflows.parsing import parse_workflow
from airflow_provider_media.core.workflows.presets import RIVALS, builtin_presets, load_presets, merge

ROOT = Path(__file__).parents[4]
SHIPPED = ROOT / "provider" / "src" / "airflow_provider_media" / "core" / "specs" / "presets"
names = st.sampled_from(["a", "b", "c", "d"])
trees = st.recursive(
    st.one_of(st.integers(), st.text(max_size=3), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=12,
)
mappings = st.dictionaries(names, trees, max_size=4)


def project(tmp_path: Path, text: str):
    (tmp_path / "house.yaml").write_text(text)
    return load_presets(tmp_path)


def outputs(text: str, presets=None):
    return parse_workflow(f"name: one\noutputs:\n{text}", "f.yaml", presets).outputs


def merged(base, own):
    return merge(from_plain(base), from_plain(own)).plain()


@given(mappings)
def test_nothing_over_a_preset_is_the_preset(base):
    assert merged(base, {}) == base


@given(mappings)
def test_a_preset_under_itself_changes_nothing(base):
    assert merged(base, base) == base


@given(mappings, mappings)
def test_an_outputs_own_fields_win_at_every_depth(base, own):
    def holds(result, wanted):
        if isinstance(wanted, dict):
            return all(holds(result[key], value) for key, value in wanted.items())
        return result == wanted

    assert holds(merged(base, own), own)


@given(mappings, mappings)
def test_a_merge_has_the_fields_of_both_and_no_others(base, own):
    assert merged(base, own).keys() == base.keys() | own.keys()


@given(mappings, mappings, mappings)
def test_three_layers_merge_the_same_from_either_side(one, two, three):
    # A scalar between two mappings hides the first from the last, so only layers of one shape can be told apart by this
    # rule.
    shaped = [
        {key: value for key, value in layer.items() if not isinstance(value, dict)} for layer in (one, two, three)
    ]
    assert merged(merged(shaped[0], shaped[1]), shaped[2]) == merged(shaped[0], merged(shaped[1], shaped[2]))


def test_lists_replace_and_mappings_merge():
    base = {"video": {"codec": "h264", "height": 720}, "at": ["1s", "2s"]}
    assert merged(base, {"video": {"height": 480}, "at": ["5s"]}) == {
        "video": {"codec": "h264", "height": 480},
        "at": ["5s"],
    }


@pytest.mark.parametrize("winner", sorted(RIVALS))
def test_merge_own_rate_control_displaces_rate_control_of_preset(winner):
    result = merged({"crf": 22, "bitrate": 5, "passes": 2, "max_bitrate": 9}, {winner: 1})
    assert result[winner] == 1
    assert not result.keys() & set(RIVALS[winner])
    assert result["max_bitrate"] == 9


def test_a_preset_gives_kind_and_required_fields():
    spec = outputs("  cover: {preset: poster, width: 640}\n")["cover"]
    assert isinstance(spec, SnapshotSpec)
    assert ([str(time) for time in spec.at], spec.width, spec.quality) == (["10%"], 640, 85)


def test_preset_constant_quality_may_be_replaced_by_bitrate():
    spec = outputs("  hd: {preset: h264-720p, video: {bitrate: 2000000, passes: 2}}\n")["hd"]
    assert isinstance(spec, TranscodeSpec)
    assert isinstance(spec.video, VideoSettings)
    assert (spec.video.crf, spec.video.bitrate, spec.video.height) == (None, 2_000_000, 720)


def test_a_projects_preset_takes_a_built_in_ones_place(tmp_path):
    presets = project(tmp_path, "poster: {kind: snapshots, at: [50%]}\n")
    assert [str(time) for time in outputs("  a: {preset: poster}\n", presets)["a"].at] == ["50%"]


def test_a_preset_may_begin_with_another(tmp_path):
    presets = project(tmp_path, "mine: {preset: ladder-mobile, protocols: [hls]}\n")
    spec = outputs("  a: {preset: mine}\n", presets)["a"]
    assert isinstance(spec, LadderSpec)
    assert (spec.protocols, len(spec.renditions), spec.preset) == (("hls",), 3, "mine")


def test_presets_that_name_each_other_are_refused(tmp_path):
    presets = project(tmp_path, "a: {preset: b}\nb: {preset: a}\n")
    with pytest.raises(WorkflowInvalid, match="in a circle: a → b → a"):
        outputs("  x: {preset: a}\n", presets)


def test_preset_of_another_kind_refused_with_matching_presets():
    with pytest.raises(
        WorkflowInvalid,
        match=r"f\.yaml:3:21: outputs\.x\.preset: preset 'poster' is for snapshots, not for ladder; known: ladder-av1",
    ):
        outputs("  x: {kind: ladder, preset: poster}\n")


def test_a_mistake_in_a_preset_points_into_the_presets_file(tmp_path):
    presets = project(tmp_path, "mine:\n  kind: transcode\n  video:\n    codec: h246\n")
    with pytest.raises(WorkflowInvalid, match=r"house\.yaml:4:5: outputs\.x\.video\.codec: 'h246' is not allowed"):
        outputs("  x: {preset: mine}\n", presets)


def test_presets_file_unreadable_loses_only_its_own_presets(tmp_path):
    presets = project(tmp_path, "mine: [\n")
    assert outputs("  x: {preset: h264-720p}\n", presets)["x"].preset == "h264-720p"
    with pytest.raises(
        WorkflowInvalid, match=r"preset 'mine' is not known(.|\n)*could not be read: .*house\.yaml:2:1: not YAML"
    ):
        outputs("  x: {preset: mine}\n", presets)


def test_a_folder_of_presets_need_not_exist(tmp_path):
    assert load_presets(tmp_path / "none").nodes == builtin_presets().nodes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {kind: snapshots}\n", []),
        ("a: {kind: snapshots, att: 5}\n", ["a.att"]),
        ("a: {width: 5}\n", ["a.kind"]),
        ("a: {kind: sprits}\n", ["a.kind"]),
        ("a: {preset: nobody}\n", ["a.preset"]),
        ("- 1\n", [""]),
        ("a: 1\na: 2\n", ["a"]),
    ],
)
def test_check_presets_checks_file_alone_required_fields_may_be_missing(tmp_path, text, expected):
    presets = project(tmp_path, text)
    assert [one.field for one in check_presets(tmp_path / "house.yaml", presets)] == expected


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_check_presets_builtin_presets_valid_and_name_their_audience(path):
    assert check_presets(path, builtin_presets()) == []
    lines = path.read_text().splitlines()
    assert [line for before, line in pairwise(lines) if line[:1].isalpha() and not before.startswith("# ")] == []


@pytest.mark.parametrize("name", sorted(builtin_presets().nodes))
def test_every_built_in_preset_is_enough_for_an_output(name):
    assert outputs(f"  x: {{preset: {name}}}\n")["x"].preset == name
