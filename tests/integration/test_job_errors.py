"""Jobs of what is no whole film, of damage, of the web, and jobs that are ended: codes, words and what is left."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.component import wait_until
from tests.command_line import SECONDS, command, run, small, written
from tests.media import clip, make, playlist, text_file, truncated
from tests.web import Server

pytestmark = pytest.mark.integration

ENDLESS = """
name: long
output: {path: "{output}.{format}"}
outputs:
  mp4: {kind: transcode, video: {codec: h265, speed: slower}}
"""


def cut_with_index_at_the_end(path: Path) -> Path:
    return truncated(path, faststart=False)


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cut behind its index": (truncated, "source_truncated"),
    "cut before its index": (cut_with_index_at_the_end, "source_truncated"),
    "words": (text_file, "source_not_media"),
    "a playlist": (playlist, "source_is_reference"),
    "nothing": (empty, "source_empty"),
    "missing": (lambda path: path, "source_not_found"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_job_refuses_source_without_whole_film_by_code_within_seconds(tmp_path, kind):
    make_source, code = REFUSED[kind]
    done = run(written(tmp_path / "small.yaml", small()), make_source(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (3, code)
    assert not done.output.exists()
    assert done.answer["error"]["message"]


def flipped(path: Path) -> Path:
    """A clip with some bytes of its middle turned over, its index untouched."""
    whole = bytearray(
        clip(path, width=320, height=180, seconds=SECONDS, extra=("-movflags", "+faststart")).read_bytes()
    )
    middle = len(whole) // 2
    for at in range(middle, middle + 4000, 7):
        whole[at] ^= 0xFF
    path.write_bytes(whole)
    return path


def test_damage_inside_a_film_is_refused_by_a_strict_workflow(tmp_path):
    done = run(written(tmp_path / "small.yaml", small()), flipped(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (3, "source_damaged")
    assert done.final_files() == []


def test_a_tolerant_workflow_gets_over_damage_and_says_so(tmp_path):
    done = run(written(tmp_path / "small.yaml", small("tolerant")), flipped(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (0, "")
    assert any("reading the source met" in warning for warning in done.answer["warnings"])
    assert float(done.facts("mp4.mp4")["format"]["duration"]) == pytest.approx(SECONDS, abs=0.1)


def test_tolerant_job_of_truncated_film_succeeds_with_warning(tmp_path):
    source = truncated(tmp_path / "a.mp4", width=320, height=180, seconds=3)
    done = run(written(tmp_path / "small.yaml", small("tolerant")), source, tmp_path / "out")
    assert (done.code, done.error) == (0, "")
    assert any("cut short" in warning for warning in done.answer["warnings"])
    assert 1 < float(done.facts("mp4.mp4")["format"]["duration"]) < 2.5


def test_job_of_web_source_makes_one_request(tmp_path, monkeypatch):
    film = clip(tmp_path / "a.mp4", width=320, height=180, seconds=SECONDS).read_bytes()
    with Server() as server:
        server.answer = lambda handler: handler.send(200, film)  # no ETag, no date, no ranges
        address = f"127.0.0.1:{server.port}"
        monkeypatch.setenv("MEDIA_HTTPS_ALLOW", address)
        done = run(
            written(tmp_path / "small.yaml", small()), f"http://{address}/a.mp4?signature=GET-alone", tmp_path / "out"
        )
    assert done.code == 0, done.answer
    assert [request["path"] for request in server.requests] == ["/a.mp4?signature=GET-alone"]
    assert server.heads == 0


def test_job_of_web_source_cut_by_its_guard_publishes_nothing(tmp_path, monkeypatch):
    # A transport stream has no index: half of it is a film, too.
    film = make(
        tmp_path / "a.ts", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "2", "-c:v", "libx264"
    ).read_bytes()

    with Server() as server:
        server.answer = lambda handler: handler.drip(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + film[: len(film) // 2]
        )
        address = f"127.0.0.1:{server.port}"
        monkeypatch.setenv("MEDIA_HTTPS_ALLOW", address)
        done = run(written(tmp_path / "small.yaml", small()), f"http://{address}/a.ts", tmp_path / "out")
    assert (done.code, done.error) == (3, "source_unreachable")
    assert done.final_files() == []


def test_an_output_that_cannot_be_written_ends_with_5(tmp_path):
    written(tmp_path / "out", "a file where the folder should be")
    done = run(written(tmp_path / "small.yaml", small()), clip(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (5, "storage_failed")
    assert (tmp_path / "out").read_text() == "a file where the folder should be"


def test_job_of_invalid_workflow_ends_with_code_2_and_line(tmp_path):
    workflow = written(tmp_path / "small.yaml", small().replace("kind: sprites", "kind: sprits"))
    done = run(workflow, clip(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (2, "workflow_invalid")
    line = next(number for number, text in enumerate(workflow.read_text().splitlines(), 1) if "sprits" in text)
    assert f"{workflow}:{line}:" in done.answer["error"]["message"]
    assert "sprites" in done.answer["error"]["message"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for its children in /proc")
def test_a_terminated_job_says_so_and_leaves_nothing(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = clip(tmp_path / "a.mp4", width=320, height=180, seconds=60, audio=False)
    argv = command(written(tmp_path / "long.yaml", ENDLESS), source, tmp_path / "out")
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(scratch)}
    ) as job:
        wait_until(
            lambda: any(path.stat().st_size for path in scratch.rglob("attempts/*/mp4.mp4")),
            what="The first bytes of the output",
            timeout_seconds=30,
            poll_seconds=0.05,
        )
        family = children(job.pid)
        assert family
        job.send_signal(signal.SIGTERM)
        out, err = job.communicate(timeout=20)
    assert (job.returncode, json.loads(out)["error"]["code"], err) == (4, "cancelled", "")
    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in family),
        what="The end of all that the job had started",
        timeout_seconds=5,
        poll_seconds=0.05,
    )
    assert list(scratch.glob("*/*")) == [], "the work directory is empty again"
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file() and ".media" not in path.parts] == []


def children(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found |= {child} | children(child)
    return found
