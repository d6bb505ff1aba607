"""Routes that list, read, check and save workflows and state machines of the definition store."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from airflow_provider_media.api import definition_examples as examples
from airflow_provider_media.api.accounts import Deliberate, MayDagNow
from airflow_provider_media.api.answers import EVERYWHERE, answers, takes
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.definition_backend import BoundedCheckNow, ParseRequestsNow
from airflow_provider_media.api.definition_views import (
    DefinitionCheck,
    DefinitionDiagnostics,
    DefinitionList,
    DefinitionSave,
    DefinitionSummary,
    DefinitionVersions,
    DefinitionVersionView,
    DefinitionView,
    for_readers,
    summary_of_file,
    summary_of_stored,
    version_of,
    version_view_of,
    view_of_file,
    view_of_stored,
)
from airflow_provider_media.api.errors import Forbidden
from airflow_provider_media.core.definitions.definition import DefinitionKind, dag_id_of
from airflow_provider_media.core.definitions.errors import DefinitionUnknown
from airflow_provider_media.core.submission.request import validated
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.definition_files import (
    current_definitions,
    definition_files,
    read_definition_file,
    save_definition,
)
from airflow_provider_media.hooks.definitions import definition_store

BODIES = (DefinitionCheck, DefinitionSave)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
OF_STORE = (
    *EVERYWHERE,
    "request_invalid",
    "configuration_invalid",
    "storage_failed",
    "storage_forbidden",
    "object_not_found",
)
OF_VERSIONS = (*OF_STORE, "definition_unknown", "definitions_unavailable")
OF_TEXTS = (
    *EVERYWHERE,
    "request_invalid",
    "configuration_invalid",
    "cross_site_refused",
    "body_too_large",
    "media_type_unsupported",
    "definition_checks_busy",
)
Kind = Annotated[DefinitionKind, Path(description="`workflows` or `state-machines`.", examples=["workflows"])]
NAMED = Path(description="Name of the definition.", pattern=r"^[A-Za-z0-9_-]{1,200}$", examples=["clips"])
router = APIRouter(prefix="/definitions/{kind}", tags=["definitions"], dependencies=[Deliberate])


def name_to_read(kind: Kind, name: Annotated[str, NAMED], user: User, may: MayDagNow) -> str:
    """Return the name of a definition that the user may look at.

    :raises DefinitionUnknown: for any other name, whether or not there is such a definition.
    """
    if not may(user, "GET", dag_id_of(kind, name)):
        raise DefinitionUnknown(f"There is no definition {name!r} that you may use.")
    return name


NameToRead = Annotated[str, Depends(name_to_read)]


def name_to_save(kind: Kind, name: NameToRead, user: User, may: MayDagNow) -> str:
    """Return the name of a definition that the user may save.

    :raises Forbidden: when the user may only look at it.
    """
    dag_id = dag_id_of(kind, name)
    if not may(user, "PUT", dag_id):
        raise Forbidden(f"You may look at this definition, but not save it: that needs the right to edit {dag_id}.")
    return name


NameToSave = Annotated[str, Depends(name_to_save)]


@router.get("", summary="List definitions", responses=answers(*OF_STORE, example=examples.DEFINITIONS))
def list_definitions(kind: Kind, user: User, may: MayDagNow) -> DefinitionList:
    """List the workflows or state machines that you may look at, by name: those of the store and those of files.

    If a file has the name of a stored definition, only the file counts, and only the file is listed.
    """
    files = definition_files(kind)
    found: dict[str, DefinitionSummary] = {}
    for stored in current_definitions(kind):
        dag_id = dag_id_of(kind, stored.name)
        if may(user, "GET", dag_id):
            found[stored.name] = summary_of_stored(stored, can_change=may(user, "PUT", dag_id))
    found |= {name: summary_of_file(kind, name) for name in files if may(user, "GET", dag_id_of(kind, name))}
    return DefinitionList(definitions=tuple(found[name] for name in sorted(found)))


@router.post(
    "/check",
    summary="Check a definition",
    responses=answers(*OF_TEXTS, example=examples.DIAGNOSTICS),
    openapi_extra=takes(DefinitionCheck, examples.CHECKS),
)
def check_definition_text(kind: Kind, body: JsonBody, check: BoundedCheckNow) -> DefinitionDiagnostics:
    """Return the errors and warnings of a text, judged with the project's presets and accounts as `lint` judges a file.

    Nothing is saved. Every signed-in user may check a text. A check has ten seconds, and its answer has the first 500
    errors and warnings, errors before warnings if there are more.
    """
    asked = validated(DefinitionCheck, body)
    return DefinitionDiagnostics(diagnostics=check(kind, asked.name, asked.content()))


@router.get(
    "/{name}",
    summary="Get a definition",
    responses=answers(*OF_STORE, "definition_unknown", example=examples.DEFINITION),
)
def read_definition(kind: Kind, name: NameToRead, user: User, may: MayDagNow) -> DefinitionView:
    """Return the current version of a definition with its text; a definition of a file is shown as the file is now.

    Without the right to edit its DAG, URLs in the text are shown without query and credentials.
    """
    may_edit = may(user, "PUT", dag_id_of(kind, name))
    view = _current(kind, name, may_edit=may_edit)
    return view if may_edit else for_readers(view)


def _current(kind: DefinitionKind, name: str, *, may_edit: bool) -> DefinitionView:
    path = definition_files(kind).get(name)
    if path is not None:
        return view_of_file(kind, name, read_definition_file(path))
    if not settings.definitions():
        raise DefinitionUnknown(f"There is no definition {name!r} among the files, and no definition store.")
    return view_of_stored(definition_store().current(kind, name), can_change=may_edit)


@router.put(
    "/{name}",
    summary="Save a definition",
    responses=answers(
        *OF_TEXTS,
        *OF_STORE,
        "storage_full",
        "forbidden",
        "definition_unknown",
        "definitions_unavailable",
        "definition_changed",
        "definition_in_files",
        "definition_invalid",
        example=examples.DEFINITION,
    ),
    openapi_extra=takes(DefinitionSave, examples.SAVES),
)
def write_definition(
    *,
    kind: Kind,
    name: NameToSave,
    body: JsonBody,
    user: User,
    check: BoundedCheckNow,
    request_parsing: ParseRequestsNow,
) -> DefinitionView:
    """Save a definition as its next version, and return it.

    `base` is the number of the version that the change began from, or null for a new definition. If somebody else has
    saved meanwhile, the answer is 412, and its `detail` says who and when.

    A `published` definition has no errors and has its DAG within seconds. A `draft` may have errors. A `disabled`
    definition takes no jobs; its DAG ends what was submitted before, and goes. To disable, enable or go back to an
    earlier version, save the wanted text again.
    """
    asked = validated(DefinitionSave, body)
    saved = save_definition(
        kind,
        name,
        asked.content(),
        status=asked.status,
        base=asked.base,
        saved_by=user.get_name(),
        comment=asked.comment,
        check=check,
    )
    request_parsing(kind)
    return view_of_stored(saved, can_change=True)


@router.get(
    "/{name}/versions",
    summary="List the versions of a definition",
    responses=answers(*OF_VERSIONS, example=examples.VERSIONS),
)
def list_versions(kind: Kind, name: NameToRead) -> DefinitionVersions:
    """List the newest 100 versions of a stored definition, newest first."""
    return DefinitionVersions(versions=tuple(map(version_of, definition_store().history(kind, name))))


@router.get(
    "/{name}/versions/{version}",
    summary="Get a version of a definition",
    responses=answers(*OF_VERSIONS, example=examples.VERSION_WITH_TEXT),
)
def read_version(
    kind: Kind,
    name: NameToRead,
    user: User,
    may: MayDagNow,
    version: Annotated[int, Path(description="Number of the version.", ge=1, le=10**9, examples=[3])],
) -> DefinitionVersionView:
    """Return one version of a stored definition with its text.

    Without the right to edit its DAG, URLs in the text are shown without query and credentials.
    """
    view = version_view_of(definition_store().version(kind, name, version))
    return view if may(user, "PUT", dag_id_of(kind, name)) else for_readers(view)
