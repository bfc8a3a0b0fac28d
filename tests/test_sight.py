"""What a number sees: where gradients flow, and how much of them where."""

from math import sqrt

import pytest
import torch
from draws import drawn, ours, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from convlab import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv2d,
    ConvLabError,
    ConvTranspose2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Step,
    Upsample,
    growth,
    plan,
    receptive_field,
    see,
    two_layers,
)


@st.composite
def rows(draw):
    """One to four layers whose weights are all positive, so that no gradient vanishes by chance."""
    steps = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from([Conv2d, Conv2d, ConvTranspose2d, AvgPool2d, AdaptiveAvgPool2d, Upsample]))
        kernel, stride, dilation, padding = (draw(st.integers(low, 3)) for low in (1, 1, 1, 0))
        if kind is AvgPool2d:
            layer = AvgPool2d(kernel, stride, padding=min(padding, kernel // 2), ceil_mode=draw(st.booleans()))
        elif kind is AdaptiveAvgPool2d:
            layer = AdaptiveAvgPool2d((kernel + stride, dilation))
        elif kind is Upsample:
            layer = Upsample(scale_factor=kernel, mode=draw(st.sampled_from(["nearest", "bilinear"])))
        else:
            mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"])) if kind is Conv2d else "zeros"
            layer = kind(1, 1, kernel, stride, padding, dilation=dilation, bias=False, padding_mode=mode)
        shape = layer.weight_shape
        steps.append(Step(layer, None if shape is None else torch.ones(shape, dtype=torch.double)))
    return steps


@drawn(400)
@given(rows(), st.tuples(st.integers(4, 12), st.integers(4, 12)), st.data())
def test_what_a_number_can_depend_on_is_where_its_gradient_flows(steps, size, data):
    planned = ours(lambda: plan([step.layer for step in steps], (1, *size)))
    assume(planned is not None)
    place = [data.draw(st.integers(0, side - 1)) for side in planned[-1][0]]
    seen = see(steps, torch.ones(1, *size, dtype=torch.double), place)
    met = seen.weights > 1e-12
    assert seen.rows == tuple(met.any(1).nonzero().flatten().tolist())
    assert seen.columns == tuple(met.any(0).nonzero().flatten().tolist())
    assert float(seen.weights.sum()) == pytest.approx(1 if seen.rows and seen.columns else 0)


def test_the_two_layer_demo_sees_a_square_of_sixteen():
    seen = see(two_layers(), torch.rand(3, 60, 50), (1, 5, 4))
    assert (len(seen.rows), len(seen.columns)) == receptive_field([step.layer for step in two_layers()]) == (16, 16)
    assert (seen.rows[0], seen.columns[0]) == (20, 16)  # four pixels for each step of the last maps
    assert not seen.weights[:20].any()


def test_the_end_of_a_network_sees_all_of_the_picture():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 2))
    steps = [
        Step(Conv2d(1, 2, 3, padding=1), model[0].weight.detach(), model[0].bias.detach()),
        Step(MaxPool2d(2)),
        Step(Flatten()),
        Step(Linear(12, 2), model[3].weight.detach(), model[3].bias.detach()),
    ]
    image = whole(1, 4, 6)
    seen = see(steps, image, (1,))
    assert (seen.rows, seen.columns) == (tuple(range(4)), tuple(range(6)))
    picture = image.clone().requires_grad_()
    model(picture[None])[0, 1].backward()
    torch.testing.assert_close(seen.weights, picture.grad[0].abs().double() / picture.grad.abs().sum())
    flat = see(steps[:3], image, (11,))  # the second map's last number: rows 2 and 3, columns 4 and 5, and one around
    assert (flat.rows, flat.columns) == ((1, 2, 3), (3, 4, 5))


def test_where_relu_gives_zero_nothing_is_seen_in_effect():
    seen = see([Step(Conv2d(1, 1, 3), -torch.ones(1, 1, 3, 3)), Step(ReLU())], torch.ones(1, 5, 5), (0, 1, 1))
    assert seen.rows == (1, 2, 3)
    assert not seen.weights.any()
    assert (seen.share(10), seen.radius(0.5), seen.pixels(0.5)) == (0, None, 0)


