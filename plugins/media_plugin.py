"""The plugin of airflow-provider-media, for an Airflow that finds the package on PYTHONPATH alone.

Where the distribution is installed its entry point registers the plugin, and this file is not needed; beside it, it
does no harm.
"""

from airflow_provider_media.plugin import MediaPlugin

__all__ = ["MediaPlugin"]
