"""Published files of a job in a folder, by the whole API."""

import json
import shutil
import warnings
from contextlib import nullcontext
from hashlib import sha256

import pytest

from tests.media import clip

PLAYLIST = b"#EXTM3U\n#EXT-X-VERSION:7\n"
SEGMENT = bytes(range(256)) * 4
FILES = {
    "a film/hls/master.m3u8": ("application/vnd.apple.mpegurl", PLAYLIST),
    "a film/hls/720p/1.m4s": ("video/iso.segment", SEGMENT),
    "a film/poster.jpg": ("image/jpeg", b"picture"),
    "a film/peaks.json": ("application/json", b"{}"),
}
SCORED = {
    "output": "hls",
    "rendition": "720p",
    "model": "vmaf_v0.6.1",
    "width": 1920,
    "height": 1080,
    "frames": 900,
    "is_sampled": False,
    "mean": 94.25,
    "harmonic_mean": 94.1,
    "first_percentile": 88.0,
    "minimum": 80.5,
}


@pytest.fixture
def published(queues, tmp_path, monkeypatch):
    """A job that has published its files into a folder: its id and the folder."""
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.core.media.uri import join
    from airflow_provider_media.hooks import media
    from airflow_provider_media.job_store.dag_runs import push_xcom

    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(tmp_path))
    media._kept_hook.cache_clear()
    out = tmp_path / "out"
    location = f"file://{out}/"
    job_id = queues.submit(output=location).id
    for name, (_, content) in FILES.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    (out / "secret.txt").write_text("not of this job")
    outputs = [
        {
            "output": "hls",
            "file": name,
            "uri": join(location, name),
            "size": len(content),
            "sha256": sha256(content).hexdigest(),
            "media_type": media_type,
        }
        for name, (media_type, content) in FILES.items()
    ]
    uri = f"{location}.media/jobs/{job_id}/manifest.json"
    manifest = {
        "job_id": job_id,
        "workflow": "clip",
        "workflow_hash": "h",
        "source": {},
        "outputs": outputs,
        "uri": uri,
    }
    (out / ".media" / "jobs" / job_id).mkdir(parents=True)
    (out / ".media" / "jobs" / job_id / "manifest.json").write_text(json.dumps(manifest))
    queues.admit()
    run_id = queues.work(job_id, "success")
    with queues.session() as session:
        ours = (TaskInstance.run_id == run_id, TaskInstance.task_id == "publish")
        result = {"manifest": uri, "thumbnail": outputs[2]["uri"], "quality": [SCORED | {"uri": f"{location}v.json"}]}
        push_xcom(session.scalar(select(TaskInstance).where(*ours)), "return_value", value=result, session=session)
    queues.end(job_id)
    yield job_id, out
    media._kept_hook.cache_clear()


@pytest.fixture
def client(queues, monkeypatch):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.testclient import TestClient

        from airflow_provider_media.api import auth, backend, ready
        from airflow_provider_media.api.app import build_app

    monkeypatch.setattr(ready, "reconciliation", nullcontext)
    monkeypatch.setattr(ready, "prepare", lambda: None)
    app = build_app()
    app.dependency_overrides = {
        auth.signed_in: lambda: "ann",
        auth.permissions: lambda: lambda *_: True,
        backend.queues: lambda: queues.ACCOUNTS,
    }
    with TestClient(app) as client:
        yield client


def get(client, job_id, path, **headers):
    return client.get(f"/v1/accounts/default/jobs/{job_id}/{path}", headers=headers, follow_redirects=False)


def test_playlist_answered_as_text_and_its_children_below_it(client, published):
    job_id, _ = published
    answer = get(client, job_id, "files/a%20film/hls/master.m3u8")
    assert (answer.status_code, answer.content) == (200, PLAYLIST)
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    child = answer.url.join("720p/1.m4s")
    assert client.get(child).content == SEGMENT


@pytest.mark.parametrize(
    ("wanted", "status", "content"),
    [
        ("bytes=0-9", 206, SEGMENT[:10]),
        ("bytes=1000-", 206, SEGMENT[1000:]),
        ("bytes=-4", 206, SEGMENT[-4:]),
        ("bytes=5000-", 416, None),
    ],
)
def test_file_in_folder_answers_range(client, published, wanted, status, content):
    job_id, _ = published
    answer = get(client, job_id, "files/a film/hls/720p/1.m4s", Range=wanted)
    assert answer.status_code == status
    assert content is None or answer.content == content


def test_file_in_folder_has_its_media_type_and_sandbox(client, published):
    job_id, _ = published
    answer = get(client, job_id, "files/a film/peaks.json")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"{}", "application/json")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_thumbnail_in_folder_answered_by_its_bytes(client, published):
    job_id, _ = published
    path = client.get(f"/v1/accounts/default/jobs/{job_id}").json()["thumbnail"]
    answer = client.get(path)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"picture", "image/jpeg")


