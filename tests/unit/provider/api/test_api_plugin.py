from functools import cached_property

from airflow_provider_media.plugin import MediaPlugin


def test_plugin_mounts_api_and_builds_it_lazily(built):
    assert isinstance(vars(MediaPlugin)["fastapi_apps"], cached_property)
    (mounted,) = MediaPlugin().fastapi_apps
    assert (mounted["url_prefix"], type(mounted["app"])) == ("/media", type(built))
