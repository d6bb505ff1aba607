import pytest

from tests.planned import audio, media, video

MAIN = audio(language="eng")
DESCRIBED = audio(index=2, role="audio_description")
COMMENTARY = audio(index=3, role="commentary", default=True, channels=6)
ORIGINAL = audio(index=4, language="jpn", role="original")


@pytest.mark.parametrize(
    ("tracks", "main"),
    [
        ([DESCRIBED, MAIN], 1),
        ([COMMENTARY, DESCRIBED, MAIN], 1),
        ([COMMENTARY, audio(index=3, role="hearing_impaired")], 3),
        ([COMMENTARY, DESCRIBED], 2),
        ([COMMENTARY], 3),
        ([audio(index=1, role="dub"), ORIGINAL], 4),
        ([audio(index=1, role="dub", default=True), ORIGINAL], 1),
        ([audio(index=1), audio(index=2, channels=6)], 2),
        ([audio(index=1), audio(index=2)], 1),
        ([audio(index=1, role="dependent", default=True), COMMENTARY], 3),
    ],
)
def test_main_audio_is_what_a_viewer_would_get(tracks, main):
    assert media(video(), *tracks).main_audio.index == main


@pytest.mark.parametrize(
    ("streams", "main"),
    [
        ([video(index=0, default=True, role="dependent"), video(index=1, width=640, height=360)], 1),
        ([video(index=0, disposition=("multilayer",), default=True), video(index=1)], 1),
        ([video(index=0), video(index=1, width=3840, height=2160)], 1),
        ([video(index=0, default=True), video(index=1, width=3840, height=2160)], 0),
        ([video(index=0, disposition=("multilayer",))], 0),
    ],
)
def test_main_video_is_no_layer_of_another_where_alternative_exists(streams, main):
    assert media(*streams).main_video.index == main
