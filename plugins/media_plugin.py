"""The plugin of airflow-provider-media."""

from airflow_provider_media.plugin import MediaPlugin

__all__ = ["MediaPlugin"]
