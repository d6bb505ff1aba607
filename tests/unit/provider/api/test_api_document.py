"""The OpenAPI document, and what is made of it."""

from pathlib import Path

import jsonschema
import pytest

from airflow_provider_media.api.examples import (
    ACCOUNTS,
    ARRIVED,
    JOB,
    PAGE,
    QUEUE_HISTORY,
    QUEUES,
    RECEIPT,
    UPLOAD,
)
from airflow_provider_media.api.job_page_examples import QUALITY, TIMELINE, VERIFICATION
from airflow_provider_media.api.machine_examples import (
    DIFFERENCES,
    EXECUTION_DONE,
    EXECUTION_RUNNING,
    EXECUTION_STOPPED,
    TASK_ANSWERED,
)
from airflow_provider_media.api.preview_examples import PLAN

ROOT = Path(__file__).parents[4]
SECURITY = [{"HTTPBearer": []}]


def operations(document):
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def schema_of(document, name):
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_openapi_each_operation_has_security_description_and_responses(built):
    for name, operation in operations(built.openapi()):
        assert operation["security"] == SECURITY, name
        assert len(operation["description"]) > 30, name
        assert ({"401", "404", "422", "429"} if "/accounts/" in name else {"401", "422"}) <= set(
            operation["responses"]
        ), name
        success = next(
            answer
            for status, answer in operation["responses"].items()
            if any("example" in form for form in answer.get("content", {}).values())
        )
        assert success, name


def test_every_body_has_examples_that_its_schema_takes(built):
    document = built.openapi()
    bodies = [
        (name, operation["requestBody"]["content"]["application/json"])
        for name, operation in operations(document)
        if "requestBody" in operation
    ]
    assert len(bodies) == 18
    for name, body in bodies:
        for example in body["examples"].values():
            jsonschema.validate(example["value"], body["schema"] | {"components": document["components"]}), name


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("JobReceipt", RECEIPT),
        ("JobView", JOB),
        ("JobPage", PAGE),
        ("AccountView", QUEUES),
        ("AccountList", ACCOUNTS),
        ("QueueHistory", QUEUE_HISTORY),
        ("JobTimeline", TIMELINE),
        ("JobVerification", VERIFICATION),
        ("JobQuality", QUALITY),
        ("UploadUrl", UPLOAD),
        ("ArrivedUploads", ARRIVED),
        ("PlanView", PLAN),
        ("TaskAnswered", TASK_ANSWERED),
        ("ExecutionDifferences", DIFFERENCES),
        ("ExecutionView", EXECUTION_RUNNING),
        ("ExecutionView", EXECUTION_DONE),
        ("ExecutionView", EXECUTION_STOPPED),
    ],
)
def test_openapi_response_example_has_exactly_fields_of_its_schema(built, name, example):
    document = built.openapi()
    jsonschema.validate(example, schema_of(document, name))
    assert set(example) == set(document["components"]["schemas"][name]["properties"])


def test_every_reference_in_the_document_leads_somewhere(built):
    document = built.openapi()

    def references(value):
        if isinstance(value, dict):
            yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    found = set(references(document))
    assert found
    assert {reference.rpartition("/")[2] for reference in found} <= set(document["components"]["schemas"])


def test_openapi_document_and_docs_page_served_to_signed_in_user(client):
    assert client.get("/openapi.json").json()["servers"] == [{"url": "/media"}]
    page = client.get("/docs", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (307, "console/docs.html")


def test_the_reference_page_is_made_of_the_document(built):
    from airflow_provider_media.api.reference import reference

    page = (ROOT / "docs" / "reference" / "rest.md").read_text()
    assert page == reference(), "write it anew: python -m airflow_provider_media.api.reference docs/reference/rest.md"
