"""Cues and sheets are published together only where they fit."""

from dataclasses import replace

import pytest

from airflow_provider_media.core.jobs.model import ManifestEntry, StageResult
from airflow_provider_media.core.media.expectation import Expectation, ExpectedImage
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.webvtt import sprite_webvtt
from airflow_provider_media.core.plans import Artifact, Document, Plan, Unit
from airflow_provider_media.core.publication.cues import verify_cues

TIMES = (0.0, 1.0, 2.0)
SHEET = ExpectedImage(format="jpg", width=320, height=90)


def plan(*, sheets=("sheet_1.jpg", "sheet_2.jpg"), duration=3.0):
    artifact = Artifact(
        output="sprite",
        content_key="k",
        file="sheet.%05d.jpg",
        key="a/sheet_%d.jpg",
        count=2,
        series=True,
        expect=Expectation(image=SHEET),
        times=TIMES,
    )
    unit = Unit(name="sprite", commands=(), artifacts=(artifact,), cost=1.0)
    text = sprite_webvtt(TIMES, duration, sheets, 2, 1, (160, 90))
    document = Document(output="sprite", key="a/sheet.vtt", media_type="text/vtt", content=text)
    return Plan(media=MediaInfo(format="mp4", size=1, duration=3.0), units=(unit,), documents=(document,))


def result(width=320, height=90):
    facts = {"width": width, "height": height}
    made = [
        ManifestEntry(
            output="sprite",
            file=f"sheet.{number:05d}.jpg",
            uri="",
            size=1,
            sha256="",
            media_type="image/jpeg",
            facts=facts,
        )
        for number in (1, 2)
    ]
    return StageResult(key="k", name="sprite", made=tuple(made))


def test_cues_that_lie_on_their_sheets_pass():
    assert verify_cues(plan(), [result()]) is None


def test_a_cell_beyond_its_sheet_fails():
    with pytest.raises(VerificationFailed, match="sprite"):
        verify_cues(plan(), [result(width=200)])


def test_a_sheet_that_is_not_published_fails():
    with pytest.raises(VerificationFailed, match=r"other\.jpg"):
        verify_cues(plan(sheets=("sheet_1.jpg", "other.jpg")), [result()])


def test_cues_of_sheets_that_failed_are_passed_over():
    assert verify_cues(plan(), [replace(result(width=1), error={"code": "encode_failed", "message": "no"})]) is None
