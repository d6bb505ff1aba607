"""Output specs: one typed spec per kind of output, as workflows, operators and presets write them."""

from airflow_provider_media.core.specs.audio import AudioSettings
from airflow_provider_media.core.specs.images import AnimatedImageSpec, SampleSnapshotSpec, SnapshotSpec, SpriteSpec
from airflow_provider_media.core.specs.ladder import LadderSpec, Rendition
from airflow_provider_media.core.specs.report import ProbeReportSpec
from airflow_provider_media.core.specs.spec import OutputSpec
from airflow_provider_media.core.specs.transcode import TranscodeSpec
from airflow_provider_media.core.specs.video import VideoSettings
from airflow_provider_media.core.specs.watermark import Watermark

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
