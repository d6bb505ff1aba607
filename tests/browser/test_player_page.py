"""The page that shows what a job made, in a real browser: it plays, and the bar below shows the pictures of its
moments.
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from airflow_provider_media.core.jobs.model import Manifest
from airflow_provider_media.core.publication.gallery import player_page
from airflow_provider_media.core.serde import from_json
from tests import media

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WORKFLOW = """
name: shown
output: {path: "{output}_{number}.{format}"}
outputs:
  mp4: {kind: transcode, path: "mp4.mp4", video: {speed: fastest}}
  shots: {kind: sampled_snapshots, every: 1s}
  sprite: {kind: sprites, every: 1s, width: 80, columns: 2, rows: 2}
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> str:
    """Address of the page of a finished job."""
    folder = tmp_path_factory.mktemp("job")
    (folder / "shown.yaml").write_text(WORKFLOW)
    source = media.clip(folder / "film.mp4", seconds=4)
    argv = [sys.executable, "-m", "airflow_provider_media.cli", "run", "--workflow", str(folder / "shown.yaml")]
    done = subprocess.run(
        [*argv, "--source", str(source), "--output", f"{folder}/out/", "--json"], capture_output=True, check=True
    )
    manifest = from_json(Manifest, json.loads(done.stdout))
    cues = {
        made.uri: Path(unquote(urlsplit(made.uri).path)).read_text()
        for made in manifest.outputs
        if made.media_type == "text/vtt"
    }
    page = folder / "out" / "player.html"
    page.write_text(player_page(manifest, texts=cues), encoding="utf-8")
    return page.as_uri()


def test_the_film_plays(page, shown):
    page.goto(shown)
    page.evaluate("document.querySelector('video').muted = true; document.querySelector('video').play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.5")
    assert page.evaluate(
        "[document.querySelector('video').videoWidth, document.querySelector('video').videoHeight]"
    ) == [160, 90]


def test_every_picture_is_drawn(page, shown):
    page.goto(shown)
    # Pictures further down are loaded when they come into view.
    for picture in page.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    assert page.locator("figure img").count() == 5


def test_pointing_at_a_moment_shows_its_cell_of_the_sprite(page, shown):
    page.goto(shown)
    bar = page.locator(".scrub input")
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    preview = page.locator(".scrub output")
    preview.wait_for(state="visible")
    drawn = preview.evaluate("node => [node.style.backgroundImage, node.style.backgroundPosition, node.textContent]")
    # 3.2 s of 4: the fourth cell, the second of the second row of a sheet of 2 x 2 cells of 80 x 44 pixels; heights are
    # made even.
    assert drawn == ['url("sprite.jpg")', "-80px -44px", "00:03"]


def test_choosing_a_moment_goes_there(page, shown):
    page.goto(shown)
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    page.locator(".scrub input").fill("3")
    page.wait_for_function("!document.querySelector('video').seeking")
    assert page.evaluate("document.querySelector('video').currentTime") == pytest.approx(3, abs=0.2)
