"""Device nodes of hardware encoders, and what a sandbox has to show beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
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
    return tuple(sorted(node for pattern in _NODES[encoder] for node in devices.glob(pattern)))


def has_device(encoder: HardwareEncoder, *, devices: Path = Path("/dev")) -> bool:
    """Return whether this machine seems to have a device of an encoder; only a test encode can tell that it works."""
    if encoder == "videotoolbox":
        return sys.platform == "darwin"
    return bool(device_nodes(encoder, devices=devices))


def shown_devices(encoders: Iterable[HardwareEncoder], *, devices: Path = Path("/dev")) -> tuple[str, ...]:
    """Return the arguments of bubblewrap that show the devices of encoders, and nothing else of the machine."""
    wanted = set(encoders)
    used = [encoder for encoder in HARDWARE_ENCODERS if encoder in wanted]
    nodes = dict.fromkeys(str(node) for encoder in used for node in device_nodes(encoder, devices=devices))
    shown = dict.fromkeys(path for encoder in used for path in _SHOWN[encoder])
    arguments: list[str] = []
    for node in nodes:
        arguments += ["--dev-bind-try", node, node]
    for path in shown:
        arguments += ["--ro-bind-try", path, path]
    return tuple(arguments)
