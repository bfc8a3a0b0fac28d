"""Learning: a hidden kernel is found, the way back is learnt where it can be, runs repeat and are bounded."""

from itertools import islice

import pytest
import torch

import convlab
from convlab import Conv2d, ConvLabError, ConvTranspose2d, kernels, learn_back, learn_kernel, least_squares, to_grey
from convlab import learning as rooms
from convlab.layers import ReLU
from convlab.learning import MAX_STEPS, Progress, best, off_by, work_of
from convlab.recovery import CASES


@pytest.fixture(autouse=True)
def _one_thread():
    """Pictures this small are slower on two."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def sample(name, side=48):
    return convlab.load_image(convlab.SAMPLES[name].path, side)


def last_of(run):
    *_, last = run
    return last


# --- a hidden kernel ---


@pytest.mark.parametrize(("name", "channels"), [("panda", 1), ("astronaut", 3), ("test_card", 3)])
def test_a_hidden_kernel_is_found_to_one_percent(name, channels):
    image = sample(name) if channels == 3 else to_grey(sample(name))
    layer, hidden = Conv2d(channels, 1, 5, bias=False), kernels.random(5, channels, 1, seed=3)
    last = last_of(learn_kernel(layer, image, layer(image, hidden)))
    assert last.step == 300
    assert off_by(last.model[0].weight, hidden) < 0.01


@pytest.mark.parametrize("settings", [{"stride": 2}, {"padding": 2}, {"dilation": 2, "padding_mode": "reflect"}])
def test_whatever_the_layer_does_beside(settings):
    image = to_grey(sample("astronaut"))
    layer, hidden = Conv2d(1, 2, (5, 3), bias=False, **settings), kernels.bank("sobel", (5, 3))
    assert off_by(last_of(learn_kernel(layer, image, layer(image, hidden))).model[0].weight, hidden) < 0.01


def test_a_transposed_layers_kernel_and_bias():
    image = to_grey(sample("cat"))
    layer, hidden, bias = ConvTranspose2d(1, 2, 3, stride=2), kernels.random(3, 2, 1, seed=1), torch.tensor([0.5, -1.0])
    step = last_of(learn_kernel(layer, image, layer(image, hidden, bias))).model[0]
    assert off_by(step.weight, hidden) < 0.01 and off_by(step.bias, bias) < 0.01


def test_a_start_is_an_untrained_kernel_as_strong_as_the_map_and_its_loss_is_the_mean_squared_error():
    image = to_grey(sample("cat"))
    layer, hidden = Conv2d(1, 1, 5, bias=False), kernels.bank("gaussian", 5)
    target = layer(image, hidden)
    first = next(learn_kernel(layer, image, target, seed=4))
    random = kernels.random(5, 1, 1, seed=4)
    alike = torch.nn.functional.cosine_similarity(first.model[0].weight.flatten(), random.flatten(), 0)
    assert alike.abs() == pytest.approx(1) and first.result(image).norm() == pytest.approx(
        float(target.norm()), rel=1e-4
    )
    assert (first.step, first.loss) == (0, pytest.approx(float((first.result(image) - target).square().mean())))
    error = first.error(image, target)
    assert error.cells == target.numel() and 0 < error.mean < error.largest


def test_a_seeded_run_repeats_exactly_and_another_seed_differs():
    image = sample("coffee", 48)
    layer = Conv2d(3, 1, 3, bias=False)
    target = layer(image, kernels.bank("learned", 3, 3, 1))

    def told(seed):
        before = torch.get_rng_state()
        ran = [
            (p.step, p.loss, p.model[0].weight.tolist())
            for p in learn_kernel(layer, image, target, seed=seed, steps=20)
        ]
        assert torch.equal(torch.get_rng_state(), before)
        return ran

    assert told(1) == told(1) != told(2)


def test_a_state_stays_as_it_was_and_knows_nothing_of_the_run():
    image = to_grey(sample("cat", 32))
    layer = Conv2d(1, 1, 3)
    run = learn_kernel(layer, image, layer(image, kernels.bank("box", 3)), steps=5)
    first = next(run)
    kept = first.model[0].weight.clone()
    states = [first, *run]
    assert [state.step for state in states] == list(range(6))
    assert torch.equal(first.model[0].weight, kept)
    assert not any(part.requires_grad for state in states for part in (state.model[0].weight, state.model[0].bias))
    with pytest.raises(AttributeError):
        first.loss = 0.0


@pytest.mark.parametrize("scale", [0.001, 1000.0])
def test_neither_the_size_of_the_numbers_nor_the_pictures_range_matters(scale):
    image = to_grey(sample("cat"))
    layer, hidden = Conv2d(1, 1, 5, bias=False), scale * kernels.bank("learned", 5, 1, 1)
    assert off_by(last_of(learn_kernel(layer, image, layer(image, hidden))).model[0].weight, hidden) < 0.01
    assert (
        off_by(last_of(learn_kernel(layer, image * scale, layer(image * scale, hidden))).model[0].weight, hidden) < 0.01
    )


def test_a_black_picture_teaches_nothing_and_does_no_harm():
    layer = Conv2d(1, 1, 3, bias=False)
    last = last_of(learn_kernel(layer, torch.zeros(1, 8, 8), torch.zeros(1, 6, 6), steps=3))
    assert last.loss == 0 and last.model[0].weight.isfinite().all()


# --- the way back ---


def test_what_can_be_learnt_back_is_learnt_in_full_and_holds_for_another_picture():
    case = CASES["full"]
    picture, other = (case.picture(to_grey(sample(name))) for name in ("panda", "coffee"))
    first, *_, last = learn_back(case.back, picture, case.maps(picture))
    before, after = (state.error(case.maps(picture), picture) for state in (first, last))
    assert before.mean > 0.2 and after.largest < 0.001
    assert last.error(case.maps(other), other).largest < 0.001
    assert case.kept == (64, 64)
    assert case.why == (
        "Of the 64 numbers of an 8×8 picture the maps keep 64 apart, all of them: "
        "a kernel that brings every number back exists."
    )


@pytest.mark.parametrize(
    "picture",
    [torch.full((1, 100, 64), 254 / 255), (torch.arange(150.0) / 149).expand(1, 200, 150)],
    ids=["flat", "ramp"],
)
def test_the_least_squares_take_no_rounding_for_something_to_go_by(picture):
    case = CASES["full"]
    assert best(case.single, case.maps(picture), picture).loss < 1e-12


def test_what_cannot_be_learnt_back_ends_at_the_least_squares():
    case = CASES["partial"]
    picture = case.picture(to_grey(sample("panda")))
    maps = case.maps(picture)
    last, limit = last_of(learn_back(case.back, picture, maps)), best(case.back[0], maps, picture)
    assert last.loss == pytest.approx(limit.loss, rel=1e-4) and limit.loss > 1e-4
    assert last.error(maps, picture).mean == pytest.approx(limit.error(maps, picture).mean, rel=1e-2)
    assert last.error(maps, picture).largest > 0.1
    assert case.kept == (16, 64)
    assert case.why == (
        "Of the 64 numbers of an 8×8 picture the maps keep 16 apart: the other 48 can only be guessed from their "
        "neighbours. No window reads 75% of the cells."
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_same_kernel_alone_does_not_bring_a_picture_back(case):
    picture = case.picture(to_grey(sample("astronaut")))
    way = convlab.there_and_back(case.layer, picture, case.weight)
    exact = least_squares(case.single, case.maps(picture), picture)
    assert way.result.shape == picture.shape
    assert (exact.layer(way.maps, exact.weight) - picture).square().mean() < way.errors.square().mean() / 2


def test_two_layers_with_relu_between_guess_better_than_the_best_single_one():
    case = CASES["deeper"]
    picture = case.picture(to_grey(sample("panda")))
    maps = case.maps(picture)
    last, limit = last_of(learn_back(case.back, picture, maps, learning_rate=0.05)), best(case.single, maps, picture)
    assert [type(step.layer) for step in last.model] == [ConvTranspose2d, ReLU, ConvTranspose2d]
    assert last.result(maps).shape == picture.shape
    assert last.loss < 0.8 * limit.loss
    assert case.why == CASES["partial"].why


# --- the exact answer ---


@pytest.mark.parametrize(
    ("layer", "size"),
    [
        (Conv2d(2, 3, (3, 2), stride=(1, 2), padding=1, bias=False), (9, 8)),
        (Conv2d(1, 2, 3, dilation=2, padding=2, padding_mode="circular"), (9, 9)),
        (ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1), (6, 5)),
        (ConvTranspose2d(1, 1, (2, 4), dilation=(2, 1), bias=False), (6, 7)),
    ],
    ids=str,
)
def test_least_squares_finds_what_made_the_map(layer, size):
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(layer.in_channels, *size, generator=generator)
    weight = torch.randn(layer.weight_shape, generator=generator)
    bias = torch.randn(layer.out_channels, generator=generator) if layer.bias else None
    found = least_squares(layer, image, layer(image, weight, bias))
    torch.testing.assert_close(found.weight, weight, atol=1e-4, rtol=0)
    assert found.layer == layer and (found.bias is None) == (bias is None)
    if bias is not None:
        torch.testing.assert_close(found.bias, bias, atol=1e-4, rtol=0)


def test_no_small_change_of_the_exact_answer_is_better():
    generator = torch.Generator().manual_seed(0)
    layer = ConvTranspose2d(2, 1, 3, stride=2, bias=False)
    maps, picture = torch.rand(2, 5, 5, generator=generator), torch.rand(1, 11, 11, generator=generator)
    exact = least_squares(layer, maps, picture)
    loss = (layer(maps, exact.weight) - picture).square().sum()
    for _ in range(20):
        moved = exact.weight + 0.01 * torch.randn(exact.weight.shape, generator=generator)
        assert (layer(maps, moved) - picture).square().sum() > loss


def test_where_several_do_equally_well_the_smallest_is_given():
    maps = torch.rand(1, 6, 6, generator=torch.Generator().manual_seed(0)).repeat(2, 1, 1)
    found = least_squares(Conv2d(2, 1, 1, bias=False), maps, 3 * maps[:1]).weight
    torch.testing.assert_close(found.flatten(), torch.tensor([1.5, 1.5]))


# --- bounds ---


def run_of(**settings):
    return learn_kernel(Conv2d(1, 1, 3, bias=False), torch.ones(1, 8, 8), torch.ones(1, 6, 6), **settings)


def test_the_work_of_a_run_is_told_beforehand():
    layers = [Conv2d(1, 2, 3), ConvTranspose2d(2, 1, 3)]
    assert work_of(layers, (1, 8, 8), 9) == (3 * 10 + 2 * 16) * (2 * 9 * 36 + 72 * 9)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": 0}, r"^`steps` must be at least 1: got 0\."),
        ({"steps": 5001}, r"^`steps` must be at most 5,000: got 5,001\. Use steps 5000\.$"),
        ({"learning_rate": 0}, r"^`learning_rate` must be more than 0: got 0\. Use 0\.1\.$"),
        ({"learning_rate": float("nan")}, r"^`learning_rate` must be more than 0: got nan\."),
    ],
)
def test_refusals_come_at_once_and_their_ways_out_work(settings, message):
    with pytest.raises(ConvLabError, match=message) as refusal:
        run_of(**settings)
    assert isinstance(next(run_of(**settings | refusal.value.fix)), Progress)


def test_too_much_work_is_refused_before_it_is_spent(monkeypatch):
    monkeypatch.setattr(rooms, "MAX_MACS", 100_000)
    message = r"^`steps` must take at most 100,000 multiply-adds: 300 steps take 302,940\. Use steps 91, or a smaller"
    with pytest.raises(ConvLabError, match=message) as refusal:
        run_of()
    assert len(list(islice(run_of(**refusal.value.fix), 3))) == 3
    monkeypatch.setattr(rooms, "MAX_MACS", 1000)
    with pytest.raises(ConvLabError, match=r"302,940\. Use a smaller picture\.$") as refusal:
        run_of()
    assert refusal.value.fix == {}


def test_a_run_ends_at_its_last_step():
    assert [state.step for state in run_of(steps=3)] == [0, 1, 2, 3]
    assert MAX_STEPS == 5_000


def test_a_target_of_another_shape():
    with pytest.raises(
        ConvLabError, match=r"^`target` must have the shape that the layers make: they make 1×6×6, got 1"
    ):
        learn_kernel(Conv2d(1, 1, 3), torch.ones(1, 8, 8), torch.ones(1, 8, 8))
    with pytest.raises(ConvLabError, match=r"^`target` must have the shape"):
        least_squares(Conv2d(1, 1, 3), torch.ones(1, 8, 8), torch.ones(1, 8, 8))


def test_no_layer_at_all():
    with pytest.raises(ConvLabError, match=r"^`layers` must be at least one"):
        learn_back([], torch.ones(1, 8, 8), torch.ones(1, 8, 8))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Conv2d(2, 2, 3, groups=2), r"^`groups` must be 1 for a layer that learns: got 2\. Use groups 1\.$"),
        (
            Conv2d(2, 2, 17),
            r"^`kernel_size` must leave at most 512 weights an output channel: 2 channels of 17×17 are 578\.",
        ),
    ],
    ids=["groups", "weights"],
)
def test_what_has_no_small_exact_answer(layer, message):
    image = torch.ones(2, 20, 20)
    with pytest.raises(ConvLabError, match=message):
        least_squares(layer, image, torch.ones(layer.output_shape(image.shape)))


def test_an_exact_answer_that_would_take_too_long(monkeypatch):
    monkeypatch.setattr(rooms, "MAX_MACS", 10_000)
    with pytest.raises(ConvLabError, match=r"^`input` must take at most 1,000 multiply-adds: 9 weights take 2,916\."):
        least_squares(Conv2d(1, 1, 3), torch.ones(1, 8, 8), torch.ones(1, 6, 6))
