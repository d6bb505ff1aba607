"""A workflow where people meet it, in Airflow's own UI: its form, its run and the way to its outputs."""

import pytest

from demo.job import UPLOADS, make_buckets, s3
from demo.stack import Stack
from tests import media

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

DAG = "media_thumbnails"


def test_manual_run_from_trigger_form_succeeds_and_links_to_manifest(signed_in, stack: Stack, tmp_path) -> None:
    make_buckets(stack)
    stack.wait_for_dag(DAG)
    s3(stack).upload_file(str(media.clip(tmp_path / "film.mp4", seconds=3)), UPLOADS, "by-hand/film.mp4")
    signed_in.goto(f"{stack.airflow_url}/dags/{DAG}")
    signed_in.get_by_role("button", name="Trigger").first.click()
    form = signed_in.get_by_role("dialog")
    form.locator("input[name=element_source]").fill(f"s3://{UPLOADS}/by-hand/film.mp4")
    form.get_by_role("button", name="Trigger").click()
    stack.wait_until(lambda: runs(stack), what="the run that the form starts", timeout_seconds=60)
    run = stack.wait_for_run(DAG, runs(stack)[0]["dag_run_id"], timeout_seconds=200)
    assert run["state"] == "success"

    signed_in.goto(f"{stack.airflow_url}/dags/{DAG}/runs/{run['dag_run_id']}")
    for task in ("probe", "plan", "encode", "package", "publish"):
        signed_in.get_by_text(task, exact=True).first.wait_for()

    signed_in.goto(f"{stack.airflow_url}/dags/{DAG}/runs/{run['dag_run_id']}/tasks/publish/details")
    link = signed_in.get_by_role("link", name="Manifest")
    link.wait_for()
    page = signed_in.get_by_role("link", name="Outputs").get_attribute("href")
    manifest = signed_in.request.get(link.get_attribute("href")).json()
    assert manifest["source"]["uri"] == f"s3://{UPLOADS}/by-hand/film.mp4"

    signed_in.goto(f"{stack.airflow_url}{page}")
    assert signed_in.get_by_role("heading", level=1).text_content() == "film.mp4"
    for picture in signed_in.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        signed_in.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    assert signed_in.locator("figure img").count() >= 6


def runs(stack: Stack) -> list[dict]:
    return stack.api("GET", f"dags/{DAG}/dagRuns")["dag_runs"]
