"""All outputs become visible together, or none does."""

import json
from dataclasses import replace

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ffmpeg.errors import Cancelled, EncodeFailed, ProcessingError
from airflow_provider_media.core.jobs.model import ManifestEntry, StageResult
from airflow_provider_media.core.jobs.places import manifest_uri
from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.plans import Artifact, Document, LeftOut, Package, Plan, Unit
from airflow_provider_media.core.publication.publishing import publish
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.storage.errors import StorageError, UploadFailed
from airflow_provider_media.core.storage.memory import MemoryStorage
from tests.planned import media

OUT = "s3://out/"


class Recording(MemoryStorage):
    """Remembers what became visible in which order, and fails where it is told to."""

    def __init__(self, *, fails_at="nowhere"):
        super().__init__()
        self.order = []
        self.fails_at = fails_at
        self.meanwhile = lambda: None

    def put(self, uri, content, **options):
        if uri.endswith(self.fails_at):
            self.meanwhile()
            raise StorageError("the disk is full")
        self.order.append(uri)
        return super().put(uri, content, **options)


def unit(output, *, required=True, **artifact):
    made = Artifact(
        **{"output": output, "file": f"{output}.mp4", "key": f"{output}.mp4", "expect": Expectation(), **artifact},
        content_key=f"key of {output}",
    )
    return Unit(name=output, commands=(), artifacts=(made,), cost=0.0, required=required)


def finished(storage, work, *files, warnings=()):
    """What a unit or package of these files came to, with the files in the storage."""
    made = []
    key = key_of(work)
    for file in files:
        uri = f"{OUT}.media/units/{key}/attempt/{file}"
        storage.objects.pop(uri, None)
        MemoryStorage.put(storage, uri, file.encode(), media_type="x/y")
        made.append(
            ManifestEntry(
                output="as the first job called it",
                file=file,
                uri=uri,
                size=len(file),
                sha256="0",
                media_type="video/mp4",
            )
        )
    return StageResult(key=key, name=getattr(work, "name", key), made=tuple(made), warnings=warnings)


def key_of(work):
    return work.key if isinstance(work, Package) else work.keys[0]


def failed(work):
    return StageResult(key=key_of(work), name=work.name, error=EncodeFailed("no frames").to_json())


def package(*, prefix="stream/"):
    return Package(
        output="stream",
        key="key of package",
        prefix=prefix,
        tracks=(),
        protocols=("hls",),
        segment_duration=4,
        frame_rate=25,
        duration=10.0,
        iframe_playlists=False,
    )


def final_keys(storage):
    return sorted(uri.removeprefix(OUT) for uri in storage.objects if ".media/" not in uri)


@pytest.fixture
def recording():
    return Recording()


@pytest.fixture
def published(job, engine):
    def publish_into(storage, plan, results, **changes):
        return publish(
            job, plan, results, replace(engine, storages=lambda _: storage, **changes), timings={"encode": 1.5}
        )

    return publish_into


def test_the_manifest_says_what_was_made_of_what(recording, published, job):
    one = unit("mp4")
    plan = Plan(
        media=replace(media(), warnings=("damaged",)),
        units=(one,),
        notes=("hls: silence was added",),
        left_out=(LeftOut(output="sound", reason="no audio"),),
    )
    manifest = published(recording, plan, [finished(recording, one, "mp4.mp4", warnings=("got over it",))])
    (made,) = manifest.outputs
    assert (made.output, made.uri, made.size) == ("mp4", f"{OUT}mp4.mp4", 7)
    assert (manifest.job_id, manifest.workflow, manifest.workflow_hash) == (job.id, "test", job.workflow.hash)
    assert manifest.source["uri"] == job.source
    assert manifest.source["media"]["duration"] == 10.0
    assert manifest.warnings == ("damaged", "hls: silence was added", "got over it")
    assert manifest.left_out == plan.left_out
    assert manifest.timings["encode"] == 1.5
    assert manifest.uri == manifest_uri(OUT, job.id)
    assert from_json(type(manifest), json.loads(recording.read(manifest.uri))) == manifest


