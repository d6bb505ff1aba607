import pytest

from airflow_provider_media.core.packaging import signalling
from tests.unit.core.packaging.test_packager import a_package, a_track


def a_sound(name: str, language: str = "en", role: str = "main", bitrate: int = 64_000, **facts):
    return a_track(name, "audio", language, bitrate, role=role, **facts)


MAIN, DESCRIBED = a_sound("main"), a_sound("ad", role="audio_description")
COMMENTARY, GERMAN = a_sound("comments", role="commentary"), a_sound("deu", "de")
PACKAGE = a_package(a_track("720p"), MAIN, DESCRIBED, COMMENTARY, GERMAN)


def test_sounds_of_two_bit_rates_form_two_groups():
    low, high, other = (
        a_track(n, "audio", bitrate=b) for n, b in (("low", 64_000), ("high", 128_000), ("other", 128_000))
    )
    package = a_package(low, high, other)
    assert [signalling.audio_group(track, package) for track in package.tracks] == [
        "audio_64k",
        "audio_128k",
        "audio_128k",
    ]
    assert signalling.audio_group(low, a_package(low)) == "audio"


def test_the_first_sound_of_each_group_is_the_default_one():
    groups = a_package(
        *(a_sound(name, bitrate=bitrate) for bitrate in (64_000, 128_000) for name in (f"a{bitrate}", f"b{bitrate}"))
    )
    assert [signalling.is_default(track, groups) for track in groups.tracks] == [True, False, True, False]
    unknown = a_package(a_sound("a", ""), a_sound("b"))
    assert [signalling.is_default(track, unknown) for track in unknown.tracks] == [True, False]


@pytest.mark.parametrize(
    ("track", "selected"),
    [
        (MAIN, True),
        (DESCRIBED, True),
        (COMMENTARY, False),
        (GERMAN, True),
        (a_sound("second programme"), False),
        (a_sound("second description", role="audio_description"), False),
        (a_sound("unknown", ""), False),
        (a_sound("music", "fr", role="music_and_effects"), False),
        (a_sound("clear", role="hearing_impaired"), True),
    ],
)
def test_autoselect_tracks_matching_language_or_accessibility_need_of_user(track, selected):
    package = PACKAGE if track in PACKAGE.tracks else a_package(*PACKAGE.tracks, track)
    assert signalling.is_autoselected(track, package) is selected


@pytest.mark.parametrize(
    ("track", "roles", "purpose", "characteristics"),
    [
        (MAIN, ("main",), "", ""),
        (GERMAN, ("alternate",), "", ""),
        (DESCRIBED, ("alternate", "description"), "1", "public.accessibility.describes-video"),
        (COMMENTARY, ("commentary",), "", "public.auxiliary-content"),
        (a_sound("hi", role="hearing_impaired"), ("alternate", "enhanced-audio-intelligibility"), "2", None),
        (a_sound("dub", "fr", role="dub"), ("dub",), "", "public.translation.dubbed"),
        (a_sound("music", role="music_and_effects"), ("supplementary",), "", ""),
    ],
)
def test_roles_are_told_in_the_words_of_hls_and_dash(track, roles, purpose, characteristics):
    package = PACKAGE if track in PACKAGE.tracks else a_package(*PACKAGE.tracks, track)
    assert signalling.dash_roles(track, package) == roles
    assert signalling.audio_purpose(track) == purpose
    if characteristics is not None:
        assert signalling.characteristics(track) == characteristics


def test_dash_roles_of_only_audio_description_are_main_and_description():
    assert signalling.dash_roles(DESCRIBED, a_package(DESCRIBED)) == ("main", "description")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('The "best" of', "The 'best' of"),
        ("two\nlines", "two lines"),
        ("", "ad"),
        ("日本語, 2 & <3>", "日本語, 2 & <3>"),
    ],
)
def test_a_label_holds_what_hls_can_quote(text, told):
    assert signalling.label(a_sound("ad", label=text)) == told
