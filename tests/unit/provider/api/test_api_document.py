"""The OpenAPI document, and what is made of it."""

from pathlib import Path

import jsonschema
import pytest

from airflow_provider_media.api.examples import (
    ARRIVED,
    EXECUTION_DONE,
    EXECUTION_RUNNING,
    EXECUTION_STOPPED,
    JOB,
    PAGE,
    QUEUES,
    RECEIPT,
    TASK_ANSWERED,
    UPLOAD,
)

ROOT = Path(__file__).parents[4]
SECURITY = [{"HTTPBearer": []}]


def operations(document):
    return [(f"{method} {path}", operation) for path, methods in document["paths"].items() for method, operation in methods.items()]


def schema_of(document, name):
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_every_operation_says_who_may_what_it_does_and_how_it_answers(built):
    for name, operation in operations(built.openapi()):
        assert operation["security"] == SECURITY, name
        assert len(operation["description"]) > 30, name
        assert ({"401", "404", "422", "429"} if "/accounts/" in name else {"401", "422"}) <= set(operation["responses"]), name
        success = next(
            answer
            for status, answer in operation["responses"].items()
            if "example" in answer.get("content", {}).get("application/json", {})
        )
        assert success, name


def test_every_body_has_examples_that_its_schema_takes(built):
    document = built.openapi()
    bodies = [
        (name, operation["requestBody"]["content"]["application/json"])
        for name, operation in operations(document)
        if "requestBody" in operation
    ]
    assert len(bodies) == 10
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
        ("UploadUrl", UPLOAD),
        ("ArrivedUploads", ARRIVED),
        ("TaskAnswered", TASK_ANSWERED),
        ("ExecutionView", EXECUTION_RUNNING),
        ("ExecutionView", EXECUTION_DONE),
        ("ExecutionView", EXECUTION_STOPPED),
    ],
)
def test_every_example_of_an_answer_has_just_the_fields_of_its_schema(built, name, example):
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


def test_the_document_and_its_page_are_there_for_who_is_signed_in(client):
    assert client.get("/openapi.json").json()["servers"] == [{"url": "/media"}]
    page = client.get("/docs")
    assert (page.status_code, "openapi.json" in page.text) == (200, True)


def test_the_reference_page_is_made_of_the_document(built):
    from airflow_provider_media.api.reference import reference

    page = (ROOT / "docs" / "reference" / "rest.md").read_text()
    assert page == reference(), "write it anew: python -m airflow_provider_media.api.reference docs/reference/rest.md"
