"""The page Network, real networks: with weights that are there, that come, and that are not to be had."""

import hashlib
import re
from threading import Event

import pytest
import torch
from conftest import _headers, faults, send, switch
from test_real_networks import SMALL, home, saved, serving  # noqa: F401 – two are fixtures

from convlab import REAL_NETWORKS, load_network, trace
from convlab.images import SAMPLES, load_image
from convlab.real_networks import as_read, likeliest, strongest
from convlab.ui.network import seen, weights
from convlab.ui.network.seen import field_of, seen_of
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.table import name_of
from convlab.ui.network.weights import FETCHING, SHELF
from convlab.ui.pictures import brought_down, picture_of, sample_picture

KEY = "network_real"


@pytest.fixture(autouse=True)
def _fresh():
    """Nothing of another test."""
    FETCHING.__init__()
    SHELF.__init__()
    seen._kept.__init__(2**26, lambda made: made.weight)


def opened(app, network=SMALL, **query):
    """The page's part, opened by a link."""
    for name, text in {"part": "real", "network": network, **query}.items():
        app.query_params[name] = text
    switch(app, "network")
    assert not app.exception
    return app


def asked(app):
    """What the visitor has set."""
    return app.session_state["visitor"].visits[NetworkSettings].asked


def said(app):
    """All words of the page."""
    return "\n".join(text.value for text in app.markdown)


def bars(app):
    """What the bars say, and how far each goes."""
    return [(bar.proto.text, bar.proto.value) for bar in app.get("progress")]


def rows_of(app):
    """The rows of the picture and the maps."""
    return next(header for name, header in _headers(app) if name == "tiles")["rows"]


def large(app):
    """The picture, and the chosen map."""
    return [column[0] for column in rows_of(app)[-1]["columns"]]


def small(app):
    """The small maps: their words, and which one is chosen."""
    tiles = [column[0] for column in rows_of(app)[0]["columns"]]
    return [tile["title"] for tile in tiles], [tile["title"] for tile in tiles if tile["pressed"]]


def table_of(app):
    """The header of the table of stages."""
    return next(header for name, header in _headers(app) if name == "stages")


def picture():
    """The panda as the page shows it."""
    return brought_down(sample_picture("panda"), 512)


# --- weights that are there ---


@pytest.fixture
def there(home):  # noqa: F811
    """Weights where torchvision looks."""
    saved(REAL_NETWORKS[SMALL].path)


def test_the_five_likeliest_classes_have_their_bars(app, there):
    opened(app)
    output = load_network(SMALL)(as_read(SMALL, picture()).input[None])
    expected = [f"{name} · {probability:.1%}" for name, probability in likeliest(SMALL, output)]
    assert [words for words, _ in bars(app)] == expected
    assert "The 5 likeliest of 1000 classes." in said(app)
    assert "squeezenet1_1-b8a52dc0.pth" in said(app)
    assert "Random weights" not in said(app)
    assert "learnt**; grey is zero" in said(app)


def test_every_stage_stands_in_the_table_and_the_rows_sum_to_the_totals(app, there):
    opened(app)
    table = table_of(app)
    stages = trace(load_network(SMALL), as_read(SMALL, picture()).input)
    assert [line["number"] for line in table["lines"]] == [str(stage.number) for stage in stages]
    for line, stage in zip(table["lines"], stages, strict=True):
        assert line["title"] == name_of(stage.layer)
        assert line["about"].startswith(stage.step.name)
    for what in ("parameters", "macs"):
        numbers = [int(line[what].replace(",", "")) for line in table["lines"]]
        assert numbers == [getattr(stage, what) for stage in stages]
        assert table["total"][what] == f"{sum(numbers):,}"
    assert table["total"]["parameters"] == "1,235,496"


def test_the_strongest_maps_come_first_and_can_be_chosen(app, there):
    opened(app, at="3")
    output = trace(load_network(SMALL), as_read(SMALL, picture()).input)[2].output
    order = [str(channel) for channel in strongest(output)[: seen.STRONGEST]]
    assert small(app) == (order, order[:1])
    send(app, KEY, "choose", order[5])
    assert asked(app).channel == order[5]
    assert small(app) == (order, [order[5]])
    assert large(app)[1]["title"] == f"Map {order[5]}"
    send(app, KEY, "choose", "12345")
    send(app, KEY, "choose", {"key": "1"})
    assert asked(app).channel == order[5]


