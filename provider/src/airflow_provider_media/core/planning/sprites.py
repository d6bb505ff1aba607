"""Output plans of sprites: sheets of small pictures, and the WebVTT that points into them."""

from __future__ import annotations

import math
import posixpath

from airflow_provider_media.core.ffmpeg import filters, pacing, stills
from airflow_provider_media.core.ffmpeg.graph import Output, options
from airflow_provider_media.core.media.expectation import Expectation, ExpectedImage
from airflow_provider_media.core.outputs import SpriteSpec
from airflow_provider_media.core.outputs.images import LARGEST_SHEET
from airflow_provider_media.core.packaging.webvtt import sprite_webvtt
from airflow_provider_media.core.planning import cost, names
from airflow_provider_media.core.planning.geometry import Size, place
from airflow_provider_media.core.planning.output_plan import NO_PICTURE, OutputContext, OutputPlan, PlannedArtifact
from airflow_provider_media.core.planning.timing import cell_times, whole
from airflow_provider_media.core.planning.toning import toned
from airflow_provider_media.core.plans import Artifact, Document


def sprites(output: OutputContext, spec: SpriteSpec) -> OutputPlan:
    """Plan sprite sheets, and the WebVTT that tells where each cell is.

    Each cell is the frame on display at the cell's time.
    """
    if (video := output.media.main_video) is None:
        return OutputPlan(output=output.name, required=spec.required, left_out=(output.missing(NO_PICTURE),))
    step, times = cell_times(output.media, spec.every)
    spot = place(Size(video.display_width, video.display_height), spec.width, spec.height, spec.fit)
    columns, rows = sheet_shape(len(times), spec.columns, min(spec.rows, max(1, LARGEST_SHEET // spot.frame.height)))
    count = math.ceil(len(times) / (columns * rows))
    sheet = Size(columns * spot.frame.width, rows * spot.frame.height)

    cells = pacing.displayed(output.reader.picture(whole(output.media)), step, len(times))
    cells = filters.fitted(toned(cells, video, spot.inner), spot.frame, spot.inner, spot.fit)
    picture = stills.still(filters.tiled(cells, columns, rows), spec.format)
    naming, form = names.NamedOutput(name=output.name, path=spec.path, preset=spec.preset), spec.format
    numbered = count > 1
    file = f"{output.name}.%05d.{form}" if numbered else f"{output.name}.{form}"
    settings = {**stills.still_options(form, spec.quality), **({} if numbered else {"update": "1"})}
    key = (
        output.context.naming.series(naming, form, count, sheet)
        if numbered
        else output.context.naming.file(naming, form, sheet)
    )
    artifact = Artifact(
        output=output.name,
        file=file,
        key=key,
        count=count,
        series=numbered,
        expect=Expectation(image=ExpectedImage(format=form, width=sheet.width, height=sheet.height)),
        times=times,
    )
    index = output.context.naming.file(naming, "vtt", sheet)
    sheets = [posixpath.relpath(one, posixpath.dirname(index) or ".") for one in artifact.published()]
    text = sprite_webvtt(times, output.media.duration, sheets, columns, rows, spot.frame)
    planned = PlannedArtifact(
        label=output.name,
        artifact=artifact,
        outputs=(Output(file, (picture,), options(**settings)),),
        cost=cost.PICTURE * len(times),
        seconds=output.media.duration,
    )
    document = Document(output=output.name, key=index, media_type="text/vtt", content=text, required=spec.required)
    return OutputPlan(output=output.name, required=spec.required, artifacts=(planned,), documents=(document,))


def sheet_shape(cells: int, columns: int, rows: int) -> tuple[int, int]:
    """Return the columns and rows of every sheet: as requested, but no more than the cells of a single sheet need."""
    if cells >= columns * rows:
        return columns, rows
    columns = min(columns, cells)
    return columns, math.ceil(cells / columns)
