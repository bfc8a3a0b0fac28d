"""The visitor's own picture: how it comes in, who keeps it, and what is said where it cannot be used."""

import base64
import io
import os

import numpy as np
import pytest
from conftest import chooser_of, faults, free_port, send, serving, tab_of, until
from PIL import Image
from playwright.sync_api import expect
from test_browser import large, pixels_of
from test_page import chain, opened, picture_file

from convlab import rendering
from convlab.ui import session
from convlab.ui.playground.settings import PlaygroundSettings as Settings

SENDERS = "This link was made with its sender's own picture"


# --- without a browser -----------------------------------------------------------------------------------------------


def brought(app, data=None, name="red.png", number=1, **more):
    """A picture comes in, as the script sends it."""
    data = picture_file() if data is None else data
    sent = {"name": name, "data": base64.b64encode(data).decode(), "number": number, "kept": False}
    send(app, "own_picture", "picture", sent | more)
    assert not app.exception
    return app


def test_a_picture_that_comes_in_is_shown(app):
    opened(app)
    assert chooser_of(app) | {"session": ""} == {
        "session": "",
        "heard": 0,
        "has": 0,
        "error": "",
        "name": "",
        "missing": "",
    }
    brought(app)
    assert chain(app)[0] == "3×30×40"
    assert tab_of(app)["address"] == "picture=own"
    assert app.selectbox(key="picture").value == "own"
    assert (chooser_of(app)["name"], chooser_of(app)["heard"]) == ("red.png", 1)


def test_a_second_picture_replaces_the_first_and_the_same_one_is_heard_once(app):
    opened(app)
    brought(app)
    brought(app, picture_file((50, 20)), "wide.png", number=2)
    assert (chain(app)[0], chooser_of(app)["name"]) == ("3×20×50", "wide.png")
    brought(app, picture_file((60, 60)), number=2)
    assert chain(app)[0] == "3×20×50"


@pytest.mark.parametrize("source", ["own", "upload", "camera"])
def test_a_link_with_its_senders_own_picture_says_so(app, source):
    opened(app, picture=source)
    assert chain(app)[0] == "3×235×180"
    assert chooser_of(app)["missing"].startswith(SENDERS)
    assert tab_of(app)["address"] == "picture=own"
    brought(app)
    assert (chain(app)[0], chooser_of(app)["missing"]) == ("3×30×40", "")


def test_an_old_link_with_a_pinned_picture_of_its_own_is_read():
    from convlab.ui.address import from_query

    settings, bad = from_query({"pinned": "picture=upload&stride=2"}, Settings)
    assert (settings.pinned, bad) == ("stride=2&picture=own", [])


def test_who_chooses_it_by_hand_is_asked_for_one(app):
    opened(app, picture="cat", max_side="100")
    app.selectbox(key="picture").set_value("own").run()
    assert chain(app)[0] == "3×67×100"  # the cat, until it comes
    assert chooser_of(app)["missing"].startswith("There is no picture of yours yet")


def test_a_picture_is_forgotten_on_request(app):
    opened(app, picture="cat", max_side="100")
    brought(app)
    send(app, "own_picture", "forget", 1)
    assert not app.exception
    assert chain(app)[0] == "3×67×100"
    assert app.session_state["visitor"].own.picture is None
    assert (tab_of(app)["address"], chooser_of(app)["name"]) == ("picture=cat&max_side=100", "")
    brought(app, number=2)
    assert chain(app)[0] == "3×30×40"


def test_a_picture_stays_while_a_sample_is_shown(app, monkeypatch):
    monkeypatch.setattr(session, "_ARRIVES", 0)  # the page has been there for a while
    opened(app)
    brought(app)
    app.selectbox(key="picture").set_value("panda").run()
    assert chooser_of(app)["name"] == ""
    app.selectbox(key="picture").set_value("own").run()
    app.slider(key="stride").set_value(2).run()
    assert chain(app)[0] == "3×30×40"


def test_what_the_tab_kept_takes_nobody_away_from_a_sample(app):
    opened(app, picture="own")
    app.selectbox(key="picture").set_value("cat").run()
    brought(app, kept=True)
    assert app.selectbox(key="picture").value == "cat"
    app.selectbox(key="picture").set_value("own").run()
    assert chain(app)[0] == "3×30×40"


