"""The two parts that learn: what a run shows as it goes, what ends it, and what finds it again."""

import re
import zlib

import conftest
import numpy as np
import pytest
import torch
from conftest import faults, switch, until

from convlab import kernels
from convlab.learned import LEARNED
from convlab.ui import jobs, session
from convlab.ui.jobs import RUNS, Task
from convlab.ui.pictures import picture_of, sample_picture
from convlab.ui.there_and_back import learn_back, learn_kernel
from convlab.ui.there_and_back.settings import BackSettings

STEPS = 300


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """No run of another test, and more steps a question."""
    monkeypatch.setattr(jobs, "PACE", 40)
    monkeypatch.setattr(jobs, "WORK", 60.0)
    RUNS.__init__()


def opened(app, part, **settings):
    """The page's part, with some settings."""
    for name, text in {"part": part, **settings}.items():
        app.query_params[name] = text
    return switch(app, "there_and_back")


def press(app, label):
    """Press a button by its words."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def buttons(app):
    """The words of the run's two buttons, and whether each can be pressed."""
    run = [button for button in app.button if button.key in ("there_and_back_go", "there_and_back_stop")]
    return {button.label: not button.disabled for button in run}


def said(app):
    """What the progress bar says."""
    return app.get("progress")[0].proto.text


def learnt(app):
    """The page when the run has ended."""
    press(app, "Start")
    for _ in range(20):
        if "Start again" in buttons(app):
            return app
        app.run()
    raise TimeoutError


def tiles_of(app, number=0):
    """The tiles of the first row, by title."""
    headers = [header for name, header in conftest._headers(app) if name == "tiles"]
    return {tile["title"]: tile for column in headers[number]["rows"][0]["columns"] for tile in column}


def values_of(app, title):
    """A tile's numbers."""
    message = next(message for name, message in conftest._messages(app) if name == "tiles")
    data = zlib.decompress(message[4 + int.from_bytes(message[:4], "little") :], -zlib.MAX_WBITS)
    tile = tiles_of(app)[title]
    halves = np.frombuffer(data, np.uint8, tile["data"][1], tile["data"][0]).astype(np.int64).reshape(2, -1)
    steps = np.cumsum(halves[0] + 256 * halves[1]).astype(np.uint16).astype(np.int16)
    return torch.from_numpy(steps * tile["unit"]).reshape(tile["rows"], tile["columns"])


def means(app):
    """The mean errors at the start, now and at best, of the picture learnt from and of the other."""
    table = next(text.value for text in app.markdown if "Mean error" in text.value)
    return [[cell.strip() for cell in line.split("|")[2:5]] for line in table.splitlines()[2:]]


# --- the way back ---


def test_with_learning_the_picture_comes_back_and_so_does_one_never_seen(app):
    """Row 17 of the facts."""
    opened(app, "learn_back")
    (seen, other), start = means(app), float(values_of(app, "Error").abs().max())
    assert buttons(app) == {"Start": True, "Stop": False} and said(app) == "300 steps"
    assert seen[0] == seen[1] and float(seen[0]) > 0.3 and float(other[0]) > 0.3 and start > 1
    learnt(app)
    assert said(app) == "Step 300 of 300" and buttons(app) == {"Start again": True, "Stop": False}
    assert [line[1:] for line in means(app)] == [["≈0", "≈0"]] * 2
    assert float(values_of(app, "Error").abs().max()) < 1e-4
    torch.testing.assert_close(values_of(app, "Result"), values_of(app, "Picture"), atol=1e-3, rtol=0)
    assert [title for title in tiles_of(app) if title.startswith("Map")] == ["Map 1", "Map 2", "Map 3", "Map 4"]


def test_what_cannot_come_back_ends_at_the_least_squares_and_the_page_says_why(app):
    learnt(opened(app, "learn_back", case="partial"))
    for _, now, best in means(app):
        assert now == best and float(best) > 0.01
    assert float(values_of(app, "Error").abs().max()) > 0.3
    assert any("No window reads 75% of the cells." in text.value for text in app.markdown)


