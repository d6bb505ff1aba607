"""Diagrams of state machines: Mermaid text, and SVG with a layered layout of this package."""

from airflow_provider_media.core.statelang.drawing.diagram import Diagram, diagram
from airflow_provider_media.core.statelang.drawing.mermaid import mermaid
from airflow_provider_media.core.statelang.drawing.svg import svg

__all__ = ["Diagram", "diagram", "mermaid", "svg"]
