"""What a chart of the report shows, as numbers; how it is drawn is in templates/report.html.

Labels and values are text of the page beside small drawings, so that they stay readable on a narrow screen; positions
are shares of the width, 0 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Bar", "BarChart", "Chart", "Curve", "CurveChart", "Interval", "IntervalChart"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the interval that is likely to hold it."""

    label: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Values with their intervals, one a row on a common scale; `zero` for differences, whose scale holds 0."""

    title: str
    rows: tuple[Interval, ...]
    zero: bool = False

    kind = "interval"

    @property
    def scale(self) -> tuple[float, float]:
        """The ends of the axis: of a tenth that holds all intervals; of differences, symmetric steps around 0."""
        lows, highs = [row.low for row in self.rows] or [0.0], [row.high for row in self.rows] or [1.0]
        if self.zero:
            widest = max(0.01, *(abs(end) for end in (*lows, *highs)))
            step = 0.01 if widest <= 0.05 else 0.05
            end = math.ceil(widest / step - 1e-9) * step
            return -end, end
        return math.floor(min(lows) * 10) / 10, max(
            math.ceil(max(highs) * 10) / 10, math.floor(min(lows) * 10) / 10 + 0.1
        )

    def at(self, value: float) -> float:
        """Where a value stands on the axis."""
        low, high = self.scale
        return (value - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of 1, with what it is a share of."""

    label: str
    value: float
    of: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Shares of 1, one bar a row."""

    title: str
    rows: tuple[Bar, ...]

    kind = "bars"


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points (x, y) in reading order."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class CurveChart:
    """Lines over x from 0 to 1, y from 0 upwards; `marks` are single points with a name."""

    title: str
    x: str
    curves: tuple[Curve, ...]
    marks: tuple[tuple[str, float, float], ...] = ()

    kind = "curve"
    width = 360  # of the drawing, in the units of its view box
    height = 220
    left, right, top, bottom = 38, 10, 10, 34  # what axes and their labels take

    @property
    def highest(self) -> float:
        """The upper end of the y axis: the next tenth above all points."""
        values = [y for curve in self.curves for _, y in curve.points] + [y for _, _, y in self.marks]
        return max(0.1, math.ceil(max(values, default=1.0) * 10 - 1e-9) / 10)

    @property
    def y_ticks(self) -> list[float]:
        """Values of y that get a line across: fifths of the axis, which two decimals write in full."""
        return [self.highest * fifth / 5 for fifth in range(6)]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point stands in the drawing."""
        across, up = self.width - self.left - self.right, self.height - self.top - self.bottom
        return round(self.left + x * across, 1), round(self.height - self.bottom - y / self.highest * up, 1)

    def path(self, curve: Curve) -> str:
        """The points of a line, as SVG's `points`."""
        return " ".join(f"{x},{y}" for x, y in (self.place(*point) for point in curve.points))


Chart = IntervalChart | BarChart | CurveChart
