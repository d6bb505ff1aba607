"""What is frozen stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.workflows.freezing import freeze, load_frozen
from airflow_provider_media.core.workflows.parsing import build_workflow, load_workflow, parse_workflow
from airflow_provider_media.core.workflows.presets import builtin_presets, load_presets

ROOT = Path(__file__).parents[4]
seconds = st.decimals(min_value="0.1", max_value=100_000, places=6).map(str)
offsets = st.one_of(
    seconds,
    st.integers(1, 100).map(lambda percent: f"{percent}%"),
    st.sampled_from(["00:00:05:12", "00:00:05;12", "00:01:02.5"]),
)
lengths = st.one_of(
    st.integers(0, 9999).map(lambda pixels: f"{pixels}px"), st.floats(0, 100, width=16).map(lambda part: f"{part:.4f}%")
)
sizes = st.one_of(
    st.integers(1, 8192).map(lambda pixels: f"{pixels}px"), st.floats(1, 100, width=16).map(lambda part: f"{part:.4f}%")
)
rates = st.sampled_from([25, 29.97, "24000/1001", "30000/1001", 12.5])
marks = st.fixed_dictionaries(
    {"text": st.text("abc €", min_size=1, max_size=9).filter(str.strip)},
    optional={"x": lengths, "size": sizes, "start": offsets},
)
# Only what every container takes: eight channels, for one, are more than ts can say.
any_output = st.one_of(
    st.sampled_from(sorted(builtin_presets().nodes)).map(lambda name: {"preset": name}),
    st.fixed_dictionaries(
        {"kind": st.just("transcode"), "container": st.sampled_from(["mp4", "webm", "mkv", "mov", "ts"])},
        optional={
            "video": st.fixed_dictionaries(
                {}, optional={"height": st.integers(16, 8192), "frame_rate": rates, "crf": st.integers(0, 51)}
            ),
            "audio": st.fixed_dictionaries(
                {}, optional={"loudness": st.floats(-40, -5), "channels": st.integers(1, 7)}
            ),
            "trim": st.fixed_dictionaries({"start": seconds}),
            "watermarks": st.lists(marks, max_size=2),
        },
    ),
    st.fixed_dictionaries({"kind": st.just("snapshots"), "at": st.lists(offsets, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"kind": st.just("sprites"), "every": seconds}),
)
workflows = st.builds(
    lambda outputs, integrity: {"name": "one", "outputs": outputs, "integrity": integrity},
    st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9]{0,8}\Z"), any_output, min_size=1, max_size=4),
    st.sampled_from(["strict", "tolerant"]),
)


def through_json(frozen):
    return json.loads(json.dumps(frozen.to_json()))


@settings(max_examples=60, deadline=None)
@given(workflows)
def test_a_frozen_workflow_comes_back_from_json_as_it_was(data):
    frozen = freeze(build_workflow(data))
    assert load_frozen(through_json(frozen)) == frozen


@settings(max_examples=20, deadline=None)
@given(workflows)
def test_freezing_what_was_frozen_gives_the_same_hash(data):
    frozen = freeze(build_workflow(data))
    assert freeze(load_frozen(through_json(frozen)).workflow).hash == frozen.hash


def test_later_edits_of_a_preset_never_touch_what_is_frozen(tmp_path):
    house = tmp_path / "house.yaml"
    house.write_text("mine: {kind: snapshots, at: [10%], width: 640}\n")
    text = "name: one\noutputs:\n  a: {preset: mine}\n"
    kept = through_json(freeze(parse_workflow(text, "f.yaml", load_presets(tmp_path))))
    house.write_text("mine: {kind: snapshots, at: [90%], width: 320}\n")
    edited = freeze(parse_workflow(text, "f.yaml", load_presets(tmp_path)))
    assert load_frozen(kept).workflow.outputs["a"].width == 640
    assert load_frozen(kept).hash != edited.hash


def test_the_order_of_fields_does_not_change_the_hash():
    one = parse_workflow("name: one\npriority: low\noutputs:\n  a: {preset: poster, width: 320}\n")
    two = parse_workflow("outputs:\n  a: {width: 320, preset: poster}\npriority: low\nname: one\n")
    assert freeze(one).hash == freeze(two).hash


@pytest.mark.parametrize("path", sorted((ROOT / "include" / "workflows").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_workflow_survives_its_way_through_a_run(path):
    frozen = freeze(load_workflow(path, load_presets(ROOT / "include" / "presets")))
    assert load_frozen(through_json(frozen)) == frozen


def test_a_workflow_that_was_changed_on_its_way_is_refused():
    data = through_json(freeze(build_workflow({"name": "one", "outputs": {"a": {"preset": "poster"}}})))
    data["workflow"]["outputs"]["a"]["width"] = 64
    with pytest.raises(ConfigurationError, match="was changed after it had been frozen"):
        load_frozen(data)


@pytest.mark.parametrize("data", [{}, {"workflow": {}, "hash": ""}, {"api_version": 2}])
def test_what_is_no_frozen_workflow_is_refused_with_the_field(data):
    with pytest.raises(ConfigurationError, match=r"holds no frozen workflow: .*Submit the job again"):
        load_frozen(data)
