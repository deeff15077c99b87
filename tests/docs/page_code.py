"""Runs the code of a documentation page."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import warnings
from pathlib import Path

from codebase.sources import ROOT

from nam_core.cli import main

# Needs a sound card, and a package that opens it.
_LIVE = "nam-core play "
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_page(page: Path, folder: Path) -> None:
    """Run a page's Python blocks one after the other, and its nam-core commands but ``play``, in ``folder``.

    A block of ``text`` after a block of Python is what that one prints. A block of ``toml`` is a file, whose
    name is the comment in its first line. ``examples/`` is there as in the repository.
    """
    (folder / "examples").symlink_to(ROOT / "examples")
    names: dict[str, object] = {}
    printed = ""
    for language, code in _FENCE.findall(page.read_text("utf-8")):
        if language == "python":
            output = io.StringIO()
            with contextlib.redirect_stdout(output), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what is installed decides on some, such as of ``save``
                exec(compile(code, page.name, "exec"), names)
            printed = output.getvalue()
        elif language == "toml":
            (folder / code.partition("\n")[0].removeprefix("# ")).write_text(code, "utf-8")
        elif language == "text":
            assert code == printed
        else:
            for line in code.splitlines():
                if line.startswith("nam-core ") and not line.startswith(_LIVE):
                    assert main(shlex.split(line)[1:]) == 0, line