@pytest.mark.parametrize(
    "path",
    ["secret.txt", "a film/hls/%2e%2e/poster.jpg", "..%2fout/secret.txt", ".media/jobs/x/manifest.json", "", "a film"],
)
def test_file_not_in_manifest_is_unknown(client, published, path):
    job_id, _ = published
    answer = get(client, job_id, f"files/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_unknown")


def test_file_deleted_since_is_unknown(client, published):
    job_id, out = published
    shutil.rmtree(out / "a film")
    for name in FILES:
        answer = get(client, job_id, f"files/{name}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_unknown")


@pytest.mark.parametrize(
    "path", ["files/a film/poster.jpg", "thumbnail", "frames?of=x&at=0", "verification", "renditions"]
)
def test_file_of_job_whose_manifest_is_deleted_is_unknown(client, published, path):
    job_id, out = published
    shutil.rmtree(out / ".media")
    answer = get(client, job_id, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_unknown")


def test_thumbnail_that_manifest_lacks_is_unknown(client, published):
    job_id, out = published
    path = out / ".media" / "jobs" / job_id / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "outputs": manifest["outputs"][:1]}))
    answer = get(client, job_id, "thumbnail")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_unknown")


def test_frame_of_master_playlist_is_unavailable(client, published):
    job_id, _ = published
    answer = get(client, job_id, "frames?of=a film/hls/master.m3u8&at=0")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "frame_unavailable")


def test_file_of_unfinished_job_is_nothing_published(client, queues):
    job_id = queues.submit().id
    for address in ("files/a.mp4", "thumbnail"):
        answer = get(client, job_id, address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "nothing_published")


def test_file_of_run_made_by_hand_is_nothing_published(client, queues, published):
    from airflow.models import DagRun
    from sqlalchemy.orm.attributes import flag_modified

    from airflow_provider_media.job_store.job_queries import find_run

    job_id, _ = published
    with queues.session() as session:
        run: DagRun = find_run(queues.account(), job_id, session)[0]
        run.conf["output"] = "s3://elsewhere/"
        flag_modified(run, "conf")
    assert get(client, job_id, "files/a film/poster.jpg").json()["error"]["code"] == "nothing_published"


def test_verification_of_files_in_folder_without_plan(client, published):
    job_id, _ = published
    answer = get(client, job_id, "verification")
    assert (answer.status_code, answer.json()) == (200, {"has_plan": False, "total": len(FILES), "files": []})


def test_frame_of_file_that_is_not_in_manifest_is_unknown(client, published):
    job_id, _ = published
    answer = get(client, job_id, "frames?of=secret.txt&at=0")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "file_unknown")


def test_frame_of_published_file_is_decoded(client, published):
    job_id, out = published
    clip(out / "a film" / "poster.mp4", seconds=1).replace(out / "a film" / "poster.jpg")
    answer = get(client, job_id, "frames?of=a film/poster.jpg&at=0.5")
    assert (answer.status_code, answer.content[:2]) == (200, b"\xff\xd8")


def test_renditions_have_bit_rates_of_published_segments(client, published):
    job_id, out = published
    media_playlist = (
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-MAP:URI="720p/init.mp4"\n#EXTINF:2.0,\n720p/1.m4s\n#EXT-X-ENDLIST\n'
    )
    (out / "a film/hls/master.m3u8").write_text(media_playlist)
    (rendition,) = get(client, job_id, "renditions").json()["renditions"]
    assert rendition["path"] == "a film/hls/master.m3u8"
    assert rendition["segments"] == [{"at": 0.0, "seconds": 2.0, "bits_per_second": 4 * len(SEGMENT)}]


def test_master_playlist_is_no_rendition(client, published):
    job_id, _ = published
    assert get(client, job_id, "renditions").json() == {"renditions": []}


def test_quality_over_time_comes_from_stored_scores(queues, published):
    from airflow_provider_media.job_store.job_pages import read_quality

    job_id, out = published
    (out / "v.json").write_text(json.dumps({"scores": [[n / 25, 90 + n % 2] for n in range(900)]}))
    (found,) = read_quality(queues.account(), job_id).renditions
    assert (found.output, found.rendition, len(found.points)) == ("hls", "720p", 300)
    assert (found.points[1].at, found.points[1].mean, found.points[1].minimum) == (0.12, 90.67, 90)


def test_scores_that_were_deleted_leave_no_points(queues, published):
    from airflow_provider_media.job_store.job_pages import read_quality

    (found,) = read_quality(queues.account(), published[0]).renditions
    assert found.points == ()


def test_job_and_list_of_jobs_show_measured_quality(queues, published):
    from airflow_provider_media.core.submission.views import JobFilter
    from airflow_provider_media.job_store.job_queries import find_job, list_jobs

    view = find_job(queues.account(), published[0])
    assert (view.vmaf, view.quality[0]["first_percentile"]) == (94.25, 88.0)
    (listed,) = list_jobs(queues.account(), JobFilter(details=True)).jobs
    assert listed.vmaf == 94.25
