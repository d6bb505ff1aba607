import pytest

from airflow_provider_media.core.media.info import SubtitleStream
from airflow_provider_media.core.planning.track_names import meaningful_title, track_names, track_summary
from tests.planned import audio


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"language": "eng"}, "English"),
        ({"language": "ger"}, "Deutsch"),
        ({"language": "pt-BR"}, "Português (Brasil)"),
        ({"language": "eng", "title": "Surround 5.1"}, "English"),
        ({"language": "eng", "title": "English"}, "English"),
        ({"language": "deu", "title": "German"}, "Deutsch"),
        ({"language": "eng", "title": "English (original)"}, "English (original)"),
        ({"language": "eng", "title": "Commentary", "role": "commentary"}, "English (Commentary)"),
        ({"language": "eng", "role": "audio_description"}, "English (audio description)"),
        ({"language": "eng", "title": "Studio", "role": "audio_description"}, "English (Studio, audio description)"),
        ({"language": "eng", "title": "Stereo", "role": "hearing_impaired"}, "English (hard of hearing)"),
        ({"language": "fra", "role": "dub"}, "Français"),
        ({"title": "Director's cut"}, "Director's cut"),
        ({"role": "music_and_effects"}, "Music and effects"),
        ({}, "Audio"),
        ({"title": "Track 1 [AAC 128 kbps]"}, "Audio"),
    ],
)
def test_track_names_tell_language_title_and_role_once_each(facts, name):
    assert track_names([audio(**facts)]) == [name]


def test_track_names_are_all_different():
    tracks = [
        audio(language="eng"),
        audio(language="en"),
        audio(language="eng", title="Commentary"),
        audio(),
        audio(title="5.1"),
    ]
    assert track_names(tracks) == ["English", "English 2", "English (Commentary)", "Audio", "Audio 2"]


@pytest.mark.parametrize(
    ("title", "telling"),
    [
        ("DTS-HD MA 5.1", ""),
        ("E-AC-3 640 kbps", ""),
        ("AAC 2.0 48 kHz", ""),
        ("Stadium sound", "Stadium sound"),
        ("", ""),
    ],
)
def test_telling_title_leaves_out_how_the_source_was_coded(title, telling):
    assert meaningful_title(audio(title=title)) == telling


def test_track_summary_is_english_and_never_empty():
    forced = SubtitleStream(index=4, codec="subrip", language="deu", forced=True, disposition=("forced",))
    assert track_summary(forced) == "German forced"
    assert track_summary(audio(language="eng", role="commentary")) == "English commentary"
    assert track_summary(audio(index=3)) == "#3"
