"""The loss curve, and bars."""

import pytest

from convlab.charts import ROUNDING, bars, loss_curve


def test_a_curve_has_a_point_a_step_and_room_for_all():
    figure = loss_curve([1.0, 0.25, 0.0], 300)
    (line,) = figure.data
    assert (line.x, line.y) == ((0, 1, 2), (1.0, 0.25, ROUNDING))
    assert figure.layout.xaxis.range == (0, 300) and figure.layout.yaxis.type == "log"


@pytest.mark.parametrize(("limit", "lines"), [(0.0, 0), (ROUNDING / 10, 0), (0.004, 1)])
def test_the_limit_is_a_line_where_it_is_more_than_rounding(limit, lines):
    shapes = loss_curve([1.0], 300, limit).layout.shapes
    assert [shape.y0 for shape in shapes] == [limit] * lines


def test_the_axes_stay_while_the_curve_grows():
    early, late = (loss_curve([1.0] * steps, 300, 0.004).layout for steps in (1, 300))
    assert early.xaxis.range == late.xaxis.range and early.yaxis.range == late.yaxis.range


def test_bars_stand_under_their_names_and_numbers_and_meet_the_first_ones_mark():
    figure = bars(["one", "other"], [1_000, 2_500])
    (drawn,), layout = figure.data, figure.layout
    assert (drawn.x, drawn.y, drawn.orientation) == ((1_000, 2_500), (0, 1), "h")
    assert [note.text for note in layout.annotations] == ["one <b>1,000</b>", "other <b>2,500</b>"]
    assert {line.x0 for line in layout.shapes} == {1_000} and len(layout.shapes) == 2
    assert layout.xaxis.range[1] > 2_500
