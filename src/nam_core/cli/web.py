"""``nam-core web``: plays models in a browser."""

from __future__ import annotations

import argparse
import os
from typing import Any

from .messages import CommandError, tell


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "web",
        help="play models in a browser",
        description="Serve a page on 127.0.0.1 that plays models in a browser: recordings, files or the "
        "live input, through two models that you can switch between, at every quality. The page is one file "
        "and needs no network. Ctrl-C ends it.",
    )
    parser.add_argument(
        "models",
        metavar="MODEL",
        nargs="*",
        help=".nam or .namz files, folders of them, presets, or sound files as impulse responses",
    )
    parser.add_argument("--port", type=int, default=8764, help="port; 0 takes a free one (default: 8764)")
    parser.add_argument("--open", action="store_true", help="open the page in the default browser")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal ends the command."""
    from ..web import ServedModel, Server
    from .sources import named_sources

    if not 0 <= arguments.port <= 65535:
        raise CommandError(f"--port must be from 0 to 65535; found {arguments.port}")
    models = [
        ServedModel.read(os.path.basename(path) if path else f"{name}.nam", source)
        for source, name, path in named_sources(arguments.models)
    ]
    with Server(models, arguments.port) as server:
        tell(arguments.command, f"the page is at {server.url}; Ctrl-C ends it")
        if arguments.open:
            import webbrowser

            webbrowser.open(server.url)
        server.serve_forever()
    return 0
