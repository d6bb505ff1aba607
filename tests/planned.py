"""Plans for tests: facts of sources without files, and real units run by the real tools."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from airflow_provider_media.core.execution.overlays import draw_text
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain, find_toolchain
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.output_kinds import post_process, verify_data
from airflow_provider_media.core.planning.plan import make_plan
from airflow_provider_media.core.plans import Artifact, Plan
from airflow_provider_media.core.workflows.model import Workflow

FAST = {"speed": "fastest", "gop_seconds": 0.4}
WEB = {"kind": "transcode", "video": FAST}
SOURCE = SourceIdentity(uri="s3://inbox/shows/My Clip.mp4", version="v1")


def video(**facts: Any) -> VideoStream:
    """An ordinary picture of ten seconds, but for what is named."""
    seconds = facts.pop("seconds", 10.0)
    rate = Fraction(facts.pop("frame_rate", 25))
    ordinary = {
        "index": 0,
        "codec": "h264",
        "width": 1920,
        "height": 1080,
        "frame_rate": rate,
        "frame_count": round(seconds * rate),
        "duration": seconds,
        "last_frame_start": seconds - float(1 / rate),
        "keyframe_interval": 2.0,
        "color_space": "bt709",
        "color_primaries": "bt709",
        "color_transfer": "bt709",
        "color_range": "tv",
    }
    return VideoStream(**{**ordinary, **facts})


def audio(**facts: Any) -> AudioStream:
    """An ordinary stereo track of ten seconds, but for what is named."""
    return AudioStream(**{"index": 1, "codec": "aac", "channels": 2, "sample_rate": 48_000, "duration": 10.0, **facts})


def media(*streams: VideoStream | AudioStream, form: str = "mov,mp4,m4a,3gp,3g2,mj2", start: float = 0.0) -> MediaInfo:
    """A source with these streams; one picture and one stereo track where none is named."""
    streams = streams or (video(), audio())
    ends = [stream.start + stream.duration for stream in streams]
    return MediaInfo(
        format=form,
        size=1_000_000,
        start=start,
        duration=max(ends) - start,
        video=tuple(stream for stream in streams if isinstance(stream, VideoStream)),
        audio=tuple(stream for stream in streams if isinstance(stream, AudioStream)),
    )


def workflow(outputs: dict[str, Any], **fields: Any) -> Workflow:
    """A workflow with these outputs."""
    return Workflow.model_validate({"name": "test", "outputs": outputs, **fields})


def plan(
    outputs: dict[str, Any], source: MediaInfo | None = None, *, identity: SourceIdentity = SOURCE, **fields: Any
) -> Plan:
    """The plan of a workflow with these outputs for a source of these facts."""
    extra = {name: fields.pop(name) for name in ("unit_cost", "job_id", "finished") if name in fields}
    return make_plan(workflow(outputs, **fields), source or media(), source=identity, tools="ffmpeg 9", **extra)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A plan that was carried out, and the directory in which it was."""

    plan: Plan
    directory: Path

    def artifact(self, output: str) -> Artifact:
        """The only artifact of an output."""
        (found,) = [one for unit in self.plan.units for one in unit.artifacts if one.output == output]
        return found

    def paths(self, output: str) -> list[Path]:
        """Files of an output's only artifact."""
        return [self.directory / file for file in self.artifact(output).files()]

    def path(self, output: str) -> Path:
        """The only file of an output."""
        (path,) = self.paths(output)
        return path


def carry_out(source: Path, directory: Path, outputs: dict[str, Any], **fields: Any) -> Made:
    """Probe a clip, plan a workflow for it, run every unit and verify every artifact."""
    from airflow_provider_media.core.ffmpeg.probing import probe
    from airflow_provider_media.core.ffmpeg.runner import run
    from airflow_provider_media.core.verification.verify import verify_artifact

    tools: Toolchain = find_toolchain()
    directory.mkdir(parents=True, exist_ok=True)
    made = Made(plan=plan(outputs, probe(source, toolchain=tools, limits=Limits()), **fields), directory=directory)
    for unit in made.plan.units:
        for overlay in unit.overlays:
            target = directory / overlay.file
            draw_text(overlay, None, target) if overlay.text else shutil.copyfile(str(overlay.image), target)
        for command in unit.commands:
            run(command, directory=directory, source=source, toolchain=tools, limits=Limits(), name=unit.name)
        for work in unit.post_processing:
            post_process(directory, work)
        for artifact in unit.artifacts:
            if artifact.expect.data:
                assert verify_data(directory / artifact.file, artifact.expect.data)
                continue
            assert len(verify_artifact(directory, artifact, toolchain=tools, limits=Limits())) == artifact.count
    return made


def packaged(made: Made) -> None:
    """Package every ladder of a plan that was carried out, and verify it."""
    from airflow_provider_media.core.ffmpeg.runner import run
    from airflow_provider_media.core.packaging.labelling import label_manifests
    from airflow_provider_media.core.packaging.packager import packager_command
    from airflow_provider_media.core.verification.verify_package import verify_package

    tools: Toolchain = find_toolchain()
    for package in made.plan.packages:
        run(
            packager_command(package),
            directory=made.directory,
            source=None,
            toolchain=tools,
            limits=Limits(),
            name="package",
        )
        label_manifests(made.directory, package)
        assert verify_package(made.directory, package, toolchain=tools, limits=Limits())
