"""Pictures of figures: deterministic inline SVG with a text alternative and the data beside it.

Every function takes plain sequences and returns a Chart. Layout is in points on a picture of
fixed width, the page's and a phone's; labels stand beside what they name instead of in legends and axes, and a
picture whose texts would touch or be cut is refused. Numbers are drawn with ``fmt``, by default rounded
half up to ``decimals``. All amounts of one picture are in one ``unit`` on one scale. What shows a value tells it to who
points at it, and leads to where it comes from if it is a figure's (``FigureNumber``).

Common parameters: ``caption`` and ``alt`` (what the picture shows, for those who do not see it)
must not be empty; ``origin`` is that of what the rows rest on, and the picture says its word; ``width`` is set for
each drawing (``base.both_widths``). All functions raise ChartError, in Chinese, for rows that cannot be drawn truthfully.
"""

from ..style import ChartError
from .bands import bands
from .base import Chart
from .cells import grid
from .comparisons import balance, bars, dumbbell, ranges, waterfall
from .courses import courses
from .dots import dots
from .histories import histories
from .progress import burn_down, calendar, matrix, small_multiples, stacked
from .structures import flow, steps, tree

__all__ = [
    "Chart",
    "ChartError",
    "balance",
    "bands",
    "bars",
    "burn_down",
    "calendar",
    "courses",
    "dots",
    "dumbbell",
    "flow",
    "grid",
    "histories",
    "matrix",
    "ranges",
    "small_multiples",
    "stacked",
    "steps",
    "tree",
    "waterfall",
]
