"""The .nam files of a folder."""

from __future__ import annotations

import os
from pathlib import Path

SUFFIX = ".nam"


def nam_files(folder: str | os.PathLike[str]) -> list[Path]:
    """The .nam files in a folder, sorted by name; .NAM counts as well.

    Hidden ones are left out, as the shell's ``*.nam`` does. Among them are those that macOS puts beside every
    file on a foreign disk (AppleDouble, ``._amp.nam``), which are no models.

    Raises OSError.
    """
    return sorted(path for path in Path(folder).iterdir() if _is_visible_model(path))


def _is_visible_model(path: Path) -> bool:
    return path.suffix.lower() == SUFFIX and not path.name.startswith(".") and path.is_file()
