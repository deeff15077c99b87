"""What the installed archive shows to a host's linker: names in ``nam_core``, and nothing else of its own.

A host may link NeuralAmpModelerCore, whose names are in ``nam``, and an Eigen of another version, or with
other macros. Of two weak definitions of one name the linker keeps one, and the program then calls code that
was compiled for another layout.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_SYMBOL = re.compile(
    r"^\s*\d+:\s+[0-9a-f]+\s+\S+\s+\w+\s+(?P<bind>GLOBAL|WEAK|UNIQUE)\s+\w+\s+(?P<index>\w+)\s+(?P<name>\S+)",
    re.MULTILINE,
)
# Mangled names: tables and names of types, guards and thread-local wrappers may come first.
_PREFIX = r"_Z(?:T[VISTWHh]|GV|GR)?(?:Z|N|K|NK)*"
_OURS = re.compile(_PREFIX + "8nam_core")
# Of the C++ library and its compiler: the same in all objects of one program, so merging them is right.
_STANDARD = re.compile(_PREFIX + r"(?:St|S[absiod]|9__gnu_cxx|10__cxxabiv1)|DW\.ref\.__gxx_personality_v0$")


def strangers(archive: Path) -> list[str]:
    """Names that the archive defines outside ``nam_core``, except weak ones of the standard library."""
    command = ["readelf", "--symbols", "--wide", str(archive)]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    defined = [match for match in _SYMBOL.finditer(listed) if match["index"] != "UND"]
    if not any(_OURS.match(match["name"]) for match in defined):
        raise ValueError(f"{archive} defines nothing of ours: is it an ELF archive?")
    return sorted(
        {
            match["name"]
            for match in defined
            if not _OURS.match(match["name"])
            and not (match["bind"] != "GLOBAL" and _STANDARD.match(match["name"]))
        }
    )
