"""Places the names of points in a plot, so that no name covers another or a point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# The space between two names, as a share of a name's height.
_LEADING = 0.08
# Points whose horizontal distance is at most this many point widths form one column.
_COLUMN = 2.0


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Box) -> bool:
        """Whether the whole box lies inside the other."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.bottom <= self.bottom
            and self.top <= other.top
        )


def place_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: Box,
    marker: float,
    reach: float = math.inf,
    taken: Sequence[Box] = (),
) -> list[Box | None]:
    """Return a box for each point's name: beside the point, or as near to it as there is room.

    In a column of many points, names lie left and right in turn, in the order of the points. They move up or
    down as little as their heights allow.

    Parameters
    ----------
    points : of the markers, in pixels. sizes : width and height of each name.
    area : that boxes must lie in. marker : half the width of a point.
    reach : greatest distance of a name from its point, in heights of a name.
    taken : boxes that names must not cover, besides the points.

    Returns
    -------
    Boxes in the order of the points; None for a name for which there is no room.
    """
    obstacles = [*taken, *(Box(x - marker, y - marker, x + marker, y + marker) for x, y in points)]
    boxes: list[Box | None] = [None] * len(points)
    for column in _columns(points, marker):
        for index, side, middle in _spread(column, points, sizes):
            point, size = points[index], sizes[index]
            for box in _candidates(point, size, side, middle, marker, reach):
                if box.within(area) and not any(box.overlaps(other) for other in obstacles):
                    boxes[index] = box
                    obstacles.append(box)
                    break
    return boxes


def _columns(points: Sequence[tuple[float, float]], marker: float) -> list[list[int]]:
    """Columns of points that lie above each other, as indices from the bottom up; the most crowded columns
    first.
    """
    columns: list[list[int]] = []
    last = -math.inf
    for index in sorted(range(len(points)), key=lambda i: points[i][0]):
        if points[index][0] - last > 2 * marker * _COLUMN:
            columns.append([])
        columns[-1].append(index)
        last = points[index][0]
    for column in columns:
        column.sort(key=lambda i: points[i][1])
    return sorted(columns, key=len, reverse=True)


def _spread(
    column: Sequence[int], points: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]]
) -> Iterator[tuple[int, int, float]]:
    """For each point of a column: its index, the side of its name (1 right, -1 left), and the height of the
    name's middle.
    """
    step = max(sizes[index][1] for index in column) * (1 + _LEADING)
    heights = [points[index][1] for index in column]
    crowded = any(b - a < step for a, b in pairwise(heights))
    for side in (1, -1) if crowded else (1,):
        members = [
            index for place, index in enumerate(column) if not crowded or (place % 2 == 0) == (side == 1)
        ]
        middles = _apart([points[index][1] for index in members], step)
        yield from ((index, side, middle) for index, middle in zip(members, middles, strict=True))


def _apart(heights: Sequence[float], step: float) -> list[float]:
    """Ascending heights moved as little as possible, by the sum of squares, so that they are a step apart.

    Pools of neighbours move together (isotonic regression, by pooling adjacent violators).
    """
    pools: list[list[float]] = []
    for place, height in enumerate(heights):
        pools.append([height - place * step])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = [_mean(pool) for pool in pools for _ in pool]
    return [value + place * step for place, value in enumerate(level)]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _candidates(
    point: tuple[float, float],
    size: tuple[float, float],
    side: int,
    middle: float,
    marker: float,
    reach: float,
) -> Iterator[Box]:
    """Boxes on the wanted side at the wanted height, then boxes farther and farther away."""
    (x, y), (width, height) = point, size
    found: list[tuple[float, Box]] = []
    rows = int(min(reach, 40))
    for column in range(3):
        gap = 2 * marker + column * 3 * height
        for at in (side, -side):
            left = x + gap if at == 1 else x - gap - width
            for row in range(-2 * rows, 2 * rows + 1):
                bottom = middle + (row - 1) / 2 * height
                cost = abs(row) / 2 + 3 * column + (0.4 if at != side else 0.0)
                if abs(bottom + height / 2 - y) <= reach * height:
                    found.append((cost, Box(left, bottom, left + width, bottom + height)))
    yield from (box for _, box in sorted(found, key=lambda entry: entry[0]))
