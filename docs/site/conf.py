"""The website of the documentation: `nox -s docs` builds it into build/site, warnings as errors.

The pages are the Markdown files of the repository as they are, so their links work on the site and in the
repository alike. Nothing on the site comes from another server.
"""

import sys
from pathlib import Path

from sphinx.application import Sphinx

SITE = Path(__file__).parent
ROOT = SITE.parents[1]
sys.path.insert(0, str(SITE))

project = "nam_core"
author = "The nam_core developers"
copyright = "the nam_core developers, MIT licence"
extensions = ["myst_parser", "sphinx.ext.autodoc", "docstrings", "cpp_headers", "command_line"]

root_doc = "docs/index"
include_patterns = [
    *("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/**"),
    *("examples/README.md", "third_party/README.md"),
]
exclude_patterns = ["docs/site/**"]

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
default_role = "code"
# Blocks without a language are commands, and what they print.
highlight_language = "text"
nitpicky = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_type_aliases = {
    name: name for name in ("Audio", "Source", "Signal", "Array", "npt.ArrayLike", "ArrayLike")
}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
cpp_maximum_signature_line_length = 80
suppress_warnings = ["config.cache"]

html_theme = "furo"
html_title = "nam_core"
html_static_path = ["static"]
# The page that plays models, where `nox -s web` has made it; it lies at the site's root.
html_extra_path = [str(page) for page in [ROOT / "src/nam_core/web/player.html"] if page.exists()]
html_css_files = ["site.css"]
templates_path = ["templates"]
# The start page is docs/index.html; the site's root leads there.
html_additional_pages = {"index": "root.html"}
# The reference pages list every name; an index of modules beside them would have no link.
html_domain_indices = False
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
pygments_dark_style = "monokai"


def _list_chapters(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the format's chapters below its page in the navigation; its own table of them is for readers."""
    if page == "docs/file-format":
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\nfile-format/*\n```\n"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _list_chapters)
