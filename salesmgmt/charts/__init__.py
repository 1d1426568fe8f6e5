"""Charts: one plot function per result, ``plot_x(result, *, words, ax=None) -> Axes``.

A plot function draws a finished frame of a method, in the words of one language, and returns the
axes: no title, no calculation, no saving, and no style left behind. :func:`svg` turns the figure
into text and :func:`close` lets go of it; in a notebook a figure shows itself::

    axes = plot_staffing(staffing, words=Words("zh"))
    axes.figure

:func:`house_style` is for several charts in one figure, drawn into axes of the caller's;
:func:`page_width` for charts as wide as a phone's page.

Work and people: :func:`plot_visits_by_class`, :func:`plot_adjustments`, :func:`plot_staffing`, :func:`plot_balance`.
How many are effective by month: :func:`plot_capacity`; how far each month is from its target: :func:`plot_course`. How sure that is: :func:`plot_headcount_band`, :func:`plot_tornado`.
Groups against a standard: :func:`plot_visits_against_policy`, :func:`plot_pay_mix`, :func:`plot_growth`; against a year before: :func:`plot_drift`.
What was achieved: :func:`plot_attainment`, :func:`plot_variance`, :func:`plot_ageing`.
Where the company stands: :func:`plot_swot`, :func:`plot_bridge`, :func:`plot_positions`; where it aims: :func:`plot_segments`. What its people can do: :func:`plot_gap_map`, :func:`plot_profiles`.
"""

from salesmgmt.charts.bands import plot_headcount_band, plot_tornado
from salesmgmt.charts.capacity import plot_capacity
from salesmgmt.charts.comparisons import plot_drift, plot_growth, plot_pay_mix, plot_visits_against_policy
from salesmgmt.charts.gaps import plot_gap_map
from salesmgmt.charts.performance import plot_ageing, plot_attainment, plot_variance
from salesmgmt.charts.positions import plot_positions
from salesmgmt.charts.profiles import plot_profiles
from salesmgmt.charts.review import plot_two_views
from salesmgmt.charts.segments import plot_segments
from salesmgmt.charts.sizing import plot_adjustments, plot_staffing, plot_visits_by_class
from salesmgmt.charts.style import PHONE_WIDTH, close, house_style, page_width, svg
from salesmgmt.charts.swot import plot_swot
from salesmgmt.charts.targets import plot_bridge, plot_course
from salesmgmt.charts.territories import plot_balance

__all__ = [
    "PHONE_WIDTH",
    "close",
    "house_style",
    "page_width",
    "plot_adjustments",
    "plot_ageing",
    "plot_attainment",
    "plot_balance",
    "plot_bridge",
    "plot_capacity",
    "plot_course",
    "plot_drift",
    "plot_gap_map",
    "plot_growth",
    "plot_headcount_band",
    "plot_pay_mix",
    "plot_positions",
    "plot_profiles",
    "plot_segments",
    "plot_staffing",
    "plot_swot",
    "plot_tornado",
    "plot_two_views",
    "plot_variance",
    "plot_visits_against_policy",
    "plot_visits_by_class",
    "svg",
]
