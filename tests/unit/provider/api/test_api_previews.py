import asyncio
import threading
from io import BytesIO

import pytest
from PIL import Image

from airflow_provider_media.api.preview_examples import PICTURE_REQUESTS, PLAN_REQUESTS
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.core.workflows.schema import workflow_schema
from tests.media import clip
from tests.unit.provider.api.memory_backend import WORKFLOWS
from tests.unit.provider.api.preview_project import engines, presets, text

SMALL = {"kind": "transcode", "video": {"width": 80, "speed": "fastest"}}


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture(autouse=True)
def project(app, folder):
    from airflow_provider_media.api import preview_backend as seam

    app.dependency_overrides |= {
        seam.preview_engines: lambda: engines(folder),
        seam.known_workflows: lambda: lambda: tuple(WORKFLOWS.values()),
        seam.project_presets: lambda: presets,
    }


def post(client, what, account="default", user="ann", **body):
    headers = {"Authorization": f"Bearer {user}"}
    return client.post(f"/v1/accounts/{account}/{what}", json=body, headers=headers)


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def uri(path):
    return f"file://{path}"


def test_plan_of_text_shows_source_outputs_units_and_estimates(client, folder):
    source = clip(folder / "a.mp4", seconds=2)
    answer = post(client, "plans", source=uri(source), text=text({"small": SMALL, "poster": {"preset": "poster"}}))
    assert answer.status_code == 200, answer.text
    plan = answer.json()
    assert (plan["source"]["basis"], plan["source"]["video"]["width"]) == ("decoded", 160)
    assert [output["name"] for output in plan["outputs"]] == ["small", "poster"]
    small = plan["outputs"][0]
    assert (small["width"], small["kind"], small["files"][0]["count"]) == (80, "transcode", 1)
    assert {name for unit in plan["units"] for name in unit["outputs"]} == {"small", "poster"}
    assert plan["estimated_bytes"] == sum(output["estimated_bytes"] for output in plan["outputs"]) > 0
    assert plan["estimated_processor_seconds"] > 0


def test_plan_of_saved_workflow_makes_no_job(client, backend, folder):
    answer = post(client, "plans", source=uri(clip(folder / "a.mp4")), workflow="plain")
    assert (answer.status_code, answer.json()["workflow"]) == (200, "plain")
    assert backend.jobs == {}


def test_picture_is_a_jpeg_of_the_outputs_size(client, folder):
    source = clip(folder / "a.mp4", seconds=2)
    answer = post(client, "pictures", source=uri(source), text=text({"small": SMALL}), output="small", at=1)
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.format, picture.width) == ("JPEG", 80)


def test_text_with_errors_is_refused_with_places_and_paths(client, folder):
    wrong = "name: trial\noutputs:\n  hd:\n    kind: transcode\n    video: {codec: h246}\n"
    answer = post(client, "plans", source=uri(clip(folder / "a.mp4")), text=wrong)
    assert code(answer) == (422, "workflow_invalid")
    (found,) = answer.json()["error"]["detail"]["diagnostics"]
    assert (found["severity"], found["line"], found["path"]) == ("error", 5, ["outputs", "hd", "video", "codec"])
    assert set(found) == {"severity", "code", "message", "hint", "path", "line", "column", "part"}


@pytest.mark.parametrize("what", ["plans", "pictures"])
def test_only_who_may_submit_may_try(client, folder, what):
    body = {"source": uri(clip(folder / "a.mp4")), "text": text({"small": SMALL})}
    body |= {"output": "small"} if what == "pictures" else {}
    assert code(post(client, what, user="vic", **body)) == (403, "forbidden")
    assert code(post(client, what, user="nil", **body)) == (404, "account_unknown")


def test_source_outside_the_accounts_places_is_forbidden(client):
    answer = post(client, "plans", account="kept", source="s3://media-in/other/a.mp4", workflow="plain")
    assert code(answer) == (403, "location_forbidden")


def test_text_may_not_read_with_a_connection_of_no_workflow(client, folder):
    body = text({"small": SMALL}, output={"location": "s3://out/", "connection": "payroll"})
    answer = post(client, "plans", source=uri(clip(folder / "a.mp4")), text=body)
    assert code(answer) == (403, "location_forbidden")
    assert "payroll" in answer.json()["error"]["message"]


def test_text_may_not_draw_images_that_the_account_cannot_read(client):
    marked = {**SMALL, "watermarks": [{"image": "https://secret.example.com/plan.png?X-Amz-Signature=abc"}]}
    body = {"source": "s3://media-in/kept/a.mp4", "text": text({"small": marked})}
    answer = post(client, "pictures", account="kept", output="small", **body)
    assert code(answer) == (403, "location_forbidden")
    assert "abc" not in answer.text


def test_unknown_output_names_those_of_the_workflow(client, folder):
    body = {"source": uri(clip(folder / "a.mp4")), "text": text({"small": SMALL})}
    answer = post(client, "pictures", output="large", **body)
    assert code(answer) == (422, "output_unknown")
    assert "small" in answer.json()["error"]["message"]


def test_output_without_a_picture_is_refused(client, folder):
    sound = {"kind": "transcode", "container": "m4a"}
    body = {"source": uri(clip(folder / "a.mp4")), "text": text({"sound": sound})}
    assert code(post(client, "pictures", output="sound", **body)) == (422, "picture_unavailable")


