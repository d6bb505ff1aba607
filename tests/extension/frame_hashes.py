"""An output kind of another distribution: the MD5 of each frame, by which archives notice changed pixels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from airflow_provider_media.core.ffmpeg.graph import Output, options
from airflow_provider_media.core.media.expectation import Expectation, ExpectedData
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.planning.names import NamedOutput
from airflow_provider_media.core.planning.output_kind import OutputKind
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan, PlannedArtifact
from airflow_provider_media.core.planning.timing import whole
from airflow_provider_media.core.plans import Artifact


class FrameHashesSpec(OutputSpec):
    """The MD5 of each frame of the main video, one per line."""

    kind: Literal["frame_hashes"] = "frame_hashes"
    preset: str | None = None
    """Name of a preset whose fields these override."""
    format: Literal["txt"] = "txt"


def frame_hashes(output: OutputContext, spec: FrameHashesSpec) -> OutputPlan:
    """Plan the hashes of one source."""
    if (video := output.media.main_video) is None:
        return OutputPlan(
            output=output.name, required=spec.required, left_out=(output.missing("the source has no picture"),)
        )
    file = f"{output.name}.{spec.format}"
    name = NamedOutput(name=output.name, path=spec.path, preset=spec.preset)
    artifact = Artifact(
        output=output.name,
        file=file,
        key=output.context.naming.file(name, spec.format),
        expect=Expectation(data=ExpectedData(kind=spec.kind, facts={"frames": video.frame_count})),
    )
    picture = output.reader.picture(whole(output.media))
    planned = PlannedArtifact(
        label=output.name,
        artifact=artifact,
        outputs=(Output(file, (picture,), options(f="framemd5", fps_mode="passthrough")),),
        cost=0.0,
        seconds=output.media.duration,
    )
    return OutputPlan(output=output.name, required=spec.required, artifacts=(planned,))


def verify_frame_hashes(path: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a file of hashes.

    :raises VerificationFailed: when the file has not one line for each frame of the source.
    """
    frames = sum(not line.startswith("#") for line in path.read_text(encoding="utf-8").splitlines())
    if frames != facts["frames"]:
        raise VerificationFailed(f"{path.name}: lines should be {facts['frames']} but are {frames}", file=path.name)
    return {"frames": frames}


FRAME_HASHES = OutputKind(
    spec=FrameHashesSpec,
    plan=frame_hashes,
    verify=verify_frame_hashes,
    synonyms=("framemd5",),
)
