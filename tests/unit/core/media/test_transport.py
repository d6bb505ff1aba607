"""Joints of transport streams, in packets that are made here."""

import pytest

from airflow_provider_media.core.media.transport import PACKET, continuity, transport_packets

TABLE, VIDEO, SOUND = 0, 0x100, 0x101


def packet(stream: int, number: int, *, begins: bool, flagged: bool = False) -> bytes:
    control = 0x10 | 0x20 * flagged | number & 0x0F
    head = bytes((0x47, 0x40 * begins | stream >> 8, stream & 0xFF, control))
    head += b"\1\x80" if flagged else b""
    payload = b"" if not begins else b"\0\0\0\xb0" if stream == TABLE else b"\0\0\1\xe0"
    return (head + payload).ljust(PACKET, b"\xff")


def recording(units: int = 9, *, flagged: bool = False) -> list[bytes]:
    """Tables, pictures of four packets and sound of one, each numbered from 0 on."""
    numbers = dict.fromkeys((TABLE, VIDEO, SOUND), 0)
    made = []
    for unit in range(units):
        streams = [TABLE] * (unit % 4 == 0) + [VIDEO] * 4 + [SOUND]
        for place, stream in enumerate(streams):
            begins = stream != VIDEO or streams.index(VIDEO) == place
            made.append(packet(stream, numbers[stream], begins=begins, flagged=flagged and unit == 0))
            numbers[stream] += 1
    return made


def test_renumbered_streams_of_a_joint_are_counted():
    found = continuity([*recording(9), *recording(7), *recording(3)]).joints
    assert found[VIDEO] == 2
    assert found[SOUND] == 2


def test_renumbered_streams_that_say_so_are_not_counted():
    assert not continuity([*recording(9), *recording(7, flagged=True)]).joints


@pytest.mark.parametrize("place", range(20, 900, 23))
def test_lost_packets_are_no_joint(place):
    whole = recording(200)
    # A loss that ends with a table's beginning looks like a joint.
    place += whole[place + place % 29 + 1][1:3] == b"\x40\0"
    assert not continuity([*whole[:place], *whole[place + place % 29 + 1 :]]).joints[VIDEO]


def test_continuity_lost_pes_packets_counted_and_joints_not():
    whole = recording(40)
    units = [n for n, packet in enumerate(whole) if packet[1:3] == bytes((0x41, SOUND & 0xFF))]
    gone = {units[10], units[11], units[30]}
    found = continuity([*(packet for n, packet in enumerate(whole) if n not in gone), *recording(7)])
    assert found.losses == {SOUND: 2}
    assert not continuity([*recording(9), *recording(7)]).losses


def test_packets_are_found_behind_bytes_that_are_none(tmp_path):
    path = tmp_path / "a.ts"
    path.write_bytes(b"".join([*recording(9), b"GGG", *recording(3)]))
    assert list(transport_packets(path)) == [*recording(9), *recording(3)]
