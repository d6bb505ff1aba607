"""Output specs: one typed spec per kind of output, as workflows, operators and presets write them."""

from airflow_provider_media.core.outputs.audio import AudioSettings
from airflow_provider_media.core.outputs.images import AnimatedImageSpec, SampleSnapshotSpec, SnapshotSpec, SpriteSpec
from airflow_provider_media.core.outputs.ladder import LadderSpec, Rendition
from airflow_provider_media.core.outputs.report import ProbeReportSpec
from airflow_provider_media.core.outputs.spec import OutputSpec
from airflow_provider_media.core.outputs.transcode import TranscodeSpec
from airflow_provider_media.core.outputs.video import VideoSettings
from airflow_provider_media.core.outputs.watermark import Watermark

__all__ = [
    "AnimatedImageSpec",
    "AudioSettings",
    "LadderSpec",
    "OutputSpec",
    "ProbeReportSpec",
    "Rendition",
    "SampleSnapshotSpec",
    "SnapshotSpec",
    "SpriteSpec",
    "TranscodeSpec",
    "VideoSettings",
    "Watermark",
]