def test_missing_watermark_image_is_the_authors_mistake(client, folder):
    marked = {**SMALL, "watermarks": [{"image": uri(folder / "none.png")}]}
    body = {"source": uri(clip(folder / "a.mp4")), "text": text({"small": marked})}
    assert code(post(client, "pictures", output="small", **body)) == (422, "workflow_invalid")


def test_source_above_the_limit_of_bytes_is_refused(client, app, folder):
    from airflow_provider_media.api import preview_backend as seam

    app.dependency_overrides[seam.preview_engines] = lambda: engines(folder, limits=Limits(source_bytes=1000))
    source = folder / "a.mkv"
    answer = post(client, "plans", source=uri(clip(source)), text=text({"small": SMALL}))
    assert code(answer) == (422, "preview_too_large")


def test_preview_ends_when_its_time_is_up(client, app, monkeypatch, folder):
    from airflow_provider_media.hooks import settings

    monkeypatch.setattr(settings, "preview_seconds", lambda: 0.0)
    answer = post(client, "plans", source=uri(clip(folder / "a.mp4")), text=text({"small": SMALL}))
    assert code(answer) == (422, "preview_timeout")


def test_previews_over_the_concurrency_limit_are_refused(client, app, folder):
    from airflow_provider_media.api import preview_backend as seam
    from airflow_provider_media.api.concurrency_limit import NiceThreads
    from airflow_provider_media.api.errors import PreviewsBusy

    inside, go = threading.Event(), threading.Event()
    before, app.state.preview_threads = app.state.preview_threads, NiceThreads(1, PreviewsBusy)

    def slow(connection, cancelled):
        inside.set()
        assert go.wait(10)
        return engines(folder)(connection, cancelled)

    app.dependency_overrides[seam.preview_engines] = lambda: slow
    body = {"source": uri(clip(folder / "a.mp4")), "text": text({"small": SMALL})}
    answers = []
    first = threading.Thread(target=lambda: answers.append(post(client, "plans", **body)))
    try:
        first.start()
        assert inside.wait(10)
        busy = post(client, "plans", **body)
        assert (code(busy), busy.headers["Retry-After"]) == ((429, "previews_busy"), "2")
    finally:
        go.set()
        first.join()
        app.state.preview_threads = before
    assert answers[0].status_code == 200


def test_working_files_are_removed_after_a_picture(client, folder):
    body = {"source": uri(clip(folder / "a.mp4")), "text": text({"small": SMALL})}
    assert post(client, "pictures", output="small", **body).status_code == 200
    assert list((folder / "work" / "attempts").iterdir()) == []


@pytest.mark.parametrize(("what", "requests"), [("plans", PLAN_REQUESTS), ("pictures", PICTURE_REQUESTS)])
def test_every_documented_preview_is_taken(client, folder, what, requests):
    source = uri(clip(folder / "a.mp4"))
    for request in requests.values():
        answer = post(client, what, **{**request["value"], "source": source})
        assert answer.status_code == 200, answer.text


def test_schema_is_that_of_lint_and_describes_every_field(client):
    schema = client.get("/v1/workflow-schema").json()
    assert schema == workflow_schema()
    named = ("Workflow", schema), *schema["$defs"].items()
    plain = [
        f"{name}.{field}"
        for name, definition in named
        for field in definition.get("properties", {})
        if not {"title", "description"} <= definition["properties"][field].keys() and field != "kind"
    ]
    assert plain == []
    video = schema["$defs"]["VideoSettings"]["properties"]
    assert (video["max_bitrate"]["x-unit"], video["width"]["x-unit"]) == ("bit/s", "px")
    assert video["codec"]["x-labels"]["h264"] == "H.264 (AVC)"


def test_presets_are_listed_with_kind_description_and_settings(client):
    listed = {each["name"]: each for each in client.get("/v1/presets").json()["presets"]}
    assert listed["audio-m4a-128k"] == {
        "name": "audio-m4a-128k",
        "kind": "transcode",
        "description": "Podcasts and music apps; every device plays it.",
        "settings": {"container": "m4a", "audio": {"codec": "aac", "bitrate": 128000}},
    }
    assert code(client.get("/v1/presets", headers={"Authorization": "Bearer nil"})) == (403, "forbidden")


def test_presets_of_the_project_are_described_by_their_comments(tmp_path):
    (tmp_path / "own.yaml").write_text(
        "# Of the file.\n\n# Two\n# lines.\nours:\n  kind: transcode\nplain: {kind: ladder}\n"
    )
    found = load_presets(tmp_path).descriptions
    assert (found["ours"], found.get("plain")) == ("Two lines.", None)


def test_work_of_a_client_that_has_gone_is_stopped():
    from airflow_provider_media.api.concurrency_limit import NiceThreads
    from airflow_provider_media.api.errors import PreviewsBusy

    class Gone:
        async def receive(self):
            return {"type": "http.disconnect"}

    stopped = threading.Event()

    def work(is_abandoned):
        while not is_abandoned():
            assert not stopped.wait(0.01)
        return "stopped"

    assert asyncio.run(NiceThreads(1, PreviewsBusy).run_for(Gone(), work)) == "stopped"


def test_text_tells_nothing_of_fonts_of_the_server(client, folder):
    source = uri(clip(folder / "a.mp4", seconds=1))
    answers = [
        post(client, "plans", source=source, text=text({"small": SMALL}, watermarks=[{"text": "a", "font": font}]))
        for font in ("file:///etc/passwd", "file:///etc/nothing-here")
    ]
    assert [answer.text.replace("nothing-here", "passwd") for answer in answers] == [answers[0].text] * 2
