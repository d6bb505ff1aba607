import os
import posixpath
import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import (
    KEY_BYTES,
    NAME_BYTES,
    InputParts,
    Uri,
    file_name,
    input_parts,
    join,
    local_path,
    parse,
    redact,
)

NASTY = st.text(alphabet=st.sampled_from([*"ab./\\%?#@: \n\0", "é", "\u2028", "\ud800"]), max_size=40)
KEYS = st.one_of(
    NASTY,
    st.lists(
        st.sampled_from(["", ".", "..", "_", "a", "a_", "_~", "~0123456789abcdef", "\\", "\n", "é", "e\u0301"])
    ).map("".join),
).filter(lambda key: not key.endswith("/") and key and "\0" not in key)
LOCATIONS = st.sampled_from(
    [
        "s3://bucket",
        "s3://bucket/",
        "s3://bucket/out/",
        "s3://bucket/o t",
        "file:///srv/out/",
        "file:///srv/o%20t",
        "/srv/out",
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/a/b.mp4", Uri(scheme="s3", authority="bucket", key="a/b.mp4")),
        ("s3://bucket/a b%20c?d#e", Uri(scheme="s3", authority="bucket", key="a b%20c?d#e")),
        ("s3://bucket", Uri(scheme="s3", authority="bucket", key="")),
        ("file:///a/b%20c.mp4", Uri(scheme="file", key="a/b c.mp4")),
        ("file://localhost/a", Uri(scheme="file", key="a")),
        ("/a/50%.mp4", Uri(scheme="file", key="a/50%.mp4")),
        ("/a/b/", Uri(scheme="file", key="a/b/")),
        ("/", Uri(scheme="file", key="")),
        ("https://user:word@Host:8443/a%20b.mp4?sig=1", Uri(scheme="https", authority="host:8443", key="a b.mp4")),
    ],
)
def test_a_uri_is_taken_apart(text, expected):
    assert parse(text) == expected


def test_parse_relative_path_is_file_below_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse("clip.mp4").path == str(tmp_path / "clip.mp4")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ftp://host/a",
        "s3:///key",
        "s3://id:secret@bucket/key",
        "file://host/a",
        "https:///a",
        "https://[::1/a",
        "a\0b",
    ],
)
def test_parse_invalid_uri_refused_with_accepted_forms(text):
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert "secret" not in str(caught.value)
    assert "s3://bucket/key" in str(caught.value) or "NUL" in str(caught.value)


@given(
    st.sampled_from(["s3://bucket/", "file:///", "https://host/"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])),
)
def test_the_text_of_a_uri_parses_to_the_same_uri(start, key):
    uri = Uri(scheme=parse(start).scheme, authority=parse(start).authority, key=key.lstrip("/"))
    assert parse(str(uri)) == uri


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "../a",
        "a/../b",
        "a/..",
        "./a",
        "a\\b",
        "a\nb",
        "a\0b",
        "a\x7fb",
        "a\u2028b",
        "a\ud800b",
    ],
)
def test_join_refuses_key_leaving_its_location_or_forging_line(key):
    with pytest.raises(ConfigurationError, match=r"write a relative key such as"):
        join("s3://bucket/out/", key)


def test_the_longest_key_is_counted_in_bytes_with_its_prefix():
    assert len(parse(join("s3://b/p", "é" * 511)).key.encode()) == KEY_BYTES
    with pytest.raises(ConfigurationError, match="longer than 1024 bytes"):
        join("s3://b/pp", "é" * 511)


def test_nothing_is_written_to_an_address_on_the_web():
    with pytest.raises(ConfigurationError, match=r"s3://bucket/prefix/.* or file:///folder/"):
        join("https://host/?secret=1", "a")


@given(LOCATIONS, NASTY)
def test_a_joined_key_never_leaves_its_location(location, key):
    try:
        joined = parse(join(location, key))
    except ConfigurationError:
        return
    base = parse(location)
    prefix = base.key if base.key.endswith("/") or not base.key else base.key + "/"
    assert (joined.scheme, joined.authority) == (base.scheme, base.authority)
    assert joined.key == prefix + key
    assert posixpath.normpath(joined.path) == joined.path
    assert joined.path.startswith(f"/{prefix}")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (
            "s3://bucket/shows/one/Clip.v2.MP4",
            InputParts(input_dir="shows/one/", input_name="Clip.v2", input_format="MP4"),
        ),
        ("s3://bucket/clip", InputParts(input_dir="", input_name="clip", input_format="")),
        (
            "https://host/a%2Fb/clip%20x.mov?sig=1",
            InputParts(input_dir="a/b/", input_name="clip x", input_format="mov"),
        ),
        ("/.hidden", InputParts(input_dir="", input_name=".hidden", input_format="")),
        ("s3://bucket/archive.tar.gz", InputParts(input_dir="", input_name="archive.tar", input_format="gz")),
        (
            "s3://bucket/50% off (한국어)~v2.mp4",
            InputParts(input_dir="", input_name="50% off (한국어)~v2", input_format="mp4"),
        ),
        ("s3://bucket/ends with a dot.", InputParts(input_dir="", input_name="ends with a dot.", input_format="")),
    ],
)
def test_templates_get_the_parts_of_the_source(uri, expected):
    assert input_parts(uri) == expected


