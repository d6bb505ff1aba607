"""Probe report: the source's facts as a JSON document beside the outputs."""

from __future__ import annotations

from typing import Literal

from airflow_provider_media.core.outputs.spec import OutputSpec


class ProbeReportSpec(OutputSpec):
    """The source's MediaInfo as JSON."""

    kind: Literal["probe_report"] = "probe_report"