FORGED = [None, 3, "red.png", [], {}, {"number": 1}, {"number": "1", "data": ""}, {"number": 1, "data": 5}]
FORGED += [
    {"data": ""},
    {"number": True, "data": ""},
    {"number": -1, "data": ""},
    {"number": 1, "data": "x" * 14_000_001},
]


@pytest.mark.parametrize("sent", FORGED, ids=lambda sent: repr(sent)[:30])
def test_what_no_script_sends_is_left_out(app, sent):
    opened(app)
    send(app, "own_picture", "picture", sent)
    assert not app.exception
    assert (chain(app)[0], chooser_of(app)["heard"]) == ("3×235×180", 0)


@pytest.mark.parametrize("more", [{"data": "?"}, {"data": "ä"}, {"number": 10**30}, {"name": [1]}, {"name": "\ud800"}])
def test_forged_parts_make_no_traceback(app, more):
    opened(app)
    brought(app)
    sent = {"name": "red.png", "data": base64.b64encode(picture_file()).decode(), "number": 2}
    send(app, "own_picture", "picture", sent | more)
    assert not app.exception
    assert chain(app)[0] == "3×30×40"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"this is no picture", "something else"),
        (picture_file()[:60], "broken"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (picture_file((1, 1)), "Picture must be at least 8×8: this one is 1×1. Choose a larger one."),
    ],
)
def test_a_bad_file_gets_one_sentence_and_the_last_good_picture_stays(app, data, words):
    opened(app)
    brought(app)
    brought(app, data, number=2)
    assert words in chooser_of(app)["error"]
    assert "`" not in chooser_of(app)["error"]
    assert chain(app)[0] == "3×30×40"
    brought(app, number=3)
    assert chooser_of(app)["error"] == ""


def test_a_small_picture_under_large_kernels_is_refused_kindly(app):
    opened(app, kernel_size="11", dilation="3")
    brought(app)
    assert "must fit the padded input" in app.warning[0].value
    assert chain(app)[0] == "3×30×40"


def test_a_sample_that_is_too_small_for_the_kernels_is_refused_kindly(app):
    opened(app, kernel_size="11", dilation="6", picture="astronaut", max_side="64", pool="none")
    app.selectbox(key="picture").set_value("panda").run()
    assert not app.exception
    assert "must fit the padded input" in app.warning[0].value
    assert chain(app)[0] == "3×64×49"


@pytest.mark.parametrize("kind", ["turned", "clear"])
def test_an_own_picture_and_its_program_give_the_pages_numbers(app, tmp_path, kind):
    from convlab import SAMPLES
    from convlab.ui.playground import downloads
    from convlab.ui.playground.show import stages_of

    exif, own = Image.Exif(), Image.open(SAMPLES["panda"].path).convert("RGBA")
    exif[274] = 6 if kind == "turned" else 1
    if kind == "clear":
        own.putalpha(Image.linear_gradient("L").resize(own.size))
    file = io.BytesIO()
    own.save(file, "PNG", exif=exif)
    opened(app)
    brought(app, file.getvalue(), "own.png")
    picture, state = app.session_state["visitor"].own.picture, Settings(max_side=100)
    assert picture.size == ((180, 235) if kind == "turned" else (235, 180))
    (tmp_path / "picture.png").write_bytes(downloads.picture_png(picture, state))
    space = {}
    exec(downloads.program_of(picture, state).replace("'picture.png'", repr(str(tmp_path / "picture.png"))), space)
    _, stages = stages_of(picture, state)
    assert all((ours.output == theirs).all() for ours, theirs in zip(stages, space["stages"], strict=True))


# --- in a browser ----------------------------------------------------------------------------------------------------

PLAIN = "?bank=identity&kernel_size=1"  # the maps are the picture's own numbers
GREEN = picture_file((60, 50), colour=(0, 255, 0))


def given(page, data=GREEN, name="green.png"):
    """Choose a file."""
    page.locator(".picture .chosen").set_input_files({"name": name, "mimeType": "", "buffer": data})


def expect_size(page, size):
    """The picture that is shown has so many channels, rows and columns."""
    expect(page.locator(".chain .shape").first).to_have_text(size, timeout=20_000)


def news(page):
    """What is said where the buttons are."""
    return page.locator(".picture .news")


