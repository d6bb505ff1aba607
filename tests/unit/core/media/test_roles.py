import pytest

from airflow_provider_media.core.media.roles import DISPOSITIONS, ORDER, PROGRAMME, rank, role_of, titled_role


@pytest.mark.parametrize(
    ("disposition", "role"),
    [
        ((), "main"),
        (("default",), "main"),
        (("default", "visual_impaired", "descriptions"), "audio_description"),
        (("descriptions",), "audio_description"),
        (("comment",), "commentary"),
        (("hearing_impaired", "captions"), "hearing_impaired"),
        (("dub",), "dub"),
        (("original", "default"), "original"),
        (("clean_effects",), "music_and_effects"),
        (("visual_impaired", "dependent"), "dependent"),
        (("default", "still_image"), "dependent"),
        (("default", "multilayer"), "main"),
    ],
)
def test_role_of_disposition_is_the_flag_that_says_most(disposition, role):
    assert role_of(disposition) == role


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Audio description", "audio_description"),
        ("English (Audio Described)", "audio_description"),
        ("Described Video", "audio_description"),
        ("Descriptive Audio 2.0", "audio_description"),
        ("English AD", "audio_description"),
        ("English [AD]", "audio_description"),
        ("AD", "audio_description"),
        ("DVS", "audio_description"),
        ("Deutsch (Audiodeskription)", "audio_description"),
        ("Hörfilmfassung", "audio_description"),
        ("Audiodescription", "audio_description"),
        ("Audiodescripción", "audio_description"),
        ("Audiodescrizione", "audio_description"),
        ("Audiodescrição", "audio_description"),
        ("Audiodescriptie", "audio_description"),
        ("Audiodeskrypcja", "audio_description"),
        ("Syntolkning", "audio_description"),
        ("Synstolkning", "audio_description"),
        ("Тифлокомментарий", "audio_description"),
        ("音声解説", "audio_description"),
        ("Commentary", "commentary"),
        ("Director's Commentary", "commentary"),
        ("Director's comments", "commentary"),
        ("Commentary by the writers, 2004", "commentary"),
        ("Audiokommentar mit dem Regisseur", "commentary"),
        ("Commentaire du réalisateur", "commentary"),
        ("Comentarios del director", "commentary"),
        ("Commento del regista", "commentary"),
        ("Комментарий режиссёра", "commentary"),
        ("オーディオコメンタリー", "commentary"),
        ("Casino commentary", "commentary"),
        ("No commentary", "music_and_effects"),
        ("Stadium sound", "music_and_effects"),
        ("Music & Effects", "music_and_effects"),
        ("English for the hearing impaired", "hearing_impaired"),
        ("Klare Sprache", "hearing_impaired"),
        ("Karaoke", "karaoke"),
        ("Doublage québécois", "dub"),
        ("Originalton", "original"),
        ("Version originale", "original"),
    ],
)
def test_titled_role_knows_what_people_write(title, role):
    assert titled_role(title) == role
    assert role_of((), title) == role


@pytest.mark.parametrize(
    "title",
    [
        "",
        "English",
        "Stereo",
        "Surround 5.1",
        "Advanced audio",
        "LOAD",
        "The Road to 300 AD and beyond",
        "Recommended",
        "Dublin",
        "Sordid",
        "Descriptions",
        "Synthesizer",
        "SoundHandler",
    ],
)
def test_titled_role_ignores_titles_that_only_resemble_role(title):
    assert titled_role(title) is None


def test_role_of_believes_flags_more_than_a_title():
    assert role_of(("comment",), "Audio description") == "commentary"


def test_every_role_has_a_rank_and_a_programme_comes_first():
    ranks = [rank(role) for role in (*PROGRAMME, *ORDER)]
    assert ranks == sorted(ranks)
    assert {rank(role) for role in PROGRAMME} == {0}
    assert set(DISPOSITIONS) == {*PROGRAMME, *ORDER} - {"main"}


@pytest.mark.parametrize("role", sorted(DISPOSITIONS))
def test_dispositions_of_a_role_read_back_as_the_role(role):
    assert role_of(DISPOSITIONS[role].split("+")) == role
