"""Packages of every shape in hls.js, dash.js and Shaka Player: each plays to its end, wherever one goes in it, whatever
one chooses.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from tests.browser.players import HERE, PLAYERS, Playback, Player, installed, opened, played, served
from tests.browser.shapes import SHAPES, Packaged

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

EXACT = 0.2
"""Seconds by which a player may be wrong about the end."""
STILL = 3.0
"""Seconds of a clock on the wall after which a picture that does not move is a stall, on a machine that does much else.
"""
PLACES = (0.9, 0.1, 0.5, 0.75, 0.3)
"""Where to go in a package, as parts of its length: forth and back."""
MANY = "two-rungs-and-three-languages"
PITCHES = {"en": 440, "de": 880, "fr": 1320}


@pytest.fixture(scope="module")
def site(shapes_folder):
    with served(harness=HERE, modules=installed(), shapes=shapes_folder) as address:
        yield address


@pytest.fixture(scope="module")
def playbacks_of(browser, site, package_of) -> Callable[[str], Mapping[str, Playback]]:
    """What all players go through with the package of a shape; none where the browser does not decode it."""

    @cache
    def playbacks(shape: str) -> Mapping[str, Playback]:
        package = package_of(shape)
        with browser.new_context() as context:
            context.set_default_timeout(60_000)
            if not context.new_page().evaluate(
                "codecs => codecs.every((each) => MediaSource.isTypeSupported(each))", _codecs(package)
            ):
                return {}
            folder, ahead = f"shapes/{shape}/out/package", SHAPES[shape].ahead
            players = {name: opened(context.new_page(), site, name, folder, ahead=ahead) for name in PLAYERS}
            return played(players, [place * package.seconds for place in PLACES])

    return playbacks


def _codecs(package: Packaged) -> list[str]:
    """Content types of all tracks as the DASH manifest names them."""
    found = re.findall(r'codecs="([^"]+)" mimeType="([^"]+)"', (package.folder / "manifest.mpd").read_text())
    assert found
    return sorted({f'{media_type}; codecs="{codecs}"' for codecs, media_type in found})


@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_player_plays_shape_to_its_end_and_from_any_place(package_of, playbacks_of, shape, player):
    package, playback = package_of(shape), playbacks_of(shape).get(player)
    if playback is None:
        pytest.skip(f"this browser decodes no {' or no '.join(_codecs(package))}")
    assert (playback.stuck, playback.report["errors"], playback.report["gaps"]) == ("", [], [])
    assert playback.duration == pytest.approx(package.seconds, abs=EXACT)
    assert playback.end == pytest.approx(package.seconds, abs=EXACT)
    for track in playback.buffered:
        (whole,) = track["ranges"]
        assert whole == pytest.approx([0, package.seconds], abs=EXACT), track["type"]
    assert playback.report["standstill"] < STILL


@pytest.fixture
def choosing(page, site, package_of, request) -> Player:
    """A player that plays the package that offers choices."""
    package_of(MANY)
    page.set_default_timeout(60_000)
    player = opened(page, site, request.param, f"shapes/{MANY}/out/package")
    player.wait_until_ready()
    player.play()
    return player


def assert_ends(player: Player, package: Packaged) -> None:
    """Play what is left, and find nothing wrong."""
    player.play(rate=4)
    player.wait_until_ended()
    assert player.read("video.currentTime") == pytest.approx(package.seconds, abs=EXACT)
    assert player.read("[report.errors, report.gaps]") == [[], []]


@pytest.mark.parametrize("choosing", PLAYERS, indirect=True)
def test_player_switches_rungs(choosing, package_of):
    assert sorted(choosing.read("adapter.rungs()")) == [90, 180]
    for height in (180, 90, 180):
        choosing.choose_rung(height)
    assert_ends(choosing, package_of(MANY))
    assert choosing.read("video.videoHeight") == 180


@pytest.mark.parametrize("choosing", PLAYERS, indirect=True)
def test_player_switches_languages(choosing, package_of):
    assert sorted(choosing.read("adapter.languages()")) == sorted(PITCHES)
    for language in ("de", "fr", "en"):
        choosing.choose_language(language)
        choosing.wait_for_pitch(PITCHES[language])
    assert_ends(choosing, package_of(MANY))
