"""A tar archive from before POSIX, whose first block has no signature."""

from __future__ import annotations

import tarfile


def old_tar(content: bytes) -> bytes:
    """One file, ``amp.nam``, as the tar of Unix version 7 stored it: no ``ustar`` at byte 257."""
    info = tarfile.TarInfo("amp.nam")
    info.size = len(content)
    block = bytearray(info.tobuf(tarfile.USTAR_FORMAT)[:257].ljust(512, b"\0"))
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content.ljust(-(-len(content) // 512) * 512, b"\0") + bytes(1024)
