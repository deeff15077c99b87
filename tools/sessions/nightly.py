"""The queue of sessions that take too long for the gate, or need more than Python and a compiler."""

from __future__ import annotations

import nox

from tools.sessions.packaging import WHEEL
from tools.sessions.project import PARALLEL

# Arguments of each session, in the order in which the sessions run.
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
    "plugins_aarch64": (),
    "web": (),
}


@nox.session(requires=WHEEL)
def nightly(session: nox.Session) -> None:
    """Run every check that .ci/run leaves out, before a release and after a change in cpp/."""
    for name, arguments in NIGHTLY.items():
        session.notify(name, arguments)
