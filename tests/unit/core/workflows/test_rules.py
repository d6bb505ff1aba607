"""Cross checks find what no single field shows."""

from __future__ import annotations

import font_roboto
import pytest

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.document import read_yaml
from airflow_provider_media.core.workflows.local_fonts import fonts_only_below
from airflow_provider_media.core.workflows.parsing import examine, parse_workflow
from airflow_provider_media.core.workflows.presets import builtin_presets
from airflow_provider_media.core.workflows.rules import ERRORS, WARNINGS

SOUND = "outputs: {a: {preset: h264-720p}}"
OUT = f"output: {{location: 's3://out-1/'}}\n{SOUND}"


def found(text: str) -> list[tuple[str, str, str]]:
    examined = examine(read_yaml(f"name: one\n{text}\n", "f.yaml"), builtin_presets())
    assert (examined.workflow is None) == any(one.severity == "error" for one in examined.diagnostics)
    return [(one.severity, one.rule, one.field) for one in examined.diagnostics]


def test_a_usual_workflow_gives_no_cause_for_complaint():
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "output: {path: '{input_name}.{format}'}\noutputs: {a: {preset: h264-720p}, b: {preset: h264-480p}}",
            ("key-refused", "outputs.b.path"),
        ),
        (
            (
                "output: {path: '{input_name}_{preset}.{format}'}\noutputs: {a: {preset: poster}, b: {preset: poster,"
                " width: 90}}"
            ),
            ("key-refused", "outputs.b.path"),
        ),
        (
            (
                "outputs: {a: {preset: thumbnails-10s, path: '{input_name}.jpg'}, b: {preset: thumbnails-10s, path:"
                " '{input_name}.jpg'}}"
            ),
            ("key-refused", "outputs.b.path"),
        ),
        (
            (
                "outputs: {a: {preset: ladder-mobile, path: '{input_name}'}, b: {preset: poster, path:"
                " '{input_name}/poster.jpg'}}"
            ),
            ("key-refused", "outputs.b.path"),
        ),
        ("outputs: {a: {preset: poster, path: '.media/{input_name}.jpg'}}", ("key-refused", "outputs.a.path")),
        ("outputs: {a: {preset: poster, path: '{input_name}/'}}", ("key-refused", "outputs.a.path")),
        (f"output: {{location: /srv/media}}\n{SOUND}", ("location-unreachable", "output.location")),
        (f"output: {{location: 'https://example.com/x'}}\n{SOUND}", ("location-unreachable", "output.location")),
        (f"watermarks: [{{image: logo.png}}]\n{SOUND}", ("watermark-unreachable", "watermarks[0].image")),
        (
            "outputs: {a: {preset: poster, watermarks: [{text: a, font: 'ftp://host/a.ttf'}]}}",
            ("watermark-unreachable", "outputs.a.watermarks[0].font"),
        ),
        (f"watermarks: [{{text: 'x \u0f40\u0f0b'}}]\n{SOUND}", ("letters-missing", "watermarks[0].text")),
        (
            "outputs: {a: {preset: poster, watermarks: [{text: \U0010fffe}]}}",
            ("letters-missing", "outputs.a.watermarks[0].text"),
        ),
        ("outputs: {a: {kind: animated_image, start: 5s, end: 5s}}", ("ends-before-start", "outputs.a.end")),
        ("outputs: {a: {kind: transcode, trim: {start: -5s, end: -9s}}}", ("ends-before-start", "outputs.a.trim.end")),
        (f"watermarks: [{{text: a, end: 0}}]\n{SOUND}", ("ends-before-start", "watermarks[0].end")),
        (f"schedule: '0 3 * * *'\n{SOUND}", ("schedule-without-trigger", "schedule")),
        (
            f"schedule: '0 3 * * *'\ntrigger: {{bucket: in-1, prefix: a/, events: push}}\n{OUT}",
            ("schedule-without-listing", "trigger.events"),
        ),
        (f"trigger: {{bucket: in-1, prefix: a/, events: sqs}}\n{OUT}", ("queue-mismatched", "trigger.queue")),
        (
            f"trigger: {{bucket: in-1, prefix: a/, queue: 'https://sqs/1/q'}}\n{OUT}",
            ("queue-mismatched", "trigger.queue"),
        ),
        (
            f"notifications: [{{url: 'ftp://example.com/hook'}}]\n{SOUND}",
            ("notification-insecure", "notifications[0].url"),
        ),
        (
            f"notifications: [{{url: 'https://example.com:port/'}}]\n{SOUND}",
            ("notification-insecure", "notifications[0].url"),
        ),
        (
            f"notifications: [{{url: 'https://me:word@example.com'}}]\n{SOUND}",
            ("notification-insecure", "notifications[0].url"),
        ),
    ],
)
def test_an_error_is_found_at_its_field(text, expected):
    assert found(text) == [("error", *expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"notifications: [{{url: 'http://example.com/hook'}}]\n{SOUND}",
            ("notification-unencrypted", "notifications[0].url"),
        ),
        ("outputs: {a: {preset: poster, path: cover.jpg}}", ("sources-share-keys", "outputs.a.path")),
        (f"trigger: {{bucket: media-in}}\n{SOUND}", ("outputs-among-uploads", "output.location")),
        (
            f"trigger: {{bucket: media-in, prefix: up/}}\noutput: {{location: 's3://media-in/up/out'}}\n{SOUND}",
            ("outputs-among-uploads", "output.location"),
        ),
        ("outputs: {a: {kind: probe_report}}", ("only-a-report", "outputs")),
        ("outputs: {a: {preset: poster, required: false}}", ("nothing-required", "outputs")),
        ("watermarks: [{text: a}]\noutputs: {a: {preset: remux-mp4}}", ("watermark-not-drawn", "outputs.a")),
    ],
)
def test_a_warning_leaves_the_workflow_sound(text, expected):
    assert found(text) == [("warning", *expected)]


