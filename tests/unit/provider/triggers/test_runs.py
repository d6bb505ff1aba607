from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.triggers.runs import CHUNK, missing_jobs, missing_runs


class Runs:
    """Runs that exist, and how often they were asked for."""

    def __init__(self, existing):
        self.existing, self.questions = set(existing), 0

    def count(self, dag_id, run_ids):
        self.questions += 1
        assert len(run_ids) <= CHUNK
        return len(self.existing & set(run_ids))


@given(st.lists(st.integers(), unique=True, max_size=300), st.sets(st.integers(), max_size=300))
def test_exactly_the_runs_that_do_not_exist_are_missing(asked, existing):
    run_ids = [f"normal__{number}" for number in asked]
    runs = Runs(f"normal__{number}" for number in existing)
    assert missing_runs("media_vod", run_ids, runs.count) == set(run_ids) - runs.existing


def test_a_bucket_of_known_uploads_costs_one_question_per_chunk():
    known = [f"normal__{number}" for number in range(10 * CHUNK)]
    runs = Runs(known)
    assert missing_runs("media_vod", known, runs.count) == set()
    assert runs.questions == 10


def test_one_new_upload_among_known_ones_needs_few_queries():
    known = [f"normal__{number}" for number in range(CHUNK)]
    runs = Runs(known[:-1])
    assert missing_runs("media_vod", known, runs.count) == {known[-1]}
    assert runs.questions <= 2 * CHUNK.bit_length()


def test_job_is_found_in_any_queue_of_its_account():
    there = {("media_ingest_normal__acme", "normal__1"), ("media_ingest_low__acme", "low__2")}
    count = lambda dag_id, run_ids: len(there & {(dag_id, run) for run in run_ids})
    assert missing_jobs("acme", {"1", "2", "3"}, count) == {"3"}
    assert missing_jobs("default", {"1", "2", "3"}, count) == {"1", "2", "3"}
    assert missing_jobs("acme", set(), count) == set()