def test_publish_media_then_playlists_then_those_naming_them_then_manifest(recording, published, job):
    one = unit("mp4")
    stream = package()
    cues = Document(output="sprite", key="sprite.vtt", media_type="text/vtt", content="WEBVTT\n")
    files = ("master.m3u8", "720p/playlist.m3u8", "720p/1.m4s", "manifest.mpd")
    results = [finished(recording, stream, *files), finished(recording, one, "mp4.mp4")]
    published(recording, Plan(media=media(), units=(one,), packages=(stream,), documents=(cues,)), results)
    order = [uri.removeprefix(OUT) for uri in recording.order]
    assert set(order[:2]) == {"mp4.mp4", "stream/720p/1.m4s"}
    assert order[2] == "stream/720p/playlist.m3u8"
    assert set(order[3:5]) == {"stream/master.m3u8", "stream/manifest.mpd"}
    assert order[5:] == ["sprite.vtt", f".media/jobs/{job.id}/manifest.json"]


def test_files_and_documents_are_published_under_their_media_types(recording, published):
    one = unit("mp4")
    cues = Document(output="cues", key="a.vtt", media_type="text/vtt", content="WEBVTT\n")
    published(recording, Plan(media=media(), units=(one,), documents=(cues,)), [finished(recording, one, "mp4.mp4")])
    assert recording.objects[f"{OUT}mp4.mp4"].media_type == "video/mp4"
    assert recording.objects[f"{OUT}a.vtt"].media_type == "text/vtt"


def test_pictures_of_a_series_get_the_numbers_that_were_planned(recording, published):
    shots = unit("shots", file="shots.%05d.jpg", key="shots/100%%_%02d.jpg", count=2, first_number=1, series=True)
    published(
        recording,
        Plan(media=media(), units=(shots,)),
        [finished(recording, shots, "shots.00001.jpg", "shots.00002.jpg")],
    )
    assert final_keys(recording) == ["shots/100%_01.jpg", "shots/100%_02.jpg"]


def test_renditions_and_intermediates_are_not_published_by_themselves(recording, published):
    rendition = unit("stream", key=None)
    manifest = published(
        recording, Plan(media=media(), units=(rendition,)), [finished(recording, rendition, "stream.mp4")]
    )
    assert manifest.outputs == ()
    assert final_keys(recording) == []


def test_late_attempt_answers_with_first_manifest_and_touches_nothing(recording, published):
    one = unit("mp4")
    plan, results = Plan(media=media(), units=(one,)), [finished(recording, one, "mp4.mp4")]
    first = published(recording, plan, results)
    count = len(recording.order)
    assert published(recording, plan, []) == first
    assert len(recording.order) == count


def test_loser_of_two_attempts_at_once_answers_with_winners_manifest(recording, published):
    one = unit("mp4")
    plan, results = Plan(media=media(), units=(one,)), [finished(recording, one, "mp4.mp4", warnings=("first",))]
    winner = []

    def overtake(_):
        if not winner:
            winner.append(None)
            winner[0] = published(recording, plan, results)

    late = published(recording, plan, [replace(results[0], warnings=("second",))], report=overtake)
    assert late == winner[0]
    assert late.warnings == ("first",)
    assert final_keys(recording) == ["mp4.mp4"]


def test_a_missing_required_output_publishes_nothing_and_is_named(recording, published):
    one, other = unit("mp4"), unit("gif")
    with pytest.raises(ProcessingError, match=r"nothing was published: gif did not finish"):
        published(recording, Plan(media=media(), units=(one, other)), [finished(recording, one, "mp4.mp4")])
    assert recording.order == []


def test_a_missing_required_package_publishes_nothing(recording, published):
    with pytest.raises(ProcessingError, match="stream did not finish"):
        published(recording, Plan(media=media(), units=(), packages=(package(),)), [])
    assert recording.order == []


def test_failed_optional_output_is_named_in_manifest_and_others_published(recording, published):
    one, other = unit("mp4"), unit("gif", required=False)
    manifest = published(
        recording, Plan(media=media(), units=(one, other)), [finished(recording, one, "mp4.mp4"), failed(other)]
    )
    assert manifest.failed == ({"name": "gif", "code": "encode_failed", "message": "no frames"},)
    assert [made.output for made in manifest.outputs] == ["mp4"]


def test_cues_are_not_published_without_the_sheets_that_they_name(recording, published):
    one, sprite = unit("mp4"), unit("sprite", required=False)
    cues = Document(output="sprite", key="sprite.vtt", media_type="text/vtt", content="WEBVTT\n", required=False)
    plan = Plan(media=media(), units=(one, sprite), documents=(cues,))
    published(recording, plan, [finished(recording, one, "mp4.mp4"), failed(sprite)])
    assert final_keys(recording) == ["mp4.mp4"]


