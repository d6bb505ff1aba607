"""What was made once is never made again, and what failed is told where it was declared optional."""

import json
from dataclasses import replace

import pytest

from airflow_provider_media.core.execution.finished_work import find_finished, forget, load_result, write_record
from airflow_provider_media.core.execution.unit_cache import (
    CachedUnit,
    CachedWork,
    VerifiedFile,
    load_or_make,
    load_or_make_unit,
)
from airflow_provider_media.core.ffmpeg.errors import Cancelled, EncodeFailed
from airflow_provider_media.core.jobs.places import unit_folder
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError, UploadFailed
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage


class Maker:
    """Writes one file with these bytes and counts how often."""

    def __init__(self, content=b"film", *, error=None):
        self.content = content
        self.error = error
        self.runs = 0

    def __call__(self, directory):
        self.runs += 1
        path = directory / "sub" / "film.mp4"
        path.parent.mkdir()
        path.write_bytes(self.content)
        if self.error:
            raise self.error
        return [VerifiedFile(output="mp4", path=path, facts={"width": 160})], ["a warning"]

    def work(self, *, key="key", required=True, name="the film"):
        return CachedWork(key=key, name=name, required=required, make=self)


def attempts(engine):
    return [*(engine.directory / "attempts").iterdir()]


def test_unit_cache_stores_made_files_under_key_with_all_facts(job, engine, storage):
    result = load_or_make(Maker().work(), job, engine)
    (made,) = result.made
    assert made.uri.startswith(unit_folder(job.output, "key"))
    assert storage.read(made.uri) == b"film"
    assert (made.output, made.file, made.size, made.media_type, made.facts) == (
        "mp4",
        "sub/film.mp4",
        4,
        "video/mp4",
        {"width": 160},
    )
    assert (result.warnings, result.reused, result.error) == (("a warning",), False, None)
    assert load_result("key", job, engine) == result


def test_nothing_is_made_twice_for_one_key(job, engine):
    maker = Maker()
    first = load_or_make(maker.work(), job, engine)
    second = load_or_make(maker.work(name="as another job calls it"), replace(job, id="job-2"), engine)
    assert maker.runs == 1
    assert second == replace(first, name="as another job calls it", reused=True)


def test_another_key_is_other_work(job, engine):
    maker = Maker()
    load_or_make(maker.work(key="one"), job, engine)
    assert load_or_make(maker.work(key="two"), job, engine).reused is False
    assert maker.runs == 2


def test_unit_cache_finds_work_below_differently_spelled_output_uri(job, engine, tmp_path):
    engine = replace(engine, storages=lambda _: LocalStorage())
    job = replace(job, output=f"file://{tmp_path}/a folder/")
    maker = Maker()
    load_or_make(maker.work(), job, engine)
    assert load_or_make(maker.work(), job, engine).reused
    assert maker.runs == 1


def test_unit_cache_attempt_finishing_second_returns_result_of_first(job, engine, storage):
    slow, fast = Maker(b"slow"), Maker(b"fast")
    winner = []

    def overtaken(directory):
        winner.append(load_or_make(fast.work(), job, engine))
        return slow(directory)

    result = load_or_make(CachedWork(key="key", name="the film", required=True, make=overtaken), job, engine)
    assert result == winner[0]
    assert storage.read(result.made[0].uri) == b"fast"
    # The loser's files are of no use to anybody.
    assert {uri for uri in storage.objects if uri.endswith(".mp4")} == {result.made[0].uri}


def test_unit_cache_lost_answer_to_record_write_keeps_work(job, engine):
    class LosingAnswers(MemoryStorage):
        def put(self, uri, content, **options):
            stored = super().put(uri, content, **options)
            if uri.endswith("done.json"):
                raise StorageError("The connection broke.")
            return stored

    storage = LosingAnswers()
    engine = replace(engine, storages=lambda _: storage)
    assert load_or_make(Maker().work(), job, engine) == load_result("key", job, engine)


