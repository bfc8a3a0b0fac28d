"""There and back: facts 14 and 15, what was lost, and the adjoint law."""

import pytest
import torch
from draws import channels, drawn, ours, sides, whole
from hypothesis import assume, given

from convlab import SAMPLES, Conv2d, ConvLabError, ConvTranspose2d, kernels, load_image, there_and_back, to_grey
from convlab.back import correlation, way_back
from convlab.matrices import matrix


@pytest.fixture(scope="module")
def panda():
    return to_grey(load_image(SAMPLES["panda"].path))


def spike(rows=5, columns=3, place=(2, 1)):
    kernel = torch.zeros(1, 1, rows, columns)
    kernel[0, 0, place[0], place[1]] = -1
    return kernel


def test_14_the_way_back_grows_its_input_to_the_pictures_size():
    assert way_back(Conv2d(1, 1, 3), (1, 8, 8)) == ConvTranspose2d(1, 1, 3, bias=False)
    assert way_back(Conv2d(1, 1, 3), (1, 8, 8)).output_shape((1, 6, 6)) == (1, 8, 8)
    assert way_back(Conv2d(3, 4, 2, stride=2), (3, 12, 13)).output_shape((4, 6, 6)) == (3, 12, 13)


def test_15_the_inside_comes_back_and_the_border_as_zeros(panda):
    way = there_and_back(Conv2d(1, 1, (5, 3)), panda, spike())
    assert [tuple(part.shape[1:]) for part in (way.image, way.maps, way.result)] == [(235, 180), (231, 178), (235, 180)]
    assert torch.equal(way.inner.any(1).nonzero()[:, 0], torch.arange(2, 233))
    assert torch.equal(way.inner.any(0).nonzero()[:, 0], torch.arange(1, 179))
    assert (way.inside.largest, way.inside.mean) == (0, 0)
    assert way.inside.cells == 231 * 178 and way.border.cells == 235 * 180 - 231 * 178
    for rows in (way.result[:, :2], way.result[:, -2:], way.result[:, :, :1], way.result[:, :, -1:]):
        assert (rows == 0).all()
    assert way.border.largest == panda[:, ~way.inner].max() > 0.5
    told = "the first and last 2 rows, the first and last column come back as 0. All the rest came back."
    assert way.lost == f"The border was lost: {told}"


def test_15_with_padding_all_of_it_comes_back(panda):
    way = there_and_back(Conv2d(1, 1, (5, 3), padding=(2, 1)), panda, spike())
    assert torch.equal(way.maps, -panda) and torch.equal(way.result, panda)
    assert (way.inside.largest, way.border.cells, way.border.largest) == (0, 0, 0)
    assert way.lost == "Nothing was lost: every number came back."
    assert way.correlation == pytest.approx(1)


@pytest.mark.parametrize("bank", ["gaussian", "sobel", "gabor"])
def test_15_any_other_kernel_returns_the_shape_and_not_the_values(panda, bank):
    way = there_and_back(Conv2d(1, 1, (5, 3), padding=(2, 1)), panda, kernels.bank(bank, (5, 3), out_channels=1))
    assert way.result.shape == panda.shape and way.inside.largest > 0.1
    assert way.lost.startswith("The values were lost: the size, 235×180, came back, and the numbers are off by ")


def test_17_a_blur_keeps_what_is_light_light(panda):
    blurred = there_and_back(Conv2d(1, 1, 5, padding=2), panda, kernels.bank("gaussian", 5))
    assert 0.9 < blurred.correlation < 1
    assert correlation(panda, torch.ones_like(panda)) is None


def test_with_stride_two_what_lies_between_is_lost():
    image = torch.rand(1, 9, 9, generator=torch.Generator().manual_seed(0)) + 0.5
    way = there_and_back(Conv2d(1, 1, 1, stride=2), image, torch.ones(1, 1, 1, 1))
    assert torch.equal(way.result[:, ::2, ::2], image[:, ::2, ::2])
    assert way.result.count_nonzero() == 25
    told = "69% of the cells are met by no weight and come back as 0. All the rest came back."
    assert way.lost == f"What fell between was lost: {told}"


def test_left_over_rows_are_lost_at_one_end():
    image = torch.ones(1, 8, 7)
    way = there_and_back(Conv2d(1, 1, (3, 1), stride=(3, 1)), image, torch.eye(3)[1].reshape(1, 1, 3, 1))
    assert way.lost.startswith("The border was lost: the first row, the last 3 rows come back as 0. What fell between")


