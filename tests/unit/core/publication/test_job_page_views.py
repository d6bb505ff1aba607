"""Verification of published files as a job's page shows it."""

from fractions import Fraction

from airflow_provider_media.core.media.expectation import Expectation, ExpectedAudio, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.plans import Artifact, Plan, Unit
from airflow_provider_media.core.publication.job_page_views import VERIFIED_FILES, _planned_facts, verification_of
from airflow_provider_media.core.publication.published_files import PublishedFile


def file(**facts):
    return PublishedFile(uri="s3://out/a", media_type="video/mp4", output="mp4", facts=facts)


def test_planned_facts_of_film_have_names_of_measured_facts():
    video = ExpectedVideo(codec="h264", width=1280, height=720, frame_rate=Fraction(30000, 1001), duration=10.0)
    audio = ExpectedAudio(codec="aac", channels=2, sample_rate=48000, duration=10.01)
    assert _planned_facts(Expectation(video=(video,), audio=(audio,))) == {
        "width": 1280,
        "height": 720,
        "frame_rate": 29.97,
        "exact_frame_rate": "30000/1001",
        "duration": 10.01,
        "codecs": ["h264", "aac"],
        "channels": 2,
        "sample_rate": 48000,
    }


def test_planned_facts_of_picture_are_its_size():
    picture = Expectation(image=ExpectedImage(format="jpg", width=640, height=360))
    assert _planned_facts(picture) == {"width": 640, "height": 360}
    assert _planned_facts(None) == {}


def test_verification_finds_planned_facts_of_each_file_in_series():
    shots = Artifact(
        output="shots",
        file="shots_%05d.jpg",
        key="a/shots_%d.jpg",
        count=2,
        series=True,
        expect=Expectation(image=ExpectedImage(format="jpg", width=640, height=360)),
    )
    unit = Unit(name="shots", commands=(), artifacts=(shots,), cost=1.0)
    plan = Plan(media=None, units=(unit,))  # the source's facts are not compared
    found = verification_of({"a/shots_1.jpg": file(width=640), "a/shots_2.jpg": file(width=640, codecs=["jpg"])}, plan)
    assert [each.path for each in found.files] == ["a/shots_1.jpg", "a/shots_2.jpg"]
    facts = [(fact.name, fact.expected, fact.found) for fact in found.files[1].facts]
    assert facts == [("width", 640, 640), ("height", 360, None), ("codecs", None, ["jpg"])]


def test_verification_without_plan_has_found_facts_alone():
    found = verification_of({"a.mp4": file(width=640), "1.m4s": file()}, None)
    assert (found.has_plan, found.total, [each.path for each in found.files]) == (False, 2, ["a.mp4"])
    (fact,) = found.files[0].facts
    assert (fact.name, fact.expected, fact.found) == ("width", None, 640)


def test_verification_of_many_files_is_bounded():
    found = verification_of({f"{number}.jpg": file(width=1) for number in range(VERIFIED_FILES + 5)}, None)
    assert (found.total, len(found.files)) == (VERIFIED_FILES + 5, VERIFIED_FILES)
