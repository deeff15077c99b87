"""Headers and an import library of CPython for Windows, from Debian's source package of the same version."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import debian

FOLDER = debian.ROOT / "build" / "windows"
# Declarations of the interpreter's symbols: "PyAPI_FUNC(PyObject *) PyObject_Repr(", "PyAPI_DATA(int) Py_X;".
DECLARED = re.compile(r"PyAPI_(FUNC|DATA)\([^;]*?\)\s*\*?\s*(\w+)\s*[(;\[]")


def headers(version: str) -> Path:
    """The folder with the Python.h of a version of Python in debian.SUITES, for Windows."""
    folder = FOLDER / f"headers-{version}"
    if not folder.exists():
        unfinished = FOLDER / f"unpacking-headers-{version}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        command = ["tar", "--extract", "--file", debian.source(version), "--strip-components=1"]
        members = ["--wildcards", "*/Include/*.h", "*/PC/pyconfig.h*"]
        subprocess.run([*command, *members], check=True, cwd=unfinished)
        (configuration,) = (unfinished / "PC").iterdir()
        (unfinished / "Include" / "pyconfig.h").write_bytes(configuration.read_bytes())
        unfinished.rename(folder)
    return folder / "Include"


def import_library(version: str, zig: str) -> Path:
    """The import library, which tells the linker the names in python3XX.dll: all names that the headers
    declare.
    """
    library = FOLDER / f"libpython-{version}.a"
    if not library.exists():
        include = headers(version)
        kinds = {}
        for header in sorted(include.rglob("*.h")):
            for kind, name in DECLARED.findall(header.read_text("utf-8")):
                kinds[name] = " DATA" if kind == "DATA" else ""
        names = "".join(f"{name}{kind}\n" for name, kind in sorted(kinds.items()))
        definitions = FOLDER / f"python-{version}.def"
        dll = f"python{version.replace('.', '')}.dll"
        definitions.write_text(f"LIBRARY {dll}\nEXPORTS\n{names}", "utf-8")
        subprocess.run([zig, "dlltool", "-m", "i386:x86-64", "-d", definitions, "-l", library], check=True)
    return library
