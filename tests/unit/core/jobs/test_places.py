import pytest

from airflow_provider_media.core.jobs.places import job_folder, manifest_uri, plan_uri, probe_uri, unit_folder
from airflow_provider_media.core.planning.names import RESERVED


@pytest.mark.parametrize(
    "place",
    [
        unit_folder("s3://out/a/", "acme", "key"),
        job_folder("s3://out/a/", "job"),
        manifest_uri("s3://out/a/", "job"),
        plan_uri("s3://out/a/", "job"),
        probe_uri("s3://out/a/", "acme", "key"),
    ],
)
def test_private_folders_lie_in_reserved_folder_closed_to_outputs(place):
    assert place.startswith("s3://out/a/" + RESERVED)


def test_jobs_and_units_never_share_a_folder():
    assert unit_folder("s3://out/", "same", "same") != job_folder("s3://out/", "same")


def test_units_of_two_accounts_never_share_a_folder():
    assert unit_folder("s3://out/", "acme", "key") != unit_folder("s3://out/", "other", "key")
    assert probe_uri("s3://out/", "acme", "key") != probe_uri("s3://out/", "other", "key")
