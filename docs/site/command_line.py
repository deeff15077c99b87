"""A directive that shows the help text of ``nam-core`` and of each of its commands."""

from __future__ import annotations

import argparse
import os

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class CommandLine(SphinxDirective):
    """One section for each command, with what ``nam-core COMMAND --help`` prints."""

    def run(self) -> list[nodes.Node]:
        os.environ.update(COLUMNS="96", NO_COLOR="1")
        from nam_core.cli import _parser

        parser = _parser()
        (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
        sections: list[nodes.Node] = [self._text(parser)]
        for name, command in commands.choices.items():
            section = nodes.section(ids=[f"nam-core-{name}"])
            section += nodes.title("", "", nodes.literal(text=f"nam-core {name}"))
            section += self._text(command)
            sections.append(section)
        return sections

    @staticmethod
    def _text(parser: argparse.ArgumentParser) -> nodes.literal_block:
        return nodes.literal_block(text=parser.format_help().rstrip(), language="text")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True}