TOLD_APART = [
    ["a\\b.mp4", "a_b.mp4", "a\nb.mp4", "a\x7fb.mp4", "a\u2028b.mp4"],
    ["a//b.mp4", "a/b.mp4", "a/./b.mp4", "a/../b.mp4", "a/_/b.mp4"],
    ["a\ud800.mp4", "a\ud801.mp4", "a_.mp4"],
    ["clip.mp4", "clip.MP4", "clip", "clip.", ".clip", "clip..mp4", "clip.mp4.", "Clip.mp4"],
    [unicodedata.normalize(form, "한국어 é.mp4") for form in ("NFC", "NFD")],
    ["a.m\\p4", "a.m_p4"],
    [f"{'x' * 300}.mp4", f"{'x' * 301}.mp4", f"{'x' * 255}.mp4"],
    ["..", "_", "..."],
]


@pytest.mark.parametrize("keys", TOLD_APART)
def test_input_parts_of_similar_keys_differ(keys):
    assert len({input_parts(f"s3://bucket/{key}") for key in keys}) == len(keys)


@pytest.mark.parametrize("key", ["a\\b.mp4", "a//b.mp4", "line\nend.mp4", f"{'x' * 300}.mp4"])
def test_input_parts_of_an_imitated_digest_differ(key):
    made = input_parts(f"s3://bucket/{key}")
    imitation = f"{made.input_dir}{made.input_name}.{made.input_format}"
    assert input_parts(f"s3://bucket/{imitation}") != made


@given(st.lists(KEYS, min_size=2, max_size=6, unique=True))
def test_input_parts_of_different_keys_differ(keys):
    assert len({input_parts(f"s3://bucket/{key}") for key in keys}) == len(keys)


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\\/~"),
        min_size=1,
        max_size=40,
    )
)
def test_input_parts_of_an_ordinary_key_spell_it(name):
    assume(name not in {".", ".."} and len(name.encode()) <= NAME_BYTES)
    parts = input_parts(f"s3://bucket/shows/{name}")
    assert f"{parts.input_dir}{parts.input_name}{'.' * bool(parts.input_format)}{parts.input_format}" == f"shows/{name}"


@pytest.mark.parametrize(("one", "other"), [("%FF", "%FE"), ("//a", "a"), ("a%5Cb", "a_b")])
def test_input_parts_of_addresses_differ(one, other):
    assert input_parts(f"https://host/{one}.mp4") != input_parts(f"https://host/{other}.mp4")


def test_a_file_name_that_is_no_utf8_is_read(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    path.write_bytes(b"x")
    uri = str(parse(str(path)))
    assert uri.endswith("caf%E9.mp4")
    assert local_path(uri).read_bytes() == b"x"


def test_join_below_a_folder_refuses_names_that_no_file_has():
    assert join("s3://bucket/", "x" * 256)
    with pytest.raises(ConfigurationError, match="a name longer than 255 bytes; shorten the path template"):
        join("file:///srv/out/", f"a/{'x' * 256}")


def test_a_folder_is_no_source():
    with pytest.raises(ConfigurationError, match="names a folder"):
        input_parts("s3://bucket/folder/")


@given(NASTY)
def test_input_parts_of_any_source_make_joinable_key(key):
    try:
        parts = input_parts(f"s3://bucket/{key}")
    except ConfigurationError:
        return
    assert join("s3://out/", f"{parts.input_dir}{parts.input_name}_720p.mp4")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("https://user:word@host:8443/a/b?X-Amz-Signature=1#f", "https://host:8443/a/b"),
        ("https://host?token=a@b/c", "https://…"),
        ("s3://id:word@bucket/a?b#c@d", "s3://bucket/a?b#c@d"),
        ("/plain/path", "/plain/path"),
        ("file:///a%20b", "file:///a%20b"),
    ],
)
def test_what_may_be_shown_of_a_uri(uri, shown):
    assert redact(uri) == shown


@given(
    st.text(alphabet=string.ascii_letters + "/@:?#.", max_size=10),
    st.text(alphabet=string.ascii_letters + "/@:?#&=", max_size=10),
)
def test_neither_credentials_nor_the_query_are_ever_shown(before, after):
    assert "5ECRET" not in redact(f"https://{before.replace('/', '')}5ECRET@host/path?{after}")
    assert "5ECRET" not in redact(f"https://host/path?{after}5ECRET{before}")


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("s3://in/a/My film.mp4", "My film.mp4"),
        ("s3://in/a/100%25?.mp4", "100%25?.mp4"),
        ("https://user:secret@host/a/My%20film.mp4?token=x#y", "My film.mp4"),
        ("file:///a/My%20film.mp4", "My film.mp4"),
        ("/a/film.mp4", "film.mp4"),
        ("https://host/%ff.mp4", "?.mp4"),
        ("s3://in/", ""),
        ("nothing://x/y.mp4", "y.mp4"),
        ("", ""),
    ],
)
def test_file_name_is_decoded_last_part_without_query(uri, name):
    assert file_name(uri) == name