def test_the_slider_and_the_table_choose_a_stage(app, there):
    opened(app)
    assert "**Stage 2 of" in said(app)  # the first behind an activation
    app.slider(key=f"{KEY}_stage_{SMALL}").set_value(4).run()
    assert (asked(app).at, asked(app).channel) == ("4", "")
    assert "**Stage 4 of" in said(app)
    send(app, f"{KEY}_table", "choose", "7")
    assert asked(app).at == "7"
    assert app.slider(key=f"{KEY}_stage_{SMALL}").value == 7
    assert [line["number"] for line in table_of(app)["lines"] if line["pressed"]] == ["7"]
    last = len(table_of(app)["lines"])
    for number in (last, last - 1):
        send(app, f"{KEY}_table", "choose", str(number))
        assert not app.exception
    assert "**Stage" in said(app)


def test_a_number_is_picked_and_what_it_sees_is_ringed(app, there):
    opened(app, at="1")
    strongest_place = large(app)[1]["mark"]
    send(app, KEY, "place", {"key": "map", "row": 10, "column": 20})
    assert asked(app).place == "10,20"
    shown, chosen = large(app)
    assert (shown["mark"], chosen["mark"]) == ([20, 40, 3, 3], [10, 20, 1, 1])  # a 3×3 window, stride 2
    for nonsense in ({"row": -1, "column": 2}, {"row": True, "column": 2}, {"row": 1}, None):
        send(app, KEY, "place", nonsense)
        assert asked(app).place == "10,20"
    app.slider(key=f"{KEY}_stage_{SMALL}").set_value(2).run()
    assert asked(app).place == ""
    app.slider(key=f"{KEY}_stage_{SMALL}").set_value(1).run()
    assert large(app)[1]["mark"] == strongest_place


def test_links_beyond_what_is_there_show_what_is(app, there):
    opened(app, at="99", channel="9999", place="999,999")
    assert not app.exception
    count = len(table_of(app)["lines"])
    assert f"**Stage {count} of {count}" in said(app)


def test_another_picture_and_another_network_are_chosen(app, there):
    opened(app)
    before = bars(app)
    app.selectbox(key="network_picture").set_value("cat").run()
    assert not app.exception
    assert asked(app).picture == "cat"
    assert bars(app) != before
    app.selectbox(key="network_network").set_value("resnet18").run()
    assert not app.exception
    assert asked(app).network == "resnet18"
    assert "## Random weights" in said(app)
    assert table_of(app)["total"]["parameters"] == "11,689,512"


def test_a_file_of_the_servers_own_stands_for_torchvisions(app, tmp_path, monkeypatch):
    saved(tmp_path / "pets.pth", classes=7)
    monkeypatch.setenv("CONVLAB_WEIGHTS", f"{SMALL}={tmp_path / 'pets.pth'}")
    opened(app)
    assert "The 5 likeliest of 7 classes.** Weights of this server's own: pets.pth." in said(app)
    assert all(re.match(r"class \d · ", words) for words, _ in bars(app))


def test_numbers_in_a_row_are_laid_out_as_a_square(app, there):
    opened(app, at="99")
    shown, numbers = large(app)
    assert (numbers["title"], numbers["rows"], numbers["columns"]) == ("1,000 numbers", 32, 32)
    assert (shown["mark"], numbers["place"]) == ([], "")
    assert len(rows_of(app)) == 1
    stages = trace(load_network(SMALL), as_read(SMALL, picture()).input)
    kept = seen_of(sample_picture("panda"), SMALL, "pretrained").maps[-1].values[0].flatten()
    assert torch.equal(kept[:1000], stages[-1].output)
    assert not kept[1000:].any()


# --- weights that are not to be had ---


def test_without_weights_the_page_says_so_large_and_shows_the_layers(app):
    opened(app)
    assert "## Random weights" in said(app)
    (warning,) = app.warning
    for words in ("download.pytorch.org", "cannot be reached", "squeezenet1_1-b8a52dc0.pth", "hub/checkpoints"):
        assert words in warning.value
    assert bars(app) == []
    assert table_of(app)["total"]["parameters"] == "1,235,496"
    assert "16 kernels that were learnt" in said(app)


def test_what_was_put_there_meanwhile_is_found_by_trying_again(app):
    opened(app)
    saved(REAL_NETWORKS[SMALL].path)
    app.button(key=f"{KEY}_again").click().run()
    assert not app.exception
    assert len(bars(app)) == 5
    assert not app.warning