@pytest.mark.parametrize("fails_at", ["b.mp4", "cues.vtt", "manifest.json"])
def test_upload_failure_removes_what_was_new_and_fails_job(published, job, fails_at):
    storage = Recording(fails_at=fails_at)
    one, other = unit("a"), unit("b")
    cues = Document(output="a", key="cues.vtt", media_type="text/vtt", content="WEBVTT\n")
    plan = Plan(media=media(), units=(one, other), documents=(cues,))
    with pytest.raises(UploadFailed, match="the disk is full") as caught:
        published(storage, plan, [finished(storage, one, "a.mp4"), finished(storage, other, "b.mp4")])
    assert (caught.value.code, caught.value.exit_code) == ("upload_failed", 5)
    assert final_keys(storage) == []
    assert manifest_uri(OUT, job.id) not in storage.objects


def test_what_an_earlier_job_has_published_is_not_removed(published):
    storage = Recording(fails_at="b.mp4")
    storage.objects.clear()
    MemoryStorage.put(storage, f"{OUT}a.mp4", b"of yesterday", media_type="video/mp4")
    one, other = unit("a"), unit("b")
    with pytest.raises(UploadFailed):
        published(
            storage,
            Plan(media=media(), units=(one, other)),
            [finished(storage, one, "a.mp4"), finished(storage, other, "b.mp4")],
        )
    assert final_keys(storage) == ["a.mp4"]


def test_nothing_is_removed_where_another_attempt_has_committed_meanwhile(published, job):
    storage = Recording(fails_at="b.vtt")
    one = unit("a")
    plan = Plan(
        media=media(), units=(one,), documents=(Document(output="a", key="b.vtt", media_type="text/vtt", content=""),)
    )
    storage.meanwhile = lambda: MemoryStorage.put(
        storage, manifest_uri(OUT, job.id), b"{}", media_type="application/json"
    )
    with pytest.raises(UploadFailed):
        published(storage, plan, [finished(storage, one, "a.mp4")])
    assert final_keys(storage) == ["a.mp4"]


def test_after_a_failure_no_further_copy_is_begun(published):
    storage = Recording(fails_at="00.mp4")
    units = [unit(f"{number:02}") for number in range(50)]
    with pytest.raises(UploadFailed):
        published(
            storage,
            Plan(media=media(), units=tuple(units)),
            [finished(storage, one, one.artifacts[0].file) for one in units],
        )
    assert len(storage.order) < 25


def test_cancelling_takes_back_what_is_published_already(recording, published):
    one, other = unit("a"), unit("b")
    cues = Document(output="a", key="cues.vtt", media_type="text/vtt", content="WEBVTT\n")
    done = []
    with pytest.raises(Cancelled):
        published(
            recording,
            Plan(media=media(), units=(one, other), documents=(cues,)),
            [finished(recording, one, "a.mp4"), finished(recording, other, "b.mp4")],
            report=done.append,
            cancelled=lambda: len(done) >= 2,
        )
    assert recording.order  # something was there
    assert final_keys(recording) == []


def test_publish_of_ended_run_writes_no_manifest_and_leaves_nothing(recording, published):
    one = unit("a")
    with pytest.raises(Cancelled, match="the run was ended"):
        published(
            recording, Plan(media=media(), units=(one,)), [finished(recording, one, "a.mp4")], is_wanted=lambda: False
        )
    assert recording.order  # something was there
    assert final_keys(recording) == []
    assert not any(uri.endswith("manifest.json") for uri in recording.objects)


def test_a_key_that_no_storage_takes_leaves_nothing(recording, published):
    one, other = unit("a"), unit("b", key="../b.mp4")
    with pytest.raises(ConfigurationError):
        published(
            recording,
            Plan(media=media(), units=(one, other)),
            [finished(recording, one, "a.mp4"), finished(recording, other, "b.mp4")],
        )
    assert final_keys(recording) == []


def test_progress_ends_at_one_hundred_percent(recording, published):
    one, other = unit("a"), unit("b")
    seen = []
    results = [finished(recording, one, "a.mp4"), finished(recording, other, "b.mp4")]
    published(recording, Plan(media=media(), units=(one, other)), results, report=seen.append)
    assert sorted(progress.percent for progress in seen) == [50.0, 100.0]
