"""How many bytes travel: what the browser has is not sent again, and a look ahead is small."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from conftest import blobs_of

from convlab.ui.components.maps.blobs import Known
from convlab.ui.fields import Edit
from convlab.ui.kept import Kept
from convlab.ui.pictures import sample_picture
from convlab.ui.playground import show
from convlab.ui.playground.settings import PlaygroundSettings as Settings
from convlab.ui.playground.settings import pin_of

CHANGES = {
    "stride": {"stride": (2, 2)},
    "dilation": {"dilation": (2, 2)},
    "padding": {"padding": (2, 2)},
    "kernel size": {"kernel_size": (7, 7)},
    "bank": {"bank": "gabor"},
    "random kernels": {"bank": "random"},
    "cell": {"edits": (Edit(0, -1, 0, 0, 2.0),)},
    "average": {"pool": "avg"},
    "no pooling": {"pool": "none"},
    "transposed": {"operation": "transposed"},
    "picture size": {"max_side": 224},
}
ONE, TWO = 130_000, 160_000  # bytes, for one layer and for two
PREVIEW = 40_000


def sent(state, change, *, preview=False):
    """The bytes of the message of a change, to a browser that has what was there before."""
    known, picture = Known(), sample_picture(state.picture)
    show.shown(picture, state, False).shown.message(known=known)
    changed = replace(state, **change)
    made = show.preview(picture, changed, False, known) if preview else show.shown(picture, changed, False)
    ask = {"key": "max_side", "value": 500} if preview else None
    sliders = dict.fromkeys(map(str, range(20)), 100)
    return len(made.shown.message(known=known, note="x" * 100, base="b" * 16, sliders=sliders, ask=ask))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("picture", ["panda", "cat", "coffee", "test_card"])
def test_a_change_is_small(picture, change):
    for layers, most in (("one", ONE), ("two", TWO)):
        bytes_sent = sent(Settings(picture=picture, layers=layers), CHANGES[change])
        print(f"{picture}, {layers} layers, {change}: {bytes_sent:,} bytes")
        assert bytes_sent <= most


@pytest.mark.parametrize("change", [name for name in CHANGES if name not in ("picture size", "bank")])
@pytest.mark.parametrize("picture", ["astronaut", "photographer"])
def test_a_change_of_a_square_photograph_is_small_too(picture, change):
    for layers, most in (("one", ONE), ("two", TWO)):
        assert sent(Settings(picture=picture, layers=layers), CHANGES[change]) <= most


@pytest.mark.parametrize("side", [40, 256, 512])
@pytest.mark.parametrize("change", ["stride", "dilation", "kernel size", "random kernels", "transposed", "average"])
def test_a_preview_is_small_at_every_picture_size(side, change):
    for layers in ("one", "two"):
        state = Settings(picture="astronaut", max_side=side, layers=layers, kernel_size=(3, 3))
        assert sent(state, CHANGES[change], preview=True) <= PREVIEW


@pytest.mark.parametrize("side", [17, 200, 500])
def test_a_preview_of_another_picture_size_is_small(side):
    for grey in (False, True):
        state = Settings(picture="astronaut", layers="two", grey=grey)
        assert sent(state, {"max_side": side}, preview=True) <= PREVIEW


@pytest.mark.parametrize("change", ["stride", "kernel size", "picture size", "transposed"])
def test_a_preview_beside_a_pinned_a_is_small(change):
    state = Settings(picture="astronaut", pinned=pin_of(Settings(dilation=(2, 2))), layers="two")
    assert sent(state, CHANGES[change], preview=True) <= PREVIEW


def test_the_largest_maps_have_a_small_preview():
    state = Settings(picture="astronaut", max_side=512, operation="transposed", stride=(2, 2))
    assert sent(state, {"layers": "two"}, preview=True) <= PREVIEW


def test_a_preview_shows_the_chosen_map_of_each_layer_as_it_will_be():
    known, picture = Known(), sample_picture("panda")
    state = Settings(layers="two", chosen="2,1")
    _, arrays = blobs_of(show.shown(picture, state, False).shown.message(known=known))
    changed = replace(state, stride=(2, 2))
    seen, few = blobs_of(show.preview(picture, changed, False, known).shown.message(known=known), arrays)
    exact, whole = blobs_of(show.shown(picture, changed, False).shown.message(known=known), few)
    for layer, later, chosen in zip(*(each["panels"][0]["layers"] for each in (seen, exact)), (2, 1), strict=True):
        ahead, full = layer["rows"][0]["pixels"], later["rows"][0]["pixels"]
        assert (ahead["first"], ahead["count"], ahead["step"]) == (chosen, 1, 1)
        assert (full["first"], full["count"], full["step"]) == (0, 4, 1)
        size = layer["rows"][0]["width"] * layer["rows"][0]["height"]
        plane = full["planes"][chosen]
        entries = whole[full["blob"]["name"]][max(plane, -1 - plane) * size :][:size]
        shown = few[ahead["blob"]["name"]]
        assert shown == entries if plane >= 0 else shown == bytes(254 - entry for entry in entries)


def test_a_pinned_a_is_not_sent_again_while_the_scale_stays():
    known, picture = Known(), sample_picture("panda")
    state = Settings(pinned=pin_of(Settings(kernel_size=(11, 11))))
    show.shown(picture, state, False).shown.message(known=known)
    seen, _ = blobs_of(show.preview(picture, replace(state, stride=(2, 2)), False, known).shown.message(known=known))
    pixels = [panel["layers"][0]["rows"][0]["pixels"] for panel in seen["panels"]]
    assert [each["count"] for each in pixels] == [4, 1]
    assert seen["blobs"][pixels[0]["blob"]["name"]] is None


def test_what_is_kept_is_bounded_by_its_bytes():
    made = []

    def make(name):
        made.append(name)
        return name

    kept = Kept(10, len)
    for name in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb", "long" * 10, "aaaa"):
        assert kept.get(name, lambda name=name: make(name)) == name
    assert made == ["aaaa", "bbbb", "cccc", "bbbb", "long" * 10]  # what is too large by itself is not kept
    assert kept.bytes == 8


def test_what_several_ask_for_at_once_is_made_once():
    kept, made, come, go = Kept(10, len), [], Event(), Event()

    def make():
        made.append(1)
        come.set()
        assert go.wait(10)
        return "aaaa"

    with ThreadPoolExecutor(5) as several:
        first = several.submit(kept.get, "a", make)
        assert come.wait(10)
        others = [several.submit(kept.get, "a", make) for _ in range(3)]
        assert (
            several.submit(kept.get, "b", lambda: "bb").result(10) == "bb"
        )  # who asks for another thing need not wait
        go.set()
        assert {asked.result(10) for asked in (first, *others)} == {"aaaa"}
    assert made == [1]


def test_what_could_not_be_made_is_made_by_the_next_who_asks():
    kept = Kept(10, len)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 / 0)
    assert kept.get("a", lambda: "aaaa") == "aaaa"


def test_what_is_kept_of_sample_pictures_takes_no_more_than_it_may():
    for side in range(100, 130):
        show.shown(sample_picture("panda"), Settings(max_side=side, layers="two"), False)
    assert 0 < show._MADE.bytes <= 96_000_000