def dispatched(page, kind, data=GREEN, name="green.png", target="body"):
    """A drop or a paste of a file, or a file that is dragged over the page."""
    page.evaluate(
        """([kind, text, name, target]) => {
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            const given = new DataTransfer();
            given.items.add(new File([bytes], name, { type: 'image/png' }));
            const how = { bubbles: true, cancelable: true, composed: true };
            const event = kind === 'paste'
                ? new ClipboardEvent(kind, { ...how, clipboardData: given })
                : new DragEvent(kind, { ...how, dataTransfer: given });
            document.querySelector(target).dispatchEvent(event);
        }""",
        [kind, base64.b64encode(data).decode(), name, target],
    )


def kept(page):
    """The own pictures that the tab keeps."""
    return page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('convlab '))")


def test_a_file_is_chosen_and_chosen_again(open_page):
    page = open_page(PLAIN)
    given(page)
    expect_size(page, "3×50×60")
    assert (pixels_of(large(page, "Before ReLU")) == rendering.bright_table()[254]).all()
    expect(page.locator(".picture .name")).to_have_text("green.png")
    expect(page.locator(".picture .private")).to_contain_text("never written to its disk")
    page.wait_for_url("**picture=own**")
    given(page, b"no picture", "bad.png")
    expect(news(page)).to_contain_text("this file is something else")
    expect_size(page, "3×50×60")
    given(page)
    expect(news(page)).to_have_text("")
    until(page, "!sessionStorage.getItem('convlab picture waiting')")
    assert kept(page) == ["convlab picture"]


def test_what_is_no_picture_is_not_even_sent(open_page):
    page = open_page()
    file = {"name": "words.txt", "mimeType": "text/plain", "buffer": b"words"}
    page.locator(".picture .chosen").set_input_files(file)
    expect(news(page)).to_have_text("words.txt is not a picture.")
    assert kept(page) == []


def test_a_file_that_nobody_reads_and_that_is_too_large_gets_a_sentence(open_page):
    page = open_page()
    given(page, bytes(11 * 2**20), "film.tiff")
    expect(news(page)).to_contain_text("the server takes at most 10 MB: it has 11 MB.")
    expect_size(page, "3×235×180")


@pytest.mark.parametrize("width", [1280, 390], ids=["open", "closed"])
def test_a_picture_is_dropped_anywhere_also_beside_a_closed_sidebar(open_page, width):
    page = open_page(width=width)
    dispatched(page, "dragover")
    expect(page.get_by_text("Drop a picture")).to_be_visible()
    sheet = page.locator(".picture .sheet").bounding_box()
    assert sheet == {"x": 0, "y": 0, "width": width, "height": 800}
    dispatched(page, "dragleave")
    expect(page.get_by_text("Drop a picture")).to_be_hidden()
    dispatched(page, "dragover")
    dispatched(page, "drop")
    expect(page.get_by_text("Drop a picture")).to_be_hidden()
    expect_size(page, "3×50×60")
    dispatched(page, "drop", b"no picture")
    said = page.locator(".picture .news, .picture .toast").filter(visible=True).filter(has_text="something else")
    expect(said.last).to_be_in_viewport()


def test_beside_a_closed_sidebar_a_link_without_its_picture_says_so_as_well(open_page):
    page = open_page("?picture=own", width=390, touch=True)
    toast = page.locator(".picture .toast")
    expect(toast).to_contain_text(SENDERS)
    expect(toast).to_be_in_viewport(ratio=1)
    with page.expect_file_chooser() as chooser:
        toast.get_by_role("button", name="Choose a picture").click()
    chooser.value.set_files({"name": "green.png", "mimeType": "image/png", "buffer": GREEN})
    expect_size(page, "3×50×60")
    expect(toast).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_row_is_for_everybody(open_page, dark):
    page = open_page(dark=dark)
    given(page)
    expect(page.locator(".picture .name")).to_have_text("green.png")
    given(page, b"no picture", "bad.png")
    expect(news(page)).to_contain_text("something else")
    assert not faults(page, ".st-key-own_picture", small=True)


def test_a_picture_is_pasted_but_not_into_a_field(open_page):
    page = open_page("?layers=two")
    page.locator(".st-key-stride input[type=range]").focus()
    page.evaluate("document.body.append(document.createElement('textarea'))")
    dispatched(page, "paste", picture_file((20, 20)), target="body > textarea")
    dispatched(page, "paste")
    expect_size(page, "3×50×60")
    dispatched(page, "paste", picture_file((70, 20)), target=".st-key-stride input[type=range]")
    expect_size(page, "3×20×70")


