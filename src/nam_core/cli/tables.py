"""Tables of figures on a terminal."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from .messages import printable

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from ..pages import Table

# Files and pipes have no width of their own. No table here is wider than this.
_WIDTH = 160


def print_table(content: Table) -> None:
    """Print a table to standard output, names to the left, figures to the right.

    If the terminal is too narrow, optional columns are left out and named below the table.
    """
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    # Without this option, rich would report at most the terminal's width.
    endless = console.options.update(max_width=10_000)
    left_out: list[str] = []
    table = _table(content, left_out)
    for heading in content.dispensable:
        if console.measure(table, options=endless).maximum <= console.width:
            break
        left_out.append(heading)
        table = _table(content, left_out)
    console.print(table)
    note = content.note
    if left_out:
        names = ", ".join(" ".join(heading.split("\n")).replace("/ ", "/") for heading in left_out)
        note += f" Left out because the terminal is too narrow: {names}."
    if note:
        console.print(escape(printable(note)), highlight=False, soft_wrap=not console.is_terminal)


def _table(content: Table, left_out: Collection[str]) -> RichTable:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table as RichTable

    kept = [index for index, heading in enumerate(content.headings) if heading not in left_out]
    table = RichTable(box=SIMPLE_HEAD, title=escape(printable(content.title)), title_justify="left")
    for index in kept:
        table.add_column(escape(content.headings[index]), justify="left" if index == 0 else "right")
    for row in content.rows:
        table.add_row(*(escape(printable(row[index])) for index in kept))
    return table
