"""A file system with one file, ``clip``, from some byte on of which no read comes back: raw FUSE (fuse.h of Linux), for
root.

Run as ``python -m tests.stalling_mount FOLDER FILE FIRST LAST``: what lies from FIRST to before LAST is never given. It
says ``ready``.
"""

import ctypes
import os
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REQUEST = struct.Struct("<IIQQIIII")
ENOENT, ENOSYS = -2, -38


def attributes(node: int, size: int) -> bytes:
    mode = stat.S_IFDIR | 0o755 if node == 1 else stat.S_IFREG | 0o444
    return struct.pack("<QQQQQQIIIIIIIIII", node, size, 0, 1, 1, 1, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(code: int, node: int, body: bytes, data: bytes, silent: range) -> tuple[int, bytes] | None:
    """Error and payload; None where nothing is ever said."""
    match code:
        case 26:  # INIT
            return 0, struct.pack("<IIIIHHII28x", 7, 31, 65536, 0, 12, 9, 65536, 1)
        case 1:  # LOOKUP
            entry = struct.pack("<QQQQII", 2, 0, 1, 1, 0, 0) + attributes(2, len(data))
            return (0, entry) if body.rstrip(b"\0") == b"clip" else (ENOENT, b"")
        case 3:  # GETATTR
            return 0, struct.pack("<QII", 1, 0, 0) + attributes(node, len(data) if node == 2 else 0)
        case 14 | 27:  # OPEN and OPENDIR
            return 0, bytes(16)
        case 15:  # READ
            _, start, size = struct.unpack_from("<QQI", body)
            is_silent = max(start, silent.start) < min(start + size, silent.stop)
            return None if is_silent else (0, data[start : start + size])
        case 18 | 25 | 29:  # RELEASE, FLUSH and RELEASEDIR
            return 0, b""
        case 2 | 36 | 42:  # FORGET, INTERRUPT and BATCH_FORGET
            return None
    return ENOSYS, b""


def serve(folder: str, data: bytes, silent: range) -> None:
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    if ctypes.CDLL(None, use_errno=True).mount(b"stalling", folder.encode(), b"fuse", 0, options.encode()):
        sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
    print("ready", flush=True)
    while True:
        request = os.read(device, 1 << 20)
        _, code, unique, node, *_ = REQUEST.unpack_from(request)
        if said := answer(code, node, request[REQUEST.size :], data, silent):
            error, payload = said
            os.write(device, struct.pack("<IiQ", 16 + len(payload), error, unique) + payload)


@contextmanager
def stalling_mount(folder: Path, file: Path, first: int, last: int) -> Iterator[Path]:
    """The file on a mount that stalls; whatever waits for it is let go in the end."""
    folder.mkdir()
    arguments = [sys.executable, "-m", "tests.stalling_mount", str(folder), str(file), str(first), str(last)]
    with subprocess.Popen(arguments, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == "ready\n"
            yield folder / "clip"
        finally:
            server.kill()  # the kernel then ends every call
            subprocess.run(["umount", "-l", str(folder)], check=False)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]).read_bytes(), range(int(sys.argv[3]), int(sys.argv[4])))
