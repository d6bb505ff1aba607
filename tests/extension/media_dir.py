"""The scheme ``dir://``: folders below one root as buckets; what a distribution of its own would hold."""

import os
from dataclasses import replace
from pathlib import Path

from airflow_provider_media.core.media.schemes import OUTPUT_CAPABILITIES, Scheme
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.local import LocalStorage

SCHEME = Scheme(name="dir", form="bucket", opener="media_dir:open_dir", capabilities=OUTPUT_CAPABILITIES)


def open_dir(settings):
    """Return the function that finds the storage of a URI."""
    storage = DirStorage(Path(os.environ["MEDIA_DIR"]))
    return lambda uri: storage


class DirStorage:
    """Files below a root; each method is that of a local file, whose URI is another."""

    def __init__(self, root):
        self._root, self._files = root, LocalStorage()

    def head(self, uri):
        return self._info(self._files.head(self._file(uri)))

    def list(self, uri):
        return map(self._info, self._files.list(self._file(uri)))

    def read(self, uri, *, limit=64 * 1024 * 1024):
        return self._files.read(self._file(uri), limit=limit)

    def download(self, uri, path, *, progress=None, check=None):
        return self._info(self._files.download(self._file(uri), path, progress=progress, check=check))

    def upload(self, path, uri, *, sha256, media_type, metadata=None):
        return self._info(
            self._files.upload(path, self._file(uri), sha256=sha256, media_type=media_type, metadata=metadata)
        )

    def write(self, uri, content, *, media_type, if_absent=False):
        return self._info(self._files.write(self._file(uri), content, media_type=media_type, if_absent=if_absent))

    def copy(self, source, target, *, media_type):
        return self._info(self._files.copy(self._file(source), self._file(target), media_type=media_type))

    def delete(self, uri):
        self._files.delete(self._file(uri))

    def _file(self, uri):
        place = parse(uri)
        return str(parse(f"{self._root}/{place.authority}/{place.key}"))

    def _info(self, info):
        bucket, _, key = parse(info.uri).path.removeprefix(f"{self._root}/").partition("/")
        return replace(info, uri=f"dir://{bucket}/{key}")
