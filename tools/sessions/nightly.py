"""The queue of sessions that take too long for the gate, or need more than it may ask of a machine."""

from __future__ import annotations

import nox

from tools.sessions.packaging import WHEEL
from tools.sessions.project import PARALLEL

# Session -> arguments, in the order in which they run.
NIGHTLY: dict[str, tuple[str, ...]] = {
    "reference": ("tests", *PARALLEL),
    "sanitize": (),
    "tsan": (),
    "clang": (),
    "aarch64": (),
    "wheels": (),
    "sdist": (),
    "readers": (),
    "bench": (),
    "cluster": (),
    "soak": (),
    "pages": (),
    "plugins": (),
    "web": (),
}


@nox.session(requires=WHEEL)
def nightly(session: nox.Session) -> None:
    """Run everything that .ci/run leaves out: before a release, and after a change in cpp/."""
    for name, arguments in NIGHTLY.items():
        session.notify(name, arguments)
