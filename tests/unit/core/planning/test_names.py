"""Keys: templates, numbers, safety and collisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.media.uri import join
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.names import (
    DEFAULT,
    FIELDS,
    NamedOutput,
    Naming,
    SourceIdentity,
    check_template,
    fill,
    refuse_collisions,
)


def naming(uri="s3://inbox/shows/clip.mov", template=DEFAULT) -> Naming:
    return Naming(source=SourceIdentity(uri=uri, version="1"), template=template, workflow="web", job_id="j1")


def test_a_single_file_has_no_number():
    assert naming().file(NamedOutput(name="poster"), "jpg") == "shows/clip_poster.jpg"
    assert naming().file(NamedOutput(name="poster", path="shots/{number}.{format}"), "jpg") == "shots/1.jpg"


def test_numbers_have_as_many_digits_as_the_last_one():
    assert naming().series(NamedOutput(name="shots"), "jpg", 9) % 3 == "shows/clip_shots_3.jpg"
    assert naming().series(NamedOutput(name="shots"), "jpg", 120) % 3 == "shows/clip_shots_003.jpg"


def test_template_without_number_gets_one_for_several_files():
    assert naming().series(NamedOutput(name="shots", path="thumbs/shot.{format}"), "jpg", 2) % 2 == "thumbs/shot_2.jpg"
    assert naming().series(NamedOutput(name="shots", path="a.b/shot"), "jpg", 2) % 2 == "a.b/shot_2"


def test_a_percent_sign_in_a_source_name_stays_one():
    pattern = naming("s3://inbox/100%d.mp4").series(NamedOutput(name="shots"), "jpg", 3)
    assert pattern % 1 == "100%d_shots_1.jpg"


def test_an_output_of_many_files_gets_a_folder():
    assert naming().folder(NamedOutput(name="hls")) == "shows/clip_hls/"
    assert naming().folder(NamedOutput(name="hls", path="{input_name}/stream/")) == "clip/stream/"


def test_every_field_can_be_named():
    output = NamedOutput(
        name="mp4", preset="web", path="/".join(f"{{{field}}}" for field in FIELDS if field != "input_dir")
    )
    assert naming().file(output, "mp4", Size(640, 360)) == "clip/mov/mp4/web/1/mp4/640/360/web/j1"


def test_an_unknown_field_is_refused_with_the_nearest_right_one():
    with pytest.raises(WorkflowInvalid, match=r"\{numbre\}, which does not exist; did you mean \{number\}\?"):
        check_template("{input_name}_{numbre}.{format}")


@given(st.text(max_size=20))
def test_what_a_value_holds_is_never_read_as_a_template(text):
    assert fill("{output}", {"output": text}) == text


@pytest.mark.parametrize(
    "path", ["../{input_name}.{format}", "/etc/passwd", "a//b", "a/./b.mp4", "a\\b", ".media/x.mp4"]
)
def test_unsafe_keys_are_refused_naming_the_output(path):
    with pytest.raises(WorkflowInvalid, match="output mp4"):
        naming().file(NamedOutput(name="mp4", path=path), "mp4")


@given(st.text(min_size=1, max_size=30).filter(lambda name: name.strip("/") == name and "\0" not in name))
def test_no_source_name_leads_out_of_the_output_location(name):
    key = naming(f"s3://inbox/{name}").file(NamedOutput(name="mp4"), "mp4")
    try:
        assert join("s3://out/place/", key).startswith("s3://out/place/")
    except ConfigurationError:
        pytest.fail(f"{key!r} was not refused at once")


def test_two_outputs_of_one_key_are_refused_naming_both():
    with pytest.raises(WorkflowInvalid, match=r"outputs a and b would both be written to 'x\.mp4'"):
        refuse_collisions([("a", "x.mp4"), ("b", "x.mp4")])


def test_a_file_in_the_folder_of_another_output_is_refused():
    with pytest.raises(WorkflowInvalid, match="into the folder of output hls"):
        refuse_collisions([("hls", "x/"), ("mp4", "x/720p/1.mp4")])


LONG = [f"{'가' * 84}{ending}" for ending in ("나", "다")]


@pytest.mark.parametrize(
    "path", [None, "{input_name}/{input_name}_{output}_{number}.{format}", "{output}-{input_name}{input_name}.{format}"]
)
def test_keys_of_long_source_names_fit_and_differ(path):
    output = NamedOutput(name="a_long_name_of_an_output", path=path)
    keys = [key for name in LONG for key in keys_of(f"file:///{name}.mp4", output)]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert join("file:///srv/out/", key)
        assert key.isprintable()


def keys_of(uri, output):
    return [
        naming(uri).file(output, "webp"),
        naming(uri).series(output, "webp", 10_000) % 10_000,
        naming(uri).folder(output) + "720p/00001.m4s",
    ]


def test_keys_of_names_that_fit_keep_them_whole():
    name = "x" * 240
    assert naming(f"s3://inbox/{name}.mp4").file(NamedOutput(name="mp4"), "mp4") == f"{name}_mp4.mp4"


@given(st.lists(st.text(alphabet="ab./\\_~\n", min_size=1, max_size=12), min_size=2, max_size=5, unique=True))
def test_keys_of_different_sources_differ(names):
    template = "{input_dir}{input_name}/{input_format}/{output}.{format}"
    names = [name for name in names if not name.endswith("/")]
    keys = {
        naming(f"s3://inbox/{name}", template="x/" + template.replace("{input_format}", "f{input_format}")).file(
            NamedOutput(name="o"), "mp4"
        )
        for name in names
    }
    assert len(keys) == len(names)