def test_a_photo_is_taken(open_page):
    page = open_page()
    page.get_by_role("button", name="Take a photo").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Take a photo").click()
    page.get_by_role("button", name="Take the photo").click()
    expect(page.locator(".picture .name")).to_have_text("Your photo")
    expect_size(page, "3×192×256")


def test_a_phone_takes_photos_by_itself(open_page):
    page = open_page(touch=True)
    page.evaluate("matchMedia = () => ({ matches: true })")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take a photo").click()
    assert chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files({"name": "photo.png", "mimeType": "image/png", "buffer": GREEN})
    expect_size(page, "3×50×60")


def photograph(size, orientation):
    """A JPEG as a turned camera stores it: noise, and its upper half, as it is seen, is dark."""
    seen = Image.effect_noise(size, 60).convert("RGB")
    seen.paste((20, 20, 20), (0, 0, size[0], size[1] // 2))
    exif, file = Image.Exif(), io.BytesIO()
    exif[274] = orientation
    turned = {1: seen, 3: seen.rotate(180), 6: seen.transpose(Image.Transpose.ROTATE_90)}[orientation]
    turned.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def test_a_large_photograph_is_brought_down_and_upright_before_it_is_sent(open_page):
    page = open_page(PLAIN + "&max_side=512")
    for orientation in (1, 3, 6):
        data = photograph((1500, 2000), orientation)
        assert len(data) > 1_000_000
        page.evaluate("sessionStorage.removeItem('convlab picture')")
        given(page, data, f"{orientation}.jpg")
        expect(page.locator(".picture .name")).to_have_text(f"{orientation}.jpg")
        expect_size(page, "3×512×384")
        until(page, "sessionStorage.getItem('convlab picture')")
        sent = page.evaluate("JSON.parse(sessionStorage.getItem('convlab picture')).data")
        with Image.open(io.BytesIO(base64.b64decode(sent))) as small:
            assert small.size == (384, 512), orientation
            grey = np.asarray(small.convert("L"), float)
        assert len(sent) < 250_000
        assert abs(grey[:250].mean() - 20) < 3, orientation
        assert grey[262:].mean() > 100, orientation


def test_every_pixel_counts_where_a_picture_is_brought_down(open_page):
    page = open_page(PLAIN + "&max_side=512")
    wide = Image.new("L", (2048, 1024))
    wide.putdata([255 * (column % 2) for column in range(2048)] * 1024)  # stripes of one pixel: grey from afar
    file = io.BytesIO()
    wide.convert("RGB").save(file, "PNG", compress_level=0)
    given(page, file.getvalue(), "stripes.png")
    expect_size(page, "3×256×512")
    until(page, "sessionStorage.getItem('convlab picture')")
    sent = page.evaluate("JSON.parse(sessionStorage.getItem('convlab picture')).data")
    with Image.open(io.BytesIO(base64.b64decode(sent))) as small:
        assert abs(np.asarray(small.convert("L"), float) - 127).max() < 12


def test_what_the_browser_cannot_read_is_read_by_the_server(open_page):
    file = io.BytesIO()
    Image.frombytes("RGB", (600, 400), os.urandom(720_000)).save(file, "TIFF")
    page = open_page()
    given(page, file.getvalue(), "scan.tiff")
    expect_size(page, "3×170×256")
    until(page, "sessionStorage.getItem('convlab picture')")
    page.reload()
    expect_size(page, "3×170×256")


def test_a_picture_that_the_tab_has_no_room_for_is_shown_with_a_word(open_page):
    file = io.BytesIO()
    Image.frombytes("RGB", (1500, 1400), os.urandom(6_300_000)).save(file, "TIFF")
    page = open_page()
    given(page, file.getvalue(), "scan.tiff")
    expect_size(page, "3×239×256")
    expect(news(page)).to_contain_text("a reload will lose it")


def test_an_own_picture_outlives_a_reload_in_its_tab_alone(open_page):
    page = open_page()
    given(page)
    expect_size(page, "3×50×60")
    until(page, "sessionStorage.getItem('convlab picture')")
    page.reload()
    expect_size(page, "3×50×60")
    expect(news(page)).to_have_text("")
    other = open_page("?picture=upload")
    expect_size(other, "3×235×180")
    expect(news(other)).to_contain_text(SENDERS)
    given(other, picture_file((30, 90)))
    expect_size(other, "3×90×30")
    expect_size(page, "3×50×60")


def test_a_reload_at_once_loses_nothing(open_page):
    page = open_page()
    given(page)
    until(page, "sessionStorage.getItem('convlab picture waiting') || sessionStorage.getItem('convlab picture')")
    page.reload()
    expect_size(page, "3×50×60")
    until(page, "!sessionStorage.getItem('convlab picture waiting')")
    assert kept(page) == ["convlab picture"]
    page.wait_for_url("**picture=own**")


# The page is left in the very moment in which the tab keeps a picture.
LEAVE = """() => {
    const set = Storage.prototype.setItem;
    Storage.prototype.setItem = function (place, text) {
        set.call(this, place, text);
        if (place === "convlab picture") location.reload();
    };
}"""


def test_a_reload_before_the_address_says_so_loses_nothing(open_page):
    page = open_page()
    page.evaluate(LEAVE)
    given(page)
    expect_size(page, "3×50×60")
    page.wait_for_url("**picture=own**")
    until(page, "!sessionStorage.getItem('convlab picture waiting')")
    assert kept(page) == ["convlab picture"]


def test_a_bad_file_takes_no_kept_picture_away(open_page):
    page = open_page()
    given(page)
    expect_size(page, "3×50×60")
    given(page, b"no picture", "bad.png")
    expect(news(page)).to_contain_text("something else")
    page.reload()
    expect_size(page, "3×50×60")


def test_a_bad_file_right_after_a_good_one_takes_it_not_away(open_page):
    page = open_page()
    given(page)
    page.wait_for_timeout(60)
    given(page, b"no picture", "bad.png")
    expect(news(page)).to_contain_text("something else")
    expect_size(page, "3×50×60")
    page.reload()
    expect_size(page, "3×50×60")


def test_of_two_that_are_chosen_quickly_the_later_one_stays(open_page):
    page = open_page()
    given(page, photograph((3000, 2000), 1), "large.jpg")
    given(page)
    expect_size(page, "3×50×60")
    page.wait_for_timeout(1500)
    expect_size(page, "3×50×60")
    page.reload()
    expect_size(page, "3×50×60")


def test_a_forgotten_picture_is_forgotten_by_the_tab(open_page):
    page = open_page()
    given(page)
    expect_size(page, "3×50×60")
    until(page, "sessionStorage.getItem('convlab picture')")
    page.get_by_role("button", name="Forget this picture").click()
    expect_size(page, "3×235×180")
    assert kept(page) == []
    page.reload()
    expect_size(page, "3×235×180")


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_leaving_the_page_while_a_picture_is_on_its_way_loses_nothing(open_page, large):
    page = open_page()
    given(page, photograph((3000, 2500), 1) if large else GREEN)
    page.locator("[data-testid=stSidebarNav]").get_by_text("Step by step", exact=True).click()
    page.locator(".output .cell").first.wait_for()
    page.locator("[data-testid=stSidebarNav]").get_by_text("Playground", exact=True).click()
    expect_size(page, "3×214×256" if large else "3×50×60")


@pytest.fixture
def framed(browser, address, tmp_path):
    """The playground in a page of another site."""
    (tmp_path / "_stcore").mkdir()
    (tmp_path / "_stcore" / "health").touch()
    frame = f"<iframe src='{address}?embed=true' allow='camera' width=1200 height=700></iframe>"
    (tmp_path / "course.html").write_text(frame)
    page = browser.new_page()
    command = ["http.server", "{port}", "--bind=127.0.0.1"]
    with serving(command, tmp_path / "log", port=free_port(), cwd=tmp_path) as site:
        page.goto(site.replace("127.0.0.1", "localhost") + "course.html")
        page.frame_locator("iframe").locator(".maps canvas").first.wait_for(timeout=30_000)
        page.frame_locator("iframe").locator(".picture button").first.wait_for(state="attached")
        yield page.frames[1]
    page.close()


def test_a_picture_comes_in_in_a_frame_of_another_site(framed):
    dispatched(framed, "drop")
    expect_size(framed, "3×50×60")
    given(framed, photograph((1500, 2000), 6), "photo.jpg")
    expect_size(framed, "3×256×192")


def test_the_camera_works_in_a_frame_of_another_site(framed):
    framed.locator(".picture .icon").dispatch_event("click")
    framed.get_by_role("button", name="Take the photo").click(timeout=15_000)
    expect_size(framed, "3×192×256")