def test_a_broken_file_is_refused_by_name_and_random_weights_are_shown(app):
    saved(REAL_NETWORKS[SMALL].path)
    REAL_NETWORKS[SMALL].path.write_bytes(b"half of it")
    opened(app)
    assert "squeezenet1_1-b8a52dc0.pth cannot be read" in app.warning[0].value
    assert "## Random weights" in said(app)


# --- weights on their way ---


@pytest.fixture
def slow(monkeypatch):
    """A net over which files come when a test says so."""
    go = Event()

    def fetch(name):
        assert go.wait(30)
        saved(REAL_NETWORKS[name].path, name)

    monkeypatch.setattr(weights, "fetch_weights", fetch)
    monkeypatch.setattr(weights, "SOON", 0.01)
    yield go
    go.set()
    FETCHING._thread.join(30)


def test_weights_on_their_way_are_told_and_then_shown(app, slow):
    opened(app)
    assert [words for words, _ in bars(app)] == ["Its weights are on their way: 0 of 5 MB."]
    assert "## Random weights" in said(app)
    path = REAL_NETWORKS[SMALL].path
    path.parent.mkdir(parents=True)
    (path.parent / f"{path.name}.1a.partial").write_bytes(bytes(2_480_000))
    app.run()
    assert bars(app) == [("Its weights are on their way: 2 of 5 MB.", 50)]
    switch(app, "playground")  # who goes away loses nothing
    slow.set()
    FETCHING._thread.join(30)
    switch(app, "network")
    assert not app.exception
    assert len(bars(app)) == 5


def test_weights_are_fetched_by_torchvisions_loader_and_shown(app, serving, tmp_path):  # noqa: F811
    saved(tmp_path / "there.pth")
    data = (tmp_path / "there.pth").read_bytes()
    asked = serving(SMALL, data, hashlib.sha256(data).hexdigest()[:8])
    opened(app)
    FETCHING._thread.join(30)
    app.run()
    assert not app.exception
    assert len(bars(app)) == 5
    assert asked == ["HEAD", "GET"]


def test_other_weights_come_first(app, slow):
    FETCHING.way("resnet18")
    opened(app)
    assert [words for words, _ in bars(app)] == ["Its weights come after those of ResNet-18 (2015)."]


def test_a_sentence_says_where_the_work_is_and_where_the_parameters_are(app):
    opened(app, "alexnet")
    assert "Its 5 convolutions do 92% of the work with 4% of the parameters." in said(app)


# --- what is kept ---


def test_what_was_seen_on_samples_is_kept_and_of_own_pictures_nothing(monkeypatch):
    made = []
    monkeypatch.setattr(seen, "trace", lambda *given: made.append(1) or trace(*given))
    panda = sample_picture("panda")
    own = picture_of(panda.pixels, "mine", "Mine.", "picture.png", own=True)
    for which, times in ((panda, 1), (own, 2)):
        made.clear()
        one, other = (seen_of(which, SMALL, "random") for _ in range(2))
        assert len(made) == times
        assert one.guesses == other.guesses
    assert 0 < seen._kept.bytes == seen_of(panda, SMALL, "random").weight <= 2**23


def test_what_a_number_sees_is_what_moves_it():
    picture = sample_picture("cat")
    made = seen_of(picture, SMALL, "random")
    number = next(part.number for part in made.parts if part.shape[1:] == (13, 13))
    model = load_network(SMALL, "random").requires_grad_(False)
    top, left, rows, columns = field_of(made, number, (6, 4))
    read = as_read(SMALL, load_image(SAMPLES["cat"].path)).input
    stage = trace(model, read)[number - 1].output[:, 6, 4]
    within = read.clone()
    outside = torch.ones_like(read, dtype=torch.bool)
    outside[:, top : top + rows, left : left + columns] = False
    within[outside] = 5.0
    torch.testing.assert_close(trace(model, within)[number - 1].output[:, 6, 4], stage)


# --- in a browser ---


def test_it_can_be_read_by_all_on_a_phone_too(open_page):
    page = open_page(f"network?part=real&network={SMALL}", ready=".tiles canvas")
    page.get_by_role("heading", name="Random weights").wait_for()
    slider = page.get_by_role("slider", name="Stage")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Stage 3 of").wait_for()
    page.locator(".stages").wait_for()
    assert not faults(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert not faults(page)
