"""Places of a stream's packets in their file, by ffprobe; their content is not needed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from airflow_provider_media.core.ffmpeg.errors import EncodeFailed
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.process import watch
from airflow_provider_media.core.ffmpeg.sandbox import enclose, input_guards
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain


def packet_places(
    path: Path,
    stream: str,
    span: tuple[float, float],
    *,
    toolchain: Toolchain,
    limits: Limits,
    require_sandbox: bool = False,
    cancelled: Callable[[], None] = lambda: None,
) -> list[tuple[int, int]]:
    """Return position and size of each packet from the keyframe before a span to its end.

    :param stream: ffmpeg's specifier of the stream.
    :param span: seconds on the clock of the file.
    :param cancelled: called often; its exception ends the tool.
    :raises EncodeFailed: when ffprobe fails.
    """
    places: list[tuple[int, int]] = []

    def read(line: str) -> None:
        # ffprobe's own order, whatever the order of the entries
        size, _, position = line.strip().partition("|")
        if position.isdigit() and size.isdigit():
            places.append((int(position), int(size)))

    start, end = span
    arguments = (
        "-hide_banner", "-loglevel", "level+fatal",
        "-select_streams", stream,
        "-read_intervals", f"{max(0.0, start):.3f}%{end:.3f}",
        "-show_entries", "packet=size,pos",
        "-of", "compact=p=0:nk=1",
        *input_guards(limits),
        "-i", "file:source",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="media-probe-") as folder:
        launch = enclose(
            (str(toolchain.ffprobe), *arguments),
            directory=Path(folder),
            source=path,
            limits=limits,
            bubblewrap=toolchain.bubblewrap,
            require_sandbox=require_sandbox,
            cpu_seconds=limits.cpu_seconds(end - start),
        )
        ended = watch(launch, on_line=read, tick=cancelled, what="reading the source's index")
    if ended.returncode:
        raise EncodeFailed("the index of the source cannot be read")
    return places