def test_work_whose_files_were_removed_is_done_anew(job, engine, storage):
    maker = Maker()
    storage.delete(load_or_make(maker.work(), job, engine).made[0].uri)
    again = load_or_make(maker.work(), job, engine)
    assert (maker.runs, again.reused) == (2, False)
    assert storage.read(again.made[0].uri) == b"film"


@pytest.mark.parametrize("content", [b"{", b"{}", json.dumps({"key": 5, "name": None}).encode()])
def test_unit_cache_unreadable_record_does_not_block_work(job, engine, storage, content):
    storage.write(unit_folder(job.output, "key") + "done.json", content, media_type="application/json")
    result = load_or_make(Maker().work(), job, engine)
    assert load_result("key", job, engine) == result


def test_required_work_that_fails_fails_the_job_and_leaves_nothing(job, engine, storage):
    with pytest.raises(EncodeFailed):
        load_or_make(Maker(error=EncodeFailed("no frames")).work(), job, engine)
    assert storage.objects == {}
    assert attempts(engine) == []


def test_unit_cache_failed_optional_work_returns_error_and_can_retry(job, engine):
    failed = load_or_make(Maker(error=EncodeFailed("no frames")).work(required=False), job, engine)
    assert (failed.made, failed.error) == ((), {"code": "encode_failed", "message": "no frames"})
    with pytest.raises(ObjectNotFound):
        load_result("key", job, engine)
    assert load_or_make(Maker().work(required=False), job, engine).error is None


@pytest.mark.parametrize("error", [Cancelled("stop"), UploadFailed("refused")])
def test_unit_cache_optional_work_cancelled_or_upload_failed_ends_job(job, engine, error):
    with pytest.raises(type(error)):
        load_or_make(Maker(error=error).work(required=False), job, engine)
    assert attempts(engine) == []


def test_a_failed_upload_leaves_no_record(job, engine):
    class Full(MemoryStorage):
        def put(self, uri, content, **options):
            if uri.endswith(".mp4"):
                raise UploadFailed("full")
            return super().put(uri, content, **options)

    storage = Full()
    with pytest.raises(UploadFailed):
        load_or_make(Maker().work(required=False), job, replace(engine, storages=lambda _: storage))
    assert storage.objects == {}


def test_a_cancelled_job_begins_nothing(job, engine):
    maker = Maker()
    with pytest.raises(Cancelled):
        load_or_make(maker.work(), job, replace(engine, cancelled=lambda: True))
    assert maker.runs == 0


def test_what_is_finished_already_is_reported_as_done(job, engine):
    load_or_make(Maker().work(), job, engine)
    reported = []
    load_or_make(Maker().work(), job, replace(engine, report=reported.append))
    assert [(progress.name, progress.percent) for progress in reported] == [("the film", 100.0)]


def fresh(job, job_id):
    workflow = job.workflow.workflow.model_copy(update={"reuse": False})
    return replace(job, id=job_id, workflow=job.workflow.model_copy(update={"workflow": workflow}))


def test_unit_cache_without_reuse_replaces_result_of_other_job(job, engine, storage):
    first = load_or_make(Maker(b"old").work(), job, engine)
    second = load_or_make(Maker(b"new").work(), fresh(job, "job-2"), engine)
    assert (second.reused, storage.read(second.made[0].uri)) == (False, b"new")
    assert load_result("key", job, engine) == second
    assert storage.read(first.made[0].uri) == b"old"  # that job may be publishing it


def test_unit_cache_without_reuse_finds_work_of_own_earlier_attempt(job, engine):
    maker = Maker()
    load_or_make(maker.work(), fresh(job, "job-2"), engine)
    assert load_or_make(maker.work(), fresh(job, "job-2"), engine).reused
    assert maker.runs == 1


def unit_of(verify, *keys, required=True):
    def make(directory):
        for key in keys:
            (directory / key).write_text(key)
        return ["a warning"]

    return CachedUnit(keys=keys, name="the unit", required=required, make=make, verify=verify)