def test_a_spike_elsewhere_loses_the_other_end():
    way = there_and_back(Conv2d(1, 1, (5, 3)), torch.ones(1, 9, 9), spike(place=(0, 0)))
    assert (
        way.lost == "The border was lost: the last 4 rows, the last 2 columns come back as 0. All the rest came back."
    )


def test_a_kernel_of_zeros_loses_everything():
    way = there_and_back(Conv2d(1, 1, 3), torch.ones(1, 9, 9), torch.zeros(1, 1, 3, 3))
    assert way.lost == "Everything was lost: no weight but 0 meets the picture."
    assert way.correlation is None


@drawn(60)
@given(channels(faults=False), sides(1, 4), sides(1, 3), sides(0, 2), sides(1, 2), sides(1, 9))
def test_16_the_way_back_is_the_transposed_matrix_and_the_two_products_are_one(
    parts, kernel_size, stride, padding, dilation, size
):
    layer = Conv2d(**parts, kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)
    shape = (layer.in_channels, *((size, size) if isinstance(size, int) else size))
    assume(ours(lambda: layer.output_shape(shape)) is not None)
    image, weight = whole(*shape), whole(*layer.weight_shape)
    way = there_and_back(layer, image, weight)
    forward = matrix(layer, shape, weight)
    assert torch.equal(way.result.flatten(), forward.T @ forward @ image.flatten())
    first, second = way.products
    assert first == pytest.approx(second, abs=1e-3, rel=1e-5)
    assert (way.result[~way.met] == 0).all()


def test_the_same_seed_gives_the_same_products(panda):
    products = [there_and_back(Conv2d(1, 1, (5, 3)), panda, spike(), seed=seed).products for seed in (1, 1, 2)]
    assert products[0] == products[1] != products[2]


def test_padding_that_copies():
    layer = Conv2d(1, 1, 3, padding=1, padding_mode="reflect")
    with pytest.raises(
        ConvLabError, match=r"^`padding_mode` must be zeros: no transposed convolution has another: got"
    ):
        there_and_back(layer, torch.ones(1, 5, 5), torch.ones(1, 1, 3, 3))


def test_uneven_padding():
    with pytest.raises(ConvLabError, match=r"^`padding` must be the same on both sides: \(0, 0\) before the input and"):
        there_and_back(Conv2d(1, 1, 2, padding="same"), torch.ones(1, 5, 5), torch.ones(1, 1, 2, 2))
    even = Conv2d(1, 1, 3, padding="same")
    assert there_and_back(even, torch.ones(1, 5, 5), torch.ones(1, 1, 3, 3)).result.shape == (1, 5, 5)


def test_a_batch_is_refused():
    with pytest.raises(ConvLabError, match=r"^`image` must be one image of shape \(C, H, W\)"):
        there_and_back(Conv2d(1, 1, 3), torch.ones(2, 1, 5, 5), torch.ones(1, 1, 3, 3))


def test_14_another_output_padding_returns_another_size():
    image = torch.rand(1, 9, 8, generator=torch.manual_seed(0))
    layer, ones = Conv2d(1, 1, 2, stride=2), torch.ones(1, 1, 2, 2)
    fitting, short = there_and_back(layer, image, ones), there_and_back(layer, image, ones, output_padding=(0, 0))
    assert fitting.back.output_padding == (1, 0) and fitting.result.shape == image.shape
    assert short.result.shape == (1, 8, 8)
    assert torch.equal(short.errors, fitting.errors)  # what is not there counts as 0, which is what comes back there
    assert short.correlation == fitting.correlation and short.products == fitting.products
    assert short.lost.startswith("The size came back as 8×8: it takes output padding 1×0 to make it 9×8.")
    longer = there_and_back(layer, image, ones, output_padding=(1, 1))
    assert longer.result.shape == (1, 9, 9) and torch.equal(longer.errors, fitting.errors)


def test_one_row_alone_comes_back():
    way = there_and_back(Conv2d(1, 1, 2, stride=2), torch.rand(1, 9, 8), torch.ones(1, 1, 2, 2))
    assert way.lost.startswith("The border was lost: the last row comes back as 0.")
