"""Tiny real clips for tests, made by the real ffmpeg and remembered for the session.

Every function writes ``path`` (its suffix chooses the container) and returns it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

_X265_HDR10 = (
    "log-level=error:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400"
)


@cache
def ffmpeg() -> str:
    """The ffmpeg that the product uses."""
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    # Held by the cache until the interpreter ends, and removed by its finalizer then.
    return tempfile.TemporaryDirectory(prefix="media-test-clips-", ignore_cleanup_errors=True)


@cache
def _made(suffix: str, arguments: tuple[str, ...]) -> Path:
    path = Path(_folder().name) / f"{abs(hash((suffix, arguments))):x}{suffix}"
    argv = [ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments, str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{argv}\n{done.stderr}"
    return path


def make(path: Path, *arguments: str) -> Path:
    """Any ffmpeg command whose one output is ``path``; equal arguments are run once per session."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_made(path.suffix, arguments), path)
    return path


def clip(
    path: Path,
    *,
    width: int = 160,
    height: int = 90,
    rate: str = "25",
    seconds: float = 1,
    audio: bool | int = True,
    codec: str = "libx264",
    audio_codec: str = "aac",
    pixel_format: str = "yuv420p",
    pattern: str = "testsrc2",
    gop: int = 25,
    input_args: tuple[str, ...] = (),
    extra: tuple[str, ...] = (),
) -> Path:
    """A moving test pattern with ``audio`` tones (True is one, a number so many streams) of rising pitch.

    :param rate: frames per second, also as ``30000/1001``.
    :param pattern: a lavfi source: ``testsrc2`` has no sharp meaning of up and down, ``smptebars`` and ``testsrc`` do.
    :param gop: frames between keyframes.
    :param input_args: ffmpeg options before the picture's input.
    :param extra: ffmpeg options before the output.
    """
    tones = int(audio)
    # testsrc2 rounds its size down to even numbers.
    size = f",scale={width}:{height}" if width % 2 or height % 2 else ""
    inputs = [*input_args, "-f", "lavfi", "-i", f"{pattern}=size={width}x{height}:rate={rate}:duration={seconds}{size}"]
    for n in range(tones):
        inputs += ["-f", "lavfi", "-i", f"sine=frequency={440 * (n + 1)}:sample_rate=48000:duration={seconds}"]
    maps = [option for n in range(tones + 1) for option in ("-map", str(n))]
    video = ["-c:v", codec, "-pix_fmt", pixel_format, "-g", str(gop), "-threads", "1"]
    if codec in ("libx264", "libx265"):
        video += ["-preset", "ultrafast"]
    sound = ["-c:a", audio_codec] if tones else []
    return make(path, *inputs, *maps, *video, *sound, *extra)


def audio_only(path: Path, *, seconds: float = 1, channels: int = 2, codec: str = "aac") -> Path:
    """One tone and no picture."""
    tone = f"sine=frequency=440:sample_rate=48000:duration={seconds}"
    return make(path, "-f", "lavfi", "-i", tone, "-ac", str(channels), "-c:a", codec)


THREE_ROLES = (
    *(
        "-metadata:s:a",
        "language=eng",
        "-metadata:s:a:1",
        "title=Audio description",
        "-metadata:s:a:2",
        "title=Commentary",
    ),
    *("-disposition:a:0", "default", "-disposition:a:1", "visual_impaired+descriptions", "-disposition:a:2", "comment"),
)
"""Options of a clip of three tones: the programme at 440 Hz, its audio description at 880 and a commentary at 1320, all
English.
"""


def rotated(path: Path, *, clockwise: int = 90, seconds: float = 1, **facts: object) -> Path:
    """A clip that a player turns by ``clockwise`` degrees (90, 180 or 270), with the top of its pattern telling
    which.
    """
    upright = clip(path.with_name(f"upright-{path.name}"), seconds=seconds, pattern="smptebars", **facts)  # type: ignore[arg-type]
    # ffmpeg counts display_rotation counter-clockwise.
    return _remade(path, upright, before=("-display_rotation", str(-clockwise)))


def interlaced(
    path: Path,
    *,
    width: int = 176,
    height: int = 144,
    seconds: float = 1,
    top_first: bool = True,
    codec: str = "libx264",
) -> Path:
    """Two fields of different moments woven into each of 25 frames per second."""
    mode, flag = ("tff", "tff=1") if top_first else ("bff", "bff=1")
    weave = ("-vf", f"tinterlace=mode=interleave_{'top' if top_first else 'bottom'},setfield={mode}")
    coder = ("-x264-params", flag) if codec == "libx264" else ("-flags", "+ildct+ilme")
    return clip(path, width=width, height=height, rate="50", seconds=seconds, codec=codec, extra=(*weave, *coder))


def hdr10(path: Path, *, width: int = 160, height: int = 90, seconds: float = 1) -> Path:
    """Ten bits, BT.2020, PQ, with mastering metadata."""
    color = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-color_range", "tv")
    extra = (*color, "-x265-params", _X265_HDR10, "-tag:v", "hvc1")
    return clip(
        path, width=width, height=height, seconds=seconds, codec="libx265", pixel_format="yuv420p10le", extra=extra
    )