@pytest.mark.parametrize(
    "text",
    [
        (
            "output: {path: '{input_name}_{width}.{format}'}\noutputs: {a: {preset: poster, width: 320}, b: {preset:"
            " poster, width: 640}}"
        ),
        "output: {path: '{input_name}.{format}'}\noutputs: {a: {preset: h264-720p}, b: {preset: audio-m4a-128k}}",
        "outputs: {a: {kind: transcode, trim: {start: 10%, end: -5s}}}",
        "outputs: {a: {preset: ladder-standard, path: '{input_name}/'}}",
        "outputs: {a: {preset: thumbnails-10s, path: '{input_name}.jpg'}}",
        f"trigger: {{bucket: media-in, prefix: up/}}\noutput: {{location: 's3://media-in/out'}}\n{SOUND}",
        "watermarks: [{text: a}]\noutputs: {a: {preset: remux-mp4, watermarks: []}}",
        f"watermarks: [{{image: 's3://brand/logo.png'}}]\n{SOUND}",
        f"notifications: [{{url: 'https://example.com/hook'}}]\n{SOUND}",
        (
            "trigger: {bucket: in-1, prefix: a/, events: sqs, queue:"
            f" 'https://sqs.eu-central-1.amazonaws.com/1/q'}}\n{OUT}"
        ),
        f"trigger: {{bucket: in-1, prefix: a/, events: push, account: acme}}\n{OUT}",
    ],
)
def test_what_only_looks_like_a_mistake_passes(text):
    assert found(text) == []


def test_every_rule_says_what_it_holds():
    assert [rule.__name__ for rule in (*ERRORS, *WARNINGS) if not rule.__doc__] == []


def test_a_secret_in_a_watermarks_address_is_not_repeated():
    text = f"watermarks: [{{image: 'ftp://host/logo.png?X-Signature=abc123'}}]\n{SOUND}"
    (one,) = examine(read_yaml(f"name: one\n{text}\n"), builtin_presets()).diagnostics
    assert "abc123" not in one.message


@pytest.mark.parametrize("name", ["announce", "arrivals", "ingest_normal", "state_stop", "uploads"])
def test_names_of_this_packages_own_dags_are_reserved(name):
    with pytest.raises(WorkflowInvalid, match="take another name"):
        parse_workflow(f"name: {name}\n{SOUND}")


ROBOTO = f"file://{font_roboto.RobotoMedium}"


@pytest.mark.parametrize(
    "text", ["한국어", "简体 繁體 日本語", "مرحبا", "שלום", "สวัสดี", "नमस्ते", "👋", "Hello 세계 مرحبا 👋", "e\u0301"]
)
def test_rules_text_in_script_of_installed_font_passes(text):
    assert found(f"watermarks: [{{text: {text!r}}}]\n{SOUND}") == []


def test_missing_letters_are_named_once_with_line_and_column():
    text = f"name: one\nwatermarks:\n  - text: 'a ཀ་ཀ ᚠ'\n{SOUND}\n"
    (diagnostic,) = examine(read_yaml(text, "f.yaml"), builtin_presets()).diagnostics
    assert (diagnostic.mark.line, diagnostic.mark.column) == (3, 5)
    assert "have no 'ཀ་ᚠ': name a TrueType or OpenType font that has" in diagnostic.message


@pytest.mark.parametrize("file", ["/etc/passwd", "/etc/nothing-here", "/"])
def test_check_of_foreign_text_tells_nothing_of_files_elsewhere(tmp_path, file):
    with fonts_only_below([tmp_path]):
        assert found(f"watermarks: [{{text: a, font: 'file://{file}'}}]\n{SOUND}") == []


def test_link_out_of_font_folder_is_not_followed(tmp_path):
    (tmp_path / "link.ttf").symlink_to("/etc/passwd")
    (tmp_path / "own.ttf").write_text("no font")
    with fonts_only_below([tmp_path]):
        assert found(f"watermarks: [{{text: a, font: 'file://{tmp_path}/link.ttf'}}]\n{SOUND}") == []
        own = f"watermarks: [{{text: a, font: 'file://{tmp_path}/own.ttf'}}]\n{SOUND}"
        assert found(own) == [("error", "letters-missing", "watermarks[0].font")]


def test_device_is_never_read_as_font():
    # Not /dev/zero, which would take all memory if this test failed.
    assert found(f"watermarks: [{{text: a, font: 'file:///dev/null'}}]\n{SOUND}") == []


def test_a_font_of_this_machine_is_looked_into():
    font = f"font: '{ROBOTO}'"
    assert found(f"watermarks: [{{text: Привет, {font}}}]\n{SOUND}") == []
    assert found(f"watermarks: [{{text: 한, {font}}}]\n{SOUND}") == [("error", "letters-missing", "watermarks[0].text")]


def test_rules_watermark_font_file_not_a_font_refused_at_field(tmp_path):
    (tmp_path / "font.ttf").write_bytes(b"no font")
    text = f"watermarks: [{{text: a, font: 'file://{tmp_path}/font.ttf'}}]\n{SOUND}"
    assert found(text) == [("error", "letters-missing", "watermarks[0].font")]


def test_rules_missing_local_font_warns_remote_font_is_skipped(tmp_path):
    missing = f"watermarks: [{{text: 한, font: 'file://{tmp_path}/font.ttf'}}]\n{SOUND}"
    assert found(missing) == [("warning", "font-unread", "watermarks[0].font")]
    assert found(f"watermarks: [{{text: 한, font: 's3://brand/font.ttf'}}]\n{SOUND}") == []
