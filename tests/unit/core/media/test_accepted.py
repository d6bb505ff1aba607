"""What refusals say is allowed."""

import re
from pathlib import Path

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import FORMATS
from airflow_provider_media.core.media.accepted import ACCEPTED, DEMUXERS, larger_limit
from airflow_provider_media.core.media.errors import SourceError, SourceNotMedia, SourceTooLarge
from airflow_provider_media.core.media.soundness import check_header


def test_accepted_formats_are_the_sandbox_formats():
    assert FORMATS.split(",") == list(DEMUXERS)
    assert all(name in ACCEPTED for name in DEMUXERS.values())
    assert len(set(DEMUXERS.values())) == len(DEMUXERS)


def codes_below(error: type[SourceError]) -> set[str]:
    return {code for each in error.__subclasses__() for code in (each.code, *codes_below(each))}


def test_the_page_on_sources_names_every_format_and_code():
    page = (Path(__file__).parents[4] / "docs" / "reference" / "sources.md").read_text()
    formats = " ".join(page.partition("## Formats")[2].partition("A format counts")[0].split())
    assert formats.rstrip(".").replace(" and ", ", ").split(", ") == list(DEMUXERS.values())
    assert codes_below(SourceError) == set(re.findall(r"`(source_[a-z_]+)`", page))


def refusal(data):
    try:
        check_header(data, pixels=100, streams=2)
    except (SourceNotMedia, SourceTooLarge) as error:
        return error.message
    raise AssertionError("it was not refused")


def test_a_source_without_media_is_answered_with_the_accepted_formats():
    assert "MP4/MOV" in refusal({"streams": []})
    assert "MP4/MOV" in refusal({"streams": [{"codec_type": "audio"}], "format": {"probe_score": 5}})


def test_source_over_limit_refused_naming_option_that_raises_limit():
    video = {"codec_type": "video", "width": 50, "height": 50}
    assert "upload a smaller one, or raise `limit_pixels` in the section [media]" in refusal({"streams": [video]})
    assert "`limit_streams`" in refusal({"streams": [video] * 3})


def test_every_named_limit_is_one():
    fields = Limits.__dataclass_fields__
    for name in ("pixels", "streams", "duration", "frame_rate", "source_bytes"):
        assert name in fields
        assert f"limit_{name}" in larger_limit(name)
