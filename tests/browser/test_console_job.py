"""The page of a job: its player, the comparison with the source, and what was announced of it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo.job import make_buckets, s3
from demo.stack import ROOT, Stack
from tests import media
from tests.browser.console_pages import broken_rules, choose_look, in_each_look
from tests.captions import captioned
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

WORKFLOW = """\
name: wide
output: {location: s3://media-out/wide/, path: "{output}_{number}.{format}", connection: media_s3}
outputs:
  stream:
    kind: ladder
    path: "stream.{format}"
    quality: measure
    renditions:
      - {short_side: 144, max_bitrate: 300000}
      - {short_side: 96, max_bitrate: 150000}
    audio_tracks: all
    audio: [{bitrate: 64000}]
  sprite: {kind: sprites, every: 1s, width: 80, columns: 2, rows: 2}
notifications:
  - {url: "http://127.0.0.1:9/hooks?token=never-shown"}
"""
ACCOUNTS = "accounts:\n  default: {workflow: wide}\n"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow with one workflow."""
    include = {"workflows/wide.yaml": WORKFLOW, "queues.yaml": ACCOUNTS}
    dags = [path.name for path in (ROOT / "dags").glob("*.py")]
    project = lay_out_project(tmp_path_factory.mktemp("job"), *dags, include=include)
    with project_stack(project, dag_ids=["media_wide", "media_ingest_normal"]) as running:
        yield running


@pytest.fixture(scope="module")
def job(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Path of a finished job, whose source has captions and two sounds."""
    make_buckets(stack)
    source = two_sounds(captioned(tmp_path_factory.mktemp("clips") / "captioned.mp4", seconds=6))
    s3(stack).upload_file(str(source), "media-in", "captioned.mp4")
    body = {"source": "s3://media-in/captioned.mp4"}
    path = f"accounts/default/jobs/{stack.api('POST', '/media/v1/accounts/default/ingest-requests', body)['id']}"
    stack.wait_until(
        lambda: stack.api("GET", f"/media/v1/{path}")["state"] == "succeeded", what="The job", timeout_seconds=200
    )
    return path


def two_sounds(film: Path) -> Path:
    """Return a film with a second audio track, in Korean."""
    both = film.with_name("both.mp4")
    tone = ("-f", "lavfi", "-i", "sine=frequency=880:duration=6")
    maps = (
        "-map",
        "0:v",
        "-map",
        "0:a",
        "-map",
        "1:a",
        "-c",
        "copy",
        "-c:a:1",
        "aac",
        "-metadata:s:a:1",
        "language=kor",
    )
    subprocess.run([media.ffmpeg(), "-v", "error", "-i", str(film), *tone, *maps, str(both)], check=True)
    return both


@pytest.fixture
def console(local_page: Page, stack: Stack, job: str) -> Page:
    """The job's page with a film that can play."""
    local_page.goto(f"{stack.airflow_url}/plugin/media/jobs/default/{job.rpartition('/')[2]}")
    local_page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    return local_page


def test_pointing_at_the_bar_shows_the_sprites_cell(console: Page) -> None:
    bar = console.get_by_label("Time", exact=True)
    bar.scroll_into_view_if_needed()
    preview = console.locator("[data-preview]")
    box = bar.bounding_box()
    console.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
    # 3.6 s of 6: the fourth cell, the second of the second row of a sheet of 2 x 2 cells.
    expect(preview).to_contain_text("0:03")
    style = preview.locator("div").get_attribute("style") or ""
    assert re.search(r"files/.*sprite_1\.jpg", style)
    assert re.search(r"background-position: -80px -\d\dpx", style)


def test_menus_choose_rendition_captions_and_sound(console: Page) -> None:
    console.get_by_label("Quality", exact=True).select_option(index=1)
    console.get_by_label("Captions", exact=True).select_option(index=1)
    console.get_by_label("Audio track", exact=True).select_option(index=1)
    console.evaluate("document.querySelector('video').muted = true; document.querySelector('video').play()")
    console.wait_for_function("document.querySelector('video').ended")
    # The rung is chosen for what is fetched from then on.
    tracks = "[...document.querySelector('video').textTracks].filter(track => track.mode === 'showing')"
    assert console.evaluate(f"{tracks}.map(track => [...track.cues].map(cue => cue.text))") == [["HELLO"]]
    expect(console.get_by_label("Audio track", exact=True)).to_have_value("1")
    assert console.locator("[data-console]").get_by_role("alert").count() == 0


def test_keys_step_and_jump(console: Page) -> None:
    console.get_by_role("group", name="Keys of the player").focus()
    console.keyboard.press("5")
    console.wait_for_function("Math.abs(document.querySelector('video').currentTime - 3) < 0.1")
    console.keyboard.press(".")
    console.wait_for_function("document.querySelector('video').currentTime > 3.02")
    console.keyboard.press("m")
    expect(console.get_by_role("button", name="Unmute")).to_be_visible()


def test_source_and_rendition_show_one_moment(console: Page) -> None:
    console.get_by_text("Compare with the source").click()
    compare = console.get_by_role("region", name="Compare with the source")
    pictures = compare.locator("img")
    expect(pictures).to_have_count(2, timeout=60_000)
    before = pictures.first.get_attribute("src")
    expect(compare).to_contain_text("Frame 90 at 30 frames per second")
    compare.get_by_label("Step by 25 frames").click()
    expect(pictures.first).not_to_have_attribute("src", before, timeout=60_000)
    for picture in pictures.all():
        console.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    divider = compare.get_by_label("Divider")
    divider.press("Home")
    assert "inset(0px 100% 0px 0px)" in (pictures.last.get_attribute("style") or "")


def test_quality_of_rungs_is_plotted_and_listed(console: Page, stack: Stack) -> None:
    console.get_by_text("Quality over time", exact=True).click()
    quality = console.get_by_role("region", name="Quality over time")
    expect(quality.locator("svg path")).to_have_count(3)  # the frame, and a line for each rung
    rows = quality.get_by_role("row").all_inner_texts()[1:]
    found = {name: float(mean) for name, mean, *_ in (row.split("\t") for row in rows)}
    assert list(found) == ["stream · 144p", "stream · 96p"]
    assert 100 >= found["stream · 144p"] > found["stream · 96p"] > 0
    console.goto(f"{stack.airflow_url}/plugin/media/jobs")
    expect(console.locator("[data-job] td").last).to_have_text(f"{found['stream · 144p']:.1f}")


def test_announcement_shows_its_error_without_the_token(console: Page) -> None:
    console.get_by_text("Announcements sent").click()
    table = console.get_by_role("region", name="Announcements sent")
    expect(table).to_contain_text("delivery_refused", timeout=60_000)
    assert "never-shown" not in console.content()


def test_end_of_a_log_is_read_on_the_page(console: Page) -> None:
    console.get_by_label("End of the log of probe").click()
    expect(console.locator("[data-log]")).to_contain_text("INFO", timeout=60_000)


@in_each_look
def test_page_of_job_has_no_violation_that_axe_finds(console: Page, scheme: str, width: int) -> None:
    choose_look(console, scheme, width)
    console.reload()
    for part in ("Compare with the source", "Bit rate over time", "Quality over time", "Announcements sent"):
        console.get_by_text(part, exact=True).click()
    expect(console.get_by_role("region", name="Compare with the source").locator("img")).to_have_count(
        2, timeout=60_000
    )
    console.get_by_role("region", name="Bit rate over time").wait_for()
    assert broken_rules(console, scheme) == []
    assert console.evaluate("document.querySelector('[data-console]').scrollWidth") <= width