def hlg(path: Path, *, width: int = 160, height: int = 90, seconds: float = 1) -> Path:
    """Ten bits, BT.2020, hybrid log-gamma."""
    color = (
        "-color_primaries",
        "bt2020",
        "-color_trc",
        "arib-std-b67",
        "-colorspace",
        "bt2020nc",
        "-color_range",
        "tv",
    )
    params = "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"
    extra = (*color, "-x265-params", params, "-tag:v", "hvc1")
    return clip(
        path, width=width, height=height, seconds=seconds, codec="libx265", pixel_format="yuv420p10le", extra=extra
    )


def vfr(path: Path, *, seconds: float = 2, **facts: object) -> Path:
    """Uneven frame times: every third frame of the second half is kept, all of the first."""
    keep = f"select='lt(t,{seconds / 2})+not(mod(n,3))'"
    return clip(path, seconds=seconds, extra=("-vf", keep, "-fps_mode", "vfr"), **facts)  # type: ignore[arg-type]


def cover_art(path: Path, *, seconds: float = 1) -> Path:
    """A tone with one attached picture, as music files have."""
    tone = f"sine=frequency=440:sample_rate=48000:duration={seconds}"
    picture = ("-f", "lavfi", "-i", "color=red:size=64x64:rate=1:duration=1")
    cover = (
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "mjpeg",
        "-pix_fmt",
        "yuvj420p",
        "-frames:v",
        "1",
        "-disposition:v",
        "attached_pic",
    )
    return make(
        path, "-f", "lavfi", "-i", tone, *picture, *cover, "-c:a", "libmp3lame" if path.suffix == ".mp3" else "aac"
    )


def laden(path: Path, *, seconds: float = 1) -> Path:
    """A clip with all that a file may hold beside picture and sound: two subtitles, two chapters, a title, an artist
    and an attachment.
    """
    folder = path.parent
    (folder / "meta.txt").write_text(
        ";FFMETADATA1\ntitle=A film\nartist=A director\n" + "[CHAPTER]\nTIMEBASE=1/10\nSTART=0\nEND=5\n" * 2
    )
    (folder / "subtitles.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    texts = ("-i", str(folder / "subtitles.srt"), "-i", str(folder / "meta.txt"))
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=25:duration={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=sample_rate=48000:duration={seconds}")
    maps = ("-map", "2", "-map", "3", "-map", "0", "-map", "0", "-map_metadata", "1", "-map_chapters", "1")
    languages = ("-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=deu")
    coders = (
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
        "-c:s",
        "mov_text" if path.suffix == ".mp4" else "srt",
    )
    attached = (
        ("-attach", str(folder / "meta.txt"), "-metadata:s:t", "mimetype=text/plain") if path.suffix == ".mkv" else ()
    )
    return make(path, *texts, *picture, *tone, *maps, *languages, *coders, *attached)


def odd_sized(path: Path, *, width: int = 161, height: int = 91, seconds: float = 1) -> Path:
    """A picture whose sides are no even numbers of pixels, which 4:2:0 coders refuse."""
    return clip(path, width=width, height=height, seconds=seconds, pixel_format="yuv444p")


def time_bomb(path: Path, *, gap: float = 100_000) -> Path:
    """Two frames with ``gap`` seconds between them (use a ``.mkv`` path): a constant frame rate would mean millions."""
    later = f"setpts='if(eq(N,0),0,{gap}/TB)'"
    return clip(path, width=32, height=32, seconds=0.08, audio=False, extra=("-vf", later, "-fps_mode", "passthrough"))


def offset_start(path: Path, *, start: float = 1.4, seconds: float = 1) -> Path:
    """A clip whose first frame is shown at ``start`` seconds (use a ``.ts`` or ``.mkv`` path)."""
    return clip(path, seconds=seconds, extra=("-output_ts_offset", str(start), "-muxdelay", "0"))


def truncated(path: Path, *, keep: float = 0.6, faststart: bool = True, seconds: float = 3, **facts: object) -> Path:
    """The first ``keep`` of a clip's bytes; with ``faststart`` an MP4's index is among them, without it is lost."""
    flags = ("-movflags", "+faststart") if faststart and path.suffix in (".mp4", ".mov") else ()
    whole = clip(path, seconds=seconds, extra=flags, **facts).read_bytes()  # type: ignore[arg-type]
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path


def text_file(path: Path) -> Path:
    """Words under the name of a video."""
    path.write_text("This is no video, whatever its name says.\n" * 50)
    return path


def playlist(path: Path, *, points_at: str = "secret.mp4", kind: str = "hls") -> Path:
    """A file that only points at media: ``hls``, ``ffconcat``, ``sdp``, ``dash``, ``svg`` or ``m3u``."""
    texts = {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{points_at}\n#EXT-X-ENDLIST\n",
        "m3u": f"#EXTM3U\n{points_at}\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{points_at}'\n",
        "sdp": (
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96"
            " H264/90000\n"
        ),
        "dash": f'<?xml version="1.0"?>\n<MPD><Period><BaseURL>{points_at}</BaseURL></Period></MPD>\n',
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{points_at}"/></svg>\n',
    }
    path.write_text(texts[kind])
    return path


def _remade(path: Path, source: Path, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Path:
    argv = [
        ffmpeg(),
        "-nostdin",
        "-v",
        "error",
        "-y",
        *before,
        "-i",
        str(source),
        "-map",
        "0",
        "-c",
        "copy",
        *after,
        str(path),
    ]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
    source.unlink()
    return path
