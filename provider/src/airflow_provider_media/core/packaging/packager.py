"""Packaging: HLS and DASH from the same CMAF segments, by Shaka Packager.

Sources: RFC 8216bis (HLS, draft-pantos-hls-rfc8216bis), ISO/IEC 23009-1 (DASH), ISO/IEC 23000-19 (CMAF) and
https://shaka-project.github.io/shaka-packager/html/documentation.html for the descriptors and flags.

A package lies in one folder::

    master.m3u8             HLS: the renditions on offer
    manifest.mpd            DASH: the same renditions, from the same segments
    720p/playlist.m3u8      HLS: segments of one track
    720p/iframes.m3u8       HLS: byte ranges of keyframes in those segments, for scrubbing
    720p/init.mp4           CMAF header
    720p/00001.m4s          CMAF segments, counted from 1
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from urllib.parse import quote

from airflow_provider_media.core.packaging import signalling
from airflow_provider_media.core.plans import Command, Package, Track

MASTER = "master.m3u8"
MANIFEST = "manifest.mpd"
PLAYLIST = "playlist.m3u8"
IFRAMES = "iframes.m3u8"
INIT = "init.mp4"


def packager_command(package: Package) -> Command:
    """Return the one run of Packager that makes a package.

    Packager runs in the folder that holds the tracks' files and gets the package. Packager packages whatever tracks
    there are: also video without audio, and audio without video.

    Packager gets no ``bandwidth``, so that it writes the measured one. RFC 8216bis §4.4.6.2 wants the largest sum of
    peak segment bit rates once all segments exist.
    """
    hls = "hls" in package.protocols
    arguments = (
        *(",".join(_descriptor(track, package)) for track in package.tracks),
        *(("--hls_master_playlist_output", MASTER, "--hls_playlist_type", "VOD") if hls else ()),
        # A static MPD: without this flag, segment templates make a live MPD.
        *(("--mpd_output", MANIFEST, "--generate_static_live_mpd") if "dash" in package.protocols else ()),
        "--segment_duration",
        segment_duration_argument(package.segment_duration),
        *(("--closed_captions", _captions(package)) if package.closed_captions else ()),
        # Equal input gives equal bytes: one thread keeps the order of AdaptationSet ids. The fake clock keeps times out
        # of headers.
        "--single_threaded",
        "--use_fake_clock_for_muxer",
        # Synchronous output. The default allocates and clears 32 MB for each segment's file: 2.4 ms of CPU time where
        # writing takes 0.1. That is minutes for a film, and gigabytes for many tracks.
        "--io_cache_size",
        "0",
        # The order of the plan is the order of the playlists; players start with the first.
        "--force_cl_index",
        "--quiet",
    )
    return Command(tool="packager", arguments=arguments, duration=package.duration)


def segment_duration_argument(exact: Fraction) -> str:
    """Return the figure for ``--segment_duration`` that cuts exactly at every planned GOP.

    Packager truncates the figure to whole ticks of the track's timescale. It begins a new segment at the first keyframe
    at or behind the next multiple of those ticks (seen by running 3.8.0). A whole number of frames is a whole number of
    ticks, because ffmpeg makes timescales of the frame rate (24000 for 24000/1001).

    A truncated decimal would lose one tick. The multiples would then creep ahead of the keyframes, until a keyframe
    inside a segment is taken for the segment's end. With a figure too long by a tick, every second keyframe would miss
    its multiple. The figure is therefore rounded up, by less than a tick of any timescale.
    """
    return f"{(math.ceil(exact * 10**9) + 1) / 10**9:.9f}"


def argument(name: str) -> str:
    """Return a name in percent-encoding for Packager's arguments, which are split at commas and semicolons.

    Labelling decodes the name.
    """
    return quote(name, safe=" ")


def segment_step(exact: Fraction, time_base: Fraction) -> Fraction:
    """Return the seconds between the times at which Packager ends the segments of a track: whole ticks of its clock.

    Audio has a clock of its own. In that clock, a segment of an odd number of frames is no whole number of ticks. The
    truncated rests add up to most of a second in a film of twelve hours. Audio segments begin before video segments by
    that much.

    :param time_base: seconds per tick of the track.
    """
    return int(Fraction(segment_duration_argument(exact)) / time_base) * time_base


def _descriptor(track: Track, package: Package) -> Iterator[str]:
    yield f"in={track.file}"
    yield f"stream={track.kind}"
    yield f"init_segment={track.name}/{INIT}"
    yield f"segment_template={track.name}/$Number%05d$.m4s"
    if track.kind == "audio":
        yield from _sound(track, package)
    if "hls" not in package.protocols:
        return
    yield f"playlist_name={track.name}/{PLAYLIST}"
    if track.kind == "video" and package.iframe_playlists:
        yield f"iframe_playlist_name={track.name}/{IFRAMES}"


def _sound(track: Track, package: Package) -> Iterator[str]:
    if track.language:
        yield f"language={track.language}"
    name = argument(signalling.label(track))
    if "hls" in package.protocols:
        yield f"hls_group_id={signalling.audio_group(track, package)}"
        yield f"hls_name={name}"
        if characteristics := signalling.characteristics(track):
            yield f"hls_characteristics={characteristics}"
    if "dash" in package.protocols:
        # Tracks that differ in any of these get AdaptationSets of their own. Bit rates of one programme share one
        # AdaptationSet.
        yield f"dash_label={name}"
        yield f"dash_roles={';'.join(signalling.dash_roles(track, package))}"
        if purpose := signalling.audio_purpose(track):
            yield f"dash_accessibilities={signalling.AUDIO_PURPOSE}={purpose}"


def _captions(package: Package) -> str:
    language = signalling.caption_language(package)
    known = f",lang={language}" if language else ""
    name = argument(signalling.caption_label(package))
    return f"channel={signalling.CAPTION_CHANNEL},name={name}{known},default=no,autoselect=yes"
