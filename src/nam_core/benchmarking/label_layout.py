"""Where the names of points go in a plot, so that none lies on another or on a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


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
        """Whether no part lies outside of the other."""
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
    taken: Sequence[Box] = (),
) -> list[Box | None]:
    """A box for each point's name: beside the point, or as near to that as is free.

    Parameters
    ----------
    points : of the markers, in pixels. sizes : width and height of each name.
    area : that boxes must lie in. marker : half the width of a point.
    taken : what must stay free, besides the points.

    Returns
    -------
    Boxes in the order of the points; None for a name for which there is no room.
    """
    obstacles = [*taken, *(Box(x - marker, y - marker, x + marker, y + marker) for x, y in points)]
    boxes: dict[int, Box] = {}
    # From the bottom up, so that the names of a column of points keep the points' order.
    for index in sorted(range(len(points)), key=lambda i: points[i][1]):
        for box in _candidates(points[index], sizes[index], area, marker):
            if not any(box.overlaps(other) for other in obstacles):
                boxes[index] = box
                obstacles.append(box)
                break
    return [boxes.get(index) for index in range(len(points))]


def _candidates(
    point: tuple[float, float], size: tuple[float, float], area: Box, marker: float
) -> Iterator[Box]:
    """Places within the area: right or left of the point, ever farther above and below, and to the side."""
    x, y = point
    width, height = size
    rows = int((area.top - area.bottom) / height) + 1
    found: list[tuple[float, Box]] = []
    for column in range(4):
        gap = 2 * marker + column * 0.5 * width
        for left in (x + gap, x - gap - width):
            for row in range(-2 * rows, 2 * rows + 1):
                bottom = y + (row / 2 - 0.5) * height
                box = Box(left, bottom, left + width, bottom + height)
                if box.within(area):
                    # A step to the side costs more than one up or down; the left side a little more.
                    cost = abs(row / 2) * height + column * 3 * height + (0.4 * height if left < x else 0.0)
                    found.append((cost, box))
    yield from (box for _, box in sorted(found, key=lambda entry: entry[0]))
