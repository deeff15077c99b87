"""A directive that shows the public C++ headers, with the comments of their declarations."""

from __future__ import annotations

from cpp_reader import HEADERS, read_header, title_comment, to_prose, to_rst
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class PublicHeaders(SphinxDirective):
    """Every public header in a section of its own."""

    def run(self) -> list[nodes.Node]:
        sections: list[nodes.Node] = []
        headers = sorted((HEADERS / "nam_core").glob("*.hpp"))
        for path in sorted(headers, key=lambda path: path.name != "nam_core.hpp"):
            self.env.note_dependency(str(path))
            text = path.read_text("utf-8")
            section = nodes.section(ids=[f"header-{path.stem}"])
            section += nodes.title("", "", nodes.literal(text=f"<{path.relative_to(HEADERS).as_posix()}>"))
            lines = [*to_prose(title_comment(text)), "", *to_rst(read_header(text))]
            self.state.nested_parse(StringList(lines, source=str(path)), 0, section)
            sections.append(section)
        return sections


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("public-headers", PublicHeaders)
    return {"parallel_read_safe": True}
