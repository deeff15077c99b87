"""Tables of figures on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .messages import printable

if TYPE_CHECKING:
    from ..benchmarking.table import Table

# What goes to a file or a pipe has no width of its own: no table here is wider.
_WIDTH = 160


def print_table(content: Table) -> None:
    """Print it to standard output, names to the left, figures to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as RichTable

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    table = RichTable(box=SIMPLE_HEAD, title=escape(printable(content.title)), title_justify="left")
    for index, heading in enumerate(content.headings):
        table.add_column(escape(heading), justify="left" if index == 0 else "right")
    for row in content.rows:
        table.add_row(*(escape(printable(cell)) for cell in row))
    console.print(table)
    if content.note:
        console.print(escape(printable(content.note)), highlight=False, soft_wrap=not console.is_terminal)