def test_two_layers_are_measured_against_the_best_single_one(app):
    learnt(opened(app, "learn_back", case="deeper"))
    (_, seen, seen_best), (_, other, other_best) = means(app)
    assert seen < seen_best and other > other_best
    assert any("one layer's best" in text.value for text in app.markdown)


def test_the_other_picture_is_never_the_one_that_is_learnt_from():
    for name in ("panda", "astronaut", "cat"):
        lesson = learn_back.lesson_of(sample_picture(name), BackSettings())
        assert lesson.other.title != lesson.seen.title
        assert lesson.seen.picture.shape[1] % 2 == lesson.seen.picture.shape[2] % 2 == 0


# --- a hidden kernel ---


@pytest.mark.parametrize("hidden", ["gabor", "random", "learned"])
def test_a_hidden_kernel_is_found(app, hidden):
    opened(app, "learn_kernel", hidden=hidden)
    kernel = kernels.bank(hidden, 5, 1, seed=1000)[0, 0]
    torch.testing.assert_close(values_of(app, "Hidden kernel"), kernel.double(), atol=0.006, rtol=0)
    assert not torch.allclose(values_of(app, "Learnt so far"), kernel.double(), atol=0.05)
    learnt(app)
    torch.testing.assert_close(values_of(app, "Learnt so far"), values_of(app, "Hidden kernel"), atol=0.011, rtol=0)
    assert tiles_of(app)["Learnt so far"]["caption"] == "off by less than 0.1%"


def test_each_kernel_learnt_from_photographs_stands_above_its_gabor_kernel(app):
    opened(app, "learn_kernel")
    _, header = (header for name, header in conftest._headers(app) if name == "tiles")
    columns = header["rows"][0]["columns"]
    assert [[tile["alt"] for tile in column] for column in columns] == [
        [one.label, f"Gabor: {one.label}"] for one in LEARNED
    ]
    assert all((tile["channels"], tile["rows"], tile["columns"]) == (3, 7, 7) for col in columns for tile in col)
    assert all(int(column[1]["title"].rstrip("%")) > 90 for column in columns)


# --- a run ---


def test_pause_go_on_stop_and_start_again(app):
    opened(app, "learn_kernel")
    press(app, "Start")
    assert buttons(app) == {"Pause": True, "Stop": True}
    assert re.fullmatch(r"Step \d+ of 300 · \d+ s left", said(app))
    press(app, "Pause")
    place = said(app)
    assert place.endswith("paused") and buttons(app) == {"Go on": True, "Stop": True}
    assert said(app.run()) == place
    press(app, "Go on")
    assert buttons(app) == {"Pause": True, "Stop": True}
    press(app, "Stop")
    assert said(app).endswith("Stopped.") and buttons(app) == {"Start again": True, "Stop": False}
    assert tiles_of(app)["Learnt so far"]["caption"] != "off by less than 0.1%"
    press(app, "Start again")
    assert buttons(app) == {"Pause": True, "Stop": True}


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("learn_back", "case", "partial"),
        ("learn_back", "learning_rate", 0.3),
        ("learn_kernel", "hidden", "sobel"),
        ("learn_kernel", "seed", 7),
        ("learn_kernel", "picture", "cat"),
    ],
)
def test_whatever_changes_begins_anew_with_a_word(app, part, key, value):
    press(opened(app, part), "Start")
    before = RUNS.of(session_of(app).token)
    widgets = {widget.key: widget for kind in (app.slider, app.number_input, app.selectbox, app.segmented_control)
               for widget in kind}  # fmt: skip
    widgets[f"there_and_back_{key}"].set_value(value).run()
    after = RUNS.of(session_of(app).token)
    assert after is not before and before.state == "ended" and after.state == "on"
    assert said(app).endswith("Something changed: it learns anew.")
    assert getattr(session_of(app).visits[BackSettings].asked, key) == value


def test_another_seed_is_another_start_and_the_same_seed_the_same_run():
    panda = sample_picture("panda")
    one, two = (learn_kernel.lesson_of(panda, BackSettings(seed=seed)).start for seed in (0, 1))
    assert not torch.allclose(one.model[0].weight, two.model[0].weight)


