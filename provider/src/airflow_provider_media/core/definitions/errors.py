"""Errors of the definition store."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class DefinitionsUnavailable(SubmissionError):
    """There is no definition store: the option [media] definitions is not set."""

    code = "definitions_unavailable"
    advice = "Set `[media] definitions` to a folder in a storage, as docs/how-to/definitions.md shows."


class DefinitionUnknown(SubmissionError):
    """There is no such definition, or no such version of it."""

    code = "definition_unknown"
    advice = "Name a definition or version that the list shows, or save this one first."


class DefinitionChanged(SubmissionError):
    """Somebody has saved the definition meanwhile."""

    code = "definition_changed"
    advice = "Read the current version, carry your change over, and save with its number as `base`."


class DefinitionInFiles(SubmissionError):
    """A file of include/ has a definition of this name, which cannot be changed here."""

    code = "definition_in_files"
    advice = "Change the file in its repository, or save under another name."


class StoredDefinitionInvalid(SubmissionError):
    """The definition has errors and cannot be published."""

    code = "definition_invalid"
    advice = "Correct the places that the diagnostics name, or save it as a draft."
