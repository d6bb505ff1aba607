"""Operators for adaptive streaming: a whole ladder, or a package of existing renditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.links import ManifestLink
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.masked_urls import MaskedUrls
from airflow_provider_media.operators.media_operator import MediaOperator, summary
from airflow_provider_media.operators.output import OutputOperator, attempt_free_id, one_output

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["LadderOperator", "PackageOperator"]


class LadderOperator(OutputOperator):
    """Make the renditions of a ladder, and package them as HLS and DASH from the same segments.

    :param renditions: rungs such as ``{"short_side": 720, "max_bitrate": 3_200_000}``; rungs above the source are left
        out (templated).
    :param codec: ``h264``, ``h265``, ``av1`` or ``vp9``.
    :param audio: audio renditions such as ``{"bitrate": 128_000}``.
    :param audio_tracks: ``main`` or ``all``.
    :param protocols: ``hls``, ``dash`` or both.
    :param segment_seconds: seconds per segment, rounded to whole GOPs.
    :param gop_seconds: seconds between keyframes; one GOP per segment when absent.
    :param frame_rate: frames per second of all rungs, such as ``25`` or ``"30000/1001"``; the source's own when absent.
    :param variable_frame_rate: ``keep`` keeps the frame times of a source with a variable frame rate; ``constant``
        makes the rate constant.
    :param iframe_playlists: whether HLS carries I-frame playlists.
    :param speed: encoder effort, ``fastest`` to ``slower``.
    :param encoder: ``software``, ``auto``, ``nvenc``, ``qsv``, ``vaapi`` or ``videotoolbox``.
    :param dynamic_range: ``sdr`` or ``keep``.
    :param watermarks: watermarks in the form of a workflow file.
    :param quality: ``measure`` compares every rung with the source after encoding (VMAF); a target such as
        ``{"target": 93}`` finds the crf of each rung that reaches it, too (templated).
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "ladder"

    def __init__(
        self,
        *,
        renditions: Sequence[Mapping[str, Any]] | None = None,
        codec: str | None = None,
        audio: Sequence[Mapping[str, Any]] | None = None,
        audio_tracks: str | None = None,
        protocols: Sequence[str] | None = None,
        segment_seconds: float | None = None,
        gop_seconds: float | None = None,
        frame_rate: str | float | None = None,
        variable_frame_rate: str | None = None,
        iframe_playlists: bool | None = None,
        speed: str | None = None,
        encoder: str | None = None,
        dynamic_range: str | None = None,
        watermarks: Sequence[Mapping[str, Any]] | None = None,
        quality: Mapping[str, Any] | str | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        video = {
            "renditions": renditions,
            "codec": codec,
            "speed": speed,
            "encoder": encoder,
            "dynamic_range": dynamic_range,
            "watermarks": watermarks,
            "quality": quality,
        }
        sound = {"audio": audio, "audio_tracks": audio_tracks}
        grid = {"segment_seconds": segment_seconds, "gop_seconds": gop_seconds}
        pace = {"frame_rate": frame_rate, "variable_frame_rate": variable_frame_rate}
        stream = {"protocols": protocols, "iframe_playlists": iframe_playlists}
        super().__init__(spec={"preset": preset, **video, **sound, **grid, **pace, **stream}, **kwargs)


class PackageOperator(MediaOperator):
    """Package existing renditions as HLS and DASH from the same segments, without encoding.

    :param renditions: URIs of MP4 files with one video or audio stream each. All video files share one frame rate and
        one keyframe grid (templated).
    :param location: URI below which the package goes (templated).
    :param path: folder of the package below ``location``, ending in a slash (templated).
    :param protocols: ``hls``, ``dash`` or both.
    :param segment_seconds: seconds per segment, rounded to whole GOPs of the renditions.
    :param iframe_playlists: whether HLS carries I-frame playlists.
    """

    template_fields: Sequence[str] = (*MediaOperator.template_fields, "renditions", "location", "path")
    renditions: Any = MaskedUrls()
    operator_extra_links = (ManifestLink(),)

    def __init__(
        self,
        *,
        renditions: Sequence[str],
        location: str,
        path: str = "",
        protocols: Sequence[str] = ("hls", "dash"),
        segment_seconds: float = 4.0,
        iframe_playlists: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.renditions = renditions
        self.location = location
        self.path = path
        self.protocols = protocols
        self.segment_seconds = segment_seconds
        self.iframe_playlists = iframe_playlists

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the manifest in short form as JSON."""
        from airflow_provider_media.core.execution.standalone import Packaging, package_files
        from airflow_provider_media.core.outputs.ladder import LadderSpec

        with airflow_failures():
            # The spec of a ladder has the same fields, and validates them.
            ladder = one_output(
                {"kind": "ladder", "protocols": list(self.protocols), "segment_seconds": self.segment_seconds}
            )
            spec = ladder.workflow.outputs["ladder"]
            assert isinstance(spec, LadderSpec)
            packaging = Packaging(
                prefix=self.path,
                protocols=spec.protocols,
                segment_seconds=Fraction(str(self.segment_seconds)),
                iframe_playlists=self.iframe_playlists,
            )
            job = Job(id=attempt_free_id(context), source="", workflow=ladder, output=self.location.rstrip("/") + "/")
            return summary(package_files(job, list(self.renditions), packaging, self.engine(job.output)))
