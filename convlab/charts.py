"""Curves and bars, as Plotly figures."""

from collections.abc import Sequence
from math import log10

import plotly.graph_objects as go

_GREY = "#8a94a3"  # seen on light and on dark pages
ROUNDING = 1e-12  # a mean squared error below it is rounding, of numbers from -10 to 10: drawn at this height


def growth_curve(farthest: Sequence[float], radii: Sequence[float]) -> go.Figure:
    """How far from the middle a number sees behind one, two, … layers: in theory and in effect.

    Parameters
    ----------
    farthest, radii : sequence of float
        Pixels from the middle to the farthest one that it can depend on, and within which 95 % of the weight lies: one
        for each depth.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> [line.y for line in growth_curve([1.4, 2.8], [1.4, 2.2]).data]
    [(1.4, 2.8), (1.4, 2.2)]
    """
    depths = list(range(1, len(farthest) + 1))
    figure = go.Figure()
    for name, values, dash in (
        ("in theory: the farthest pixel", farthest, "dash"),
        ("in effect: 95 % of the weight", radii, "solid"),
    ):
        figure.add_scatter(
            x=depths,
            y=list(values),
            name=name,
            mode="lines+markers",
            line_dash=dash,
            hovertemplate="%{x} layers: %{y:.1f} pixels<extra></extra>",
        )
    figure.update_xaxes(
        title="layers", range=[0.5, max(len(farthest), 2) + 0.5], dtick=1 if len(farthest) < 9 else 2, tick0=1
    )
    figure.update_yaxes(title="pixels from the middle", rangemode="tozero")
    figure.update_layout(margin={"l": 0, "r": 16, "t": 8, "b": 0}, dragmode=False)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    return figure


def loss_curve(losses: Sequence[float], steps: int, limit: float = 0.0) -> go.Figure:
    """Mean squared errors step by step, on a logarithmic axis.

    Parameters
    ----------
    losses : sequence of float
        One a step so far, from the start.
    steps : int
        How many there will be: the axis has room for all of them.
    limit : float, default 0
        What no run can beat: a dashed line. Left out where it is nothing but rounding.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> loss_curve([1.0, 0.1, 0.0], 300).data[0].y
    (1.0, 0.1, 1e-12)
    """
    figure = go.Figure(
        go.Scatter(
            x=list(range(len(losses))),
            y=[max(loss, ROUNDING) for loss in losses],
            mode="lines",
            hovertemplate="step %{x}: %{y:.2e}<extra></extra>",
        )
    )
    low, high = log10(max(limit / 2, ROUNDING / 2)), log10(max(losses[0], 2 * ROUNDING)) + 0.2
    if limit > ROUNDING:
        figure.add_hline(limit, line_dash="dash", opacity=0.7)
        figure.add_annotation(x=steps, y=log10(limit), text="least squares", showarrow=False, xanchor="right", yshift=9)
    figure.update_xaxes(title="step", range=[0, steps], nticks=7)
    figure.update_yaxes(title="mean squared error", type="log", range=[low, high], exponentformat="power")
    figure.update_yaxes(dtick=2 if high - low > 4 else 1)
    figure.update_layout(margin={"l": 0, "r": 16, "t": 8, "b": 0}, showlegend=False, dragmode=False)
    return figure


def bars(names: Sequence[str], values: Sequence[int]) -> go.Figure:
    """Numbers as bars below each other, each under its name and itself; a mark where the first one ends.

    Parameters
    ----------
    names : sequence of str
        From top to bottom.
    values : sequence of int
        As many, none below 0.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> bars(["directly", "through 4"], [7225344, 652288]).layout.annotations[1].text
    'through 4 <b>652,288</b>'
    """
    places = list(range(len(values)))
    figure = go.Figure(go.Bar(x=list(values), y=places, orientation="h", width=0.38, hoverinfo="skip"))
    for place, name, value in zip(places, names, values, strict=True):
        words = f"{name} <b>{value:,}</b>"
        figure.add_annotation(
            x=0, y=place - 0.2, text=words, showarrow=False, xanchor="left", yanchor="bottom", xshift=-2, font_size=13
        )
        mark = {"x0": values[0], "x1": values[0], "y0": place - 0.24, "y1": place + 0.24}
        figure.add_shape(type="line", **mark, line={"width": 2, "dash": "dot", "color": _GREY})
    figure.update_xaxes(visible=False, range=[0, 1.02 * max(values)])
    figure.update_yaxes(visible=False, range=[places[-1] + 0.3, -0.75])
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False, dragmode=False)
    return figure