def test_shares_and_radii():
    weight = torch.tensor([[0.0, 1.0, 0.0], [1.0, 4.0, 1.0], [0.0, 1.0, 0.0]]).reshape(1, 1, 3, 3)
    seen = see([Step(Conv2d(1, 1, 3, padding=1), weight)], torch.zeros(1, 5, 5), (0, 2, 2))
    assert [seen.share(radius) for radius in (0, 0.9, 1, 2)] == [0.5, 0.5, 1, 1]
    assert [seen.radius(share) for share in (0.4, 0.5, 0.6, 1)] == [0, 0, 1, 1]
    assert [seen.pixels(share) for share in (0.4, 0.5, 0.6, 1)] == [1, 1, 2, 5]
    assert seen.distances[2].tolist() == [2, 1, 0, 1, 2]


def test_it_works_where_nothing_else_has_gradients():
    with torch.inference_mode():
        seen = see([Step(Conv2d(1, 1, 3), torch.ones(1, 1, 3, 3))], torch.ones(1, 3, 3), (0, 0, 0))
    assert seen.weights.flatten().tolist() == pytest.approx([1 / 9] * 9)


@pytest.mark.parametrize("index", [(0, 0), (0, 3, 0), (0, 0, -1), (1, 0, 0)])
def test_a_number_that_is_not_there(index):
    with pytest.raises(ConvLabError, match=r"^`index` must be the place of a number: .* in an output of 1×3×3\. Use"):
        see([Step(Conv2d(1, 1, 3), torch.ones(1, 1, 3, 3))], torch.ones(1, 5, 5), index)


# --- growth ---


def test_in_theory_it_grows_with_the_depth_and_in_effect_with_its_root():
    grown = growth(16)
    assert [it.receptive_field for it in grown] == [2 * depth + 1 for depth in range(1, 17)]
    assert grown[15].radius / grown[3].radius == pytest.approx(sqrt(16 / 4), rel=0.1)


@pytest.mark.parametrize(("kernel_size", "stride", "dilation"), [(3, 1, 1), (2, 2, 1), (4, 1, 3)])
def test_growth_is_what_a_number_sees_behind_such_layers(kernel_size, stride, dilation):
    layer = Conv2d(1, 1, kernel_size, stride, dilation=dilation, bias=False)
    grown = growth(3, kernel_size, stride, dilation)[-1]
    image = torch.ones(1, *[grown.receptive_field] * 2, dtype=torch.double)
    seen = see([Step(layer, torch.ones(layer.weight_shape, dtype=torch.double))] * 3, image, (0, 0, 0))
    torch.testing.assert_close(grown.sight.weights, seen.weights)
    assert (grown.sight.rows, grown.sight.columns) == (seen.rows, seen.columns)
    assert (grown.radius, grown.farthest) == (seen.radius(0.95), pytest.approx(float(seen.distances.max())))


@pytest.mark.parametrize(("stride", "dilation"), [(2, 1), (1, 3), (2, 2)])
def test_stride_and_dilation_let_it_see_farther(stride, dilation):
    for plain, wide in zip(growth(4), growth(4, stride=stride, dilation=dilation), strict=True):
        fields = dilation * sum(2 * stride**before for before in range(wide.depth)) + 1
        assert wide.receptive_field == len(wide.sight.weights) == fields
        assert wide.radius > plain.radius or wide.depth == 1


@pytest.mark.parametrize(
    ("settings", "message", "fix"),
    [
        ({"depth": 33}, r"^`depth` must be at most 32: got 33\. Use depth 32\.", {"depth": 32}),
        (
            {"depth": 8, "stride": 2},
            r"^`depth` must leave a field .* 255 rows: 8 layers see 511\. Use depth 7",
            {"depth": 7},
        ),
        ({"depth": 1, "dilation": 200}, r"1 layers see 401\. Use a smaller kernel or dilation\.", {}),
        ({"depth": 0}, r"^`depth` must be at least 1: got 0\.", {"depth": 1}),
    ],
)
def test_growth_is_bounded(settings, message, fix):
    with pytest.raises(ConvLabError, match=message) as refusal:
        growth(**settings)
    assert refusal.value.fix == fix
