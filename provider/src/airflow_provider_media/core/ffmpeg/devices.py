"""Device nodes of hardware encoders, and what a sandbox has to show beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.media.hardware import HARDWARE_ENCODERS, HardwareEncoder

_RENDER = ("dri/renderD*",)
_NODES: dict[HardwareEncoder, tuple[str, ...]] = {
    # dxg: the graphics card of a Windows host, in WSL
    "nvenc": ("nvidia[0-9]*", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "dxg"),
    "qsv": _RENDER,
    "vaapi": _RENDER,
    "videotoolbox": (),
}
_SHOWN: dict[HardwareEncoder, tuple[str, ...]] = {
    "nvenc": ("/proc/driver/nvidia", "/proc/devices"),  # the driver's parameters, and the number of its nodes
    # libdrm finds a node's driver by its number.
    "qsv": ("/sys/dev/char", "/sys/devices"),
    "vaapi": ("/sys/dev/char", "/sys/devices"),
    "videotoolbox": (),
}


def device_nodes(encoder: HardwareEncoder, *, devices: Path = Path("/dev")) -> tuple[Path, ...]:
    """Return the device nodes of an encoder on this machine, in order of their names."""
    return tuple(sorted(chain.from_iterable(map(devices.glob, _NODES[encoder]))))


def has_device(encoder: HardwareEncoder, *, devices: Path = Path("/dev")) -> bool:
    """Return whether this machine seems to have a device of an encoder; only a test encode can tell that it works."""
    if encoder == "videotoolbox":
        return sys.platform == "darwin"
    return bool(device_nodes(encoder, devices=devices))


def shown_devices(encoders: Iterable[HardwareEncoder], *, devices: Path = Path("/dev")) -> tuple[str, ...]:
    """Return the arguments of bubblewrap that show the devices of encoders, and nothing else of the machine."""
    wanted = set(encoders)
    used = [encoder for encoder in HARDWARE_ENCODERS if encoder in wanted]
    nodes = chain.from_iterable(device_nodes(encoder, devices=devices) for encoder in used)
    shown = chain.from_iterable(_SHOWN[encoder] for encoder in used)
    arguments: list[str] = []
    for node in dict.fromkeys(map(str, nodes)):
        arguments += ["--dev-bind-try", node, node]
    for path in dict.fromkeys(shown):
        arguments += ["--ro-bind-try", path, path]
    return tuple(arguments)
