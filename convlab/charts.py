"""Curves, as Plotly figures."""

from collections.abc import Sequence

import plotly.graph_objects as go

ROUNDING = 1e-12  # a mean squared error below it is rounding, of numbers from -10 to 10: drawn at this height


def loss_curve(losses: Sequence[float], steps: int, limit: float | None = None) -> go.Figure:
    """Mean squared errors step by step, on a logarithmic axis.

    Parameters
    ----------
    losses : sequence of float
        One a step so far, from the start.
    steps : int
        How many there will be: the axis has room for all of them.
    limit : float, optional
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
    if limit is not None and limit > ROUNDING:
        figure.add_hline(
            limit, line_dash="dash", annotation_text="least squares", annotation_position="top right", opacity=0.7
        )
    figure.update_xaxes(title="step", range=[0, steps], fixedrange=True)
    figure.update_yaxes(title="mean squared error", type="log", exponentformat="power", dtick=2, fixedrange=True)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 8, "b": 0}, showlegend=False)
    return figure
