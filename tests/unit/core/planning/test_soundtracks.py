import pytest

from airflow_provider_media.core.planning.soundtracks import labels, playable, rendition_names, unspoken
from tests.planned import audio, media, plan, video

MAIN = audio(language="eng", title="5.1")
DESCRIBED = audio(index=2, language="eng", title="Audio description", role="audio_description")
COMMENTARY = audio(index=3, language="eng", title="Commentary", role="commentary")
ORIGINAL = audio(index=4, language="jpn", role="original")


def test_labels_write_language_title_and_role_of_every_track():
    given = labels([MAIN, DESCRIBED, COMMENTARY], "mkv", first=1)
    assert given == {
        "metadata:s:a:0": "language=eng",
        "disposition:a:0": "default",
        "metadata:s:a:1": "language=eng",
        "metadata:s:2": "title=Audio description",
        "disposition:a:1": "visual_impaired+descriptions",
        "metadata:s:a:2": "language=eng",
        "metadata:s:3": "title=Commentary",
        "disposition:a:2": "comment",
    }


@pytest.mark.parametrize(
    ("container", "reasons"),
    [
        ("mkv", []),
        ("mp4", ["the role of the Japanese track (original), which mp4 cannot tell"]),
        (
            "ts",
            [
                'the title "Audio description" of the English audio description track, which ts cannot hold',
                "the role of the Japanese track (original), which ts cannot tell",
            ],
        ),
    ],
)
def test_unspoken_is_what_a_container_has_no_word_for(container, reasons):
    assert list(unspoken([MAIN, DESCRIBED, ORIGINAL], container)) == reasons
    assert list(unspoken([ORIGINAL], container)) == []


def test_playable_leaves_out_what_is_only_to_be_mixed_in():
    mixed_in = audio(index=2, role="dependent")
    assert playable([MAIN, mixed_in]) == (MAIN,)
    assert playable([mixed_in]) == (mixed_in,)


def test_rendition_names_are_safe_and_unique_whatever_the_languages():
    assert rendition_names(["eng", "en", "pt-BR", "und", "", "../x", "日本"]) == [
        *("audio_eng", "audio_eng_2", "audio_por", "audio", "audio_2", "audio_3", "audio_4"),
    ]


def test_ladder_of_all_tracks_names_each_and_begins_with_main():
    source = media(video(), COMMENTARY, MAIN, audio(index=5, role="dependent"))
    made = plan({"hls": {"kind": "ladder", "audio_tracks": "all"}}, source)
    sounds = [track for track in made.packages[0].tracks if track.kind == "audio"]
    assert [(track.name, track.label, track.role, track.language) for track in sounds] == [
        ("audio_eng", "English", "main", "en"),
        ("audio_eng_2", "English (Commentary)", "commentary", "en"),
    ]
    assert made.left_out[0].reason == "not taken along from the source: 1 audio track (to be mixed in)"
