from functools import cached_property

from airflow_provider_media.plugin import MediaPlugin


def test_the_plugin_mounts_the_api_and_builds_it_only_when_it_is_asked_for_it(built):
    assert isinstance(vars(MediaPlugin)["fastapi_apps"], cached_property)
    (mounted,) = MediaPlugin().fastapi_apps
    assert (mounted["url_prefix"], type(mounted["app"])) == ("/media", type(built))
