"""Check of sprites' cues against the finished sheets, before either is published."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from itertools import chain

from airflow_provider_media.core.jobs.model import StageResult
from airflow_provider_media.core.plans import Artifact, Document, Plan
from airflow_provider_media.core.verification.verify import verify_vtt

WEBVTT = "text/vtt"


def verify_cues(plan: Plan, results: Sequence[StageResult]) -> None:
    """Verify that every WebVTT file of a plan names the published sheets, and that its cells fit the measured sheets.

    :param results: results of the artifacts; the cues of an optional unit that failed are skipped.
    :raises VerificationFailed: with the output, the file, and the planned and the found values.
    """
    done = {result.key: result for result in results if not result.error}
    for document in plan.documents:
        for artifact in chain.from_iterable(unit.artifacts for unit in plan.units):
            is_sheet = artifact.output == document.output and artifact.expect.image
            if document.media_type == WEBVTT and is_sheet and artifact.content_key in done:
                _verify(document, artifact, done[artifact.content_key])


def _verify(document: Document, artifact: Artifact, result: StageResult) -> None:
    made = {made.file: made for made in result.made}
    folder = posixpath.dirname(document.key) or "."
    names = [posixpath.relpath(key, folder) for key in artifact.published()]
    sizes = [(made[file].facts["width"], made[file].facts["height"]) for file in artifact.files()]
    sheets = dict(zip(names, sizes, strict=True))
    verify_vtt(document.key, document.content, sheets, len(artifact.times), output=document.output)