def test_another_part_leaves_the_run_alone_and_finds_it_again(app):
    press(opened(app, "learn_back"), "Start")
    run = RUNS.of(session_of(app).token)
    choose = lambda part: app.segmented_control(key="there_and_back_part").set_value(part).run()  # noqa: E731
    choose("learn_kernel")
    assert buttons(app) == {"Start": True, "Stop": False}
    choose("learn_back")
    assert RUNS.of(session_of(app).token) is run and buttons(app) == {"Pause": True, "Stop": True}


def test_on_another_page_no_step_is_made(app):
    press(opened(app, "learn_back"), "Start")
    run = RUNS.of(session_of(app).token)
    step = run.step
    switch(app, "playground")
    app.run()
    assert step and run.step == step


def test_nothing_of_an_own_picture_is_kept_for_others():
    panda = sample_picture("panda")
    own = picture_of(panda.pixels, "mine", "Mine.", "picture.png", own=True)
    for part in (learn_back, learn_kernel):
        before = part._kept.cache_info()
        lesson = part.lesson_of(own, BackSettings())
        assert part._kept.cache_info() == before and lesson.alt == "Mine."


def test_a_third_waits_until_one_of_two_ends(app):
    others = [RUNS.begin(name, Task("elsewhere", name, lambda: iter(()), 9)) for name in ("one", "two")]
    opened(app, "learn_kernel")
    for other in others:
        RUNS.go_on(other)
        other.heard = jobs.monotonic() + 100
    press(app, "Start")
    assert said(app) == "Two others are learning; yours begins when one ends."
    RUNS.stop(others[0])
    assert said(app.run()).startswith("Step ")


def test_one_that_ended_while_nobody_looked_says_so(app):
    press(opened(app, "learn_kernel"), "Start")
    RUNS.of(session_of(app).token).heard -= 100
    assert said(app.run()).endswith("Nobody looked for a minute.")


@pytest.mark.parametrize("cookie", ["2|00000000|0a0b0c0d0e|17", "2|01020304|0b090f090f|99"])
def test_a_browser_has_one_name_below_its_changing_masks(monkeypatch, cookie):
    monkeypatch.setattr(session.st, "context", type("Context", (), {"cookies": {"_streamlit_xsrf": cookie}}))
    assert session.browser() == "0a0b0c0d0e"


@pytest.mark.parametrize("cookie", [None, "", "2|x|y|z", "2||0a|1", "2|00|0a"])
def test_without_a_cookie_that_makes_sense_it_is_the_visits(monkeypatch, cookie):
    cookies = {} if cookie is None else {"_streamlit_xsrf": cookie}
    monkeypatch.setattr(session.st, "context", type("Context", (), {"cookies": cookies}))
    monkeypatch.setattr(session, "visitor", lambda: session.Visitor("token"))
    assert session.browser() == "token"


def session_of(app):
    """The visitor."""
    return app.session_state["visitor"]


# --- in a browser ---


def test_a_run_goes_by_itself_and_is_found_again_by_a_page_that_is_loaded_anew(open_page, address):
    page = open_page("there_and_back?part=learn_kernel", ready=".tiles canvas")
    page.get_by_role("button", name="Start", exact=True).click()
    until(page, "/Step [1-9]\\d+ of 300/.test(document.body.innerText)")
    page.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    until(page, "document.body.innerText.includes('paused')")
    place = page.get_by_text(re.compile(r"Step \d+ of 300")).inner_text()
    page.reload()
    until(page, f"document.body.innerText.includes({place!r})")
    page.get_by_role("button", name="Go on").click()
    until(
        page,
        f"/Step \\d+ of 300 · \\d+ s/.test(document.body.innerText) && !document.body.innerText.includes({place!r})",
    )
    page.get_by_role("button", name="Stop").click()
    until(page, "document.body.innerText.includes('Stopped.')")
    chart = "document.querySelector('.st-key-there_and_back_loss')"
    until(page, f"{chart}.scrollHeight <= {chart}.clientHeight && {chart}.scrollWidth <= {chart}.clientWidth")  # drawn
    assert not faults(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}there_and_back?part=learn_back")
    page.locator(".js-plotly-plot").wait_for()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert not faults(page)
