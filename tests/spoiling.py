"""Damage of films, done where a decoder meets it."""

from pathlib import Path

from tests.playback import probed


def spoilt(path: Path, first: int) -> Path:
    """Overwrite a part of one coded frame of a film.

    :param first: number of the frame's packet, in the order of the file.
    """
    data = bytearray(path.read_bytes())
    packets = probed(path, "-select_streams", "v", "-show_entries", "packet=pos,size")["packets"]
    place, size = int(packets[first]["pos"]), int(packets[first]["size"])
    for index in range(place + size // 4, place + size // 2):
        data[index] ^= 0x55
    path.write_bytes(data)
    return path