def verified(key, directory):
    return [VerifiedFile(output=key, path=directory / key)]


def test_unit_cache_stores_each_artifact_under_its_own_key(job, engine):
    results = load_or_make_unit(unit_of(verified, "a", "b"), job, engine)
    assert [(result.key, result.made[0].file, result.warnings) for result in results] == [
        ("a", "a", ("a warning",)),
        ("b", "b", ("a warning",)),
    ]
    assert load_or_make_unit(unit_of(verified, "b"), job, engine)[0].reused


def test_unit_cache_keeps_artifact_beside_one_that_failed(job, engine):
    def broken(key, directory):
        if key == "b":
            raise EncodeFailed("no frames")
        return verified(key, directory)

    with pytest.raises(EncodeFailed):
        load_or_make_unit(unit_of(broken, "a", "b"), job, engine)
    assert list(find_finished(["a", "b"], job, engine)) == ["a"]
    again = load_or_make_unit(unit_of(verified, "a", "b"), job, engine)
    assert [result.key for result in again] == ["a", "b"]


def test_unit_cache_makes_only_missing_artifacts_of_unit(job, engine):
    asked = []

    def make_some(directory, keys):
        asked.append(keys)
        return unit_of(verified, *keys).make(directory)

    def make(directory):
        raise AssertionError("the whole unit is made again")

    load_or_make_unit(unit_of(verified, "b"), job, engine)
    unit = replace(unit_of(verified, "a", "b", "c"), make=make, make_some=make_some)
    assert [result.key for result in load_or_make_unit(unit, job, engine)] == ["a", "b", "c"]
    assert asked == [["a", "c"]]


def test_unit_cache_optional_unit_returns_error_for_each_key(job, engine):
    def broken(key, directory):
        raise EncodeFailed("no frames")

    results = load_or_make_unit(unit_of(broken, "a", "b", required=False), job, engine)
    assert [(result.key, result.error["code"]) for result in results] == [
        ("a", "encode_failed"),
        ("b", "encode_failed"),
    ]


def test_finished_work_read_again_where_version_differs(job, engine, storage):
    made = load_or_make(Maker().work(), job, engine).made[0]
    storage.put(made.uri, b"film", media_type="video/mp4")
    assert find_finished(["key"], job, engine)
    storage.put(made.uri, b"flim", media_type="video/mp4")
    stored = dict(storage.objects)
    assert not find_finished(["key"], job, engine)
    assert storage.objects == stored  # planning changes nothing
    assert not find_finished(["key"], job, engine, is_used=True)
    assert storage.objects == {}


def test_finished_work_without_versions_is_read_again(job, engine, storage):
    result = load_or_make(Maker().work(), job, engine)
    write_record(replace(result, versions={}), job, engine)
    assert find_finished(["key"], job, engine)["key"].made == result.made
    storage.put(result.made[0].uri, b"flim", media_type="video/mp4")
    write_record(replace(result, versions={}), job, engine)
    assert not find_finished(["key"], job, engine)


def test_forgotten_work_keeps_record_of_later_attempt(job, engine, storage):
    first = load_or_make(Maker().work(), job, engine)
    second = load_or_make(Maker(b"new").work(), fresh(job, "job-2"), engine)
    forget(first, job, engine)
    assert load_result("key", job, engine) == second
    assert storage.read(second.made[0].uri) == b"new"


def test_finished_work_used_after_long_notes_its_use(job, engine, storage):
    load_or_make(Maker().work(), job, engine)
    record = unit_folder(job.output, "key") + "done.json"
    storage.objects[record] = replace(storage.objects[record], modified=0.0)
    load_or_make(Maker().work(), job, engine)
    noted = storage.head(record)
    assert noted.modified > 0
    load_or_make(Maker().work(), job, engine)
    assert storage.head(record) == noted
