"""Decides which recording goes to which split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .draws import draw
from .scanning import Scan


def split_recordings(scans: Sequence[Scan], shares: Mapping[str, float], seed: int) -> dict[str, list[Scan]]:
    """The recordings of each split, in the order in which they are given.

    Recordings are taken in a random order that the seed decides. Each goes to the split that is furthest
    below its share of segments. Recordings with the same bytes go to the same split; otherwise a model could
    be tested on recordings that it was trained on.

    Raises
    ------
    ValueError
        If there are fewer recordings than splits.
    """
    groups: dict[str, list[Scan]] = {}
    for scan in scans:
        groups.setdefault(scan.sha256, []).append(scan)
    if len(groups) < len(shares):
        count = "1 recording" if len(groups) == 1 else f"{len(groups)} different recordings"
        raise ValueError(
            f"{count} for {len(shares)} splits ({', '.join(shares)}), and a recording is never cut between "
            f"splits: give more recordings, or ask for fewer splits ({next(iter(shares))}=1)"
        )
    segments = sum(len(scan.starts) for scan in scans)
    whole = sum(shares.values())
    missing = {name: share / whole * segments for name, share in shares.items()}
    empty = dict.fromkeys(shares)
    where: dict[str, str] = {}
    order = sorted(groups, key=lambda sha256: (draw(seed, sha256, "split"), sha256))
    for done, sha256 in enumerate(order):
        # Every split gets at least one recording.
        allowed = empty if len(order) - done == len(empty) else shares
        name = max(allowed, key=lambda name: missing[name])
        where[sha256] = name
        missing[name] -= sum(len(scan.starts) for scan in groups[sha256])
        empty.pop(name, None)
    return {name: [scan for scan in scans if where[scan.sha256] == name] for name in shares}
