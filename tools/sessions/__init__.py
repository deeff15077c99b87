"""The sessions of nox, one module per subject. Importing this package registers all of them with nox."""

from tools.sessions import (
    applications,
    cpp,
    endurance,
    nightly,
    packaging,
    processors,
    sanitizers,
    static,
    tests,
)

__all__ = [
    "applications",
    "cpp",
    "endurance",
    "nightly",
    "packaging",
    "processors",
    "sanitizers",
    "static",
    "tests",
]
