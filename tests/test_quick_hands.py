"""What quick hands and bad lines do: page changes in mid-action, a line that is cut, a server that starts anew."""

from urllib.parse import urlparse

import pytest
from conftest import ROOT, free_port, serving
from cut_line import Line
from PIL import Image
from playwright.sync_api import expect


def thumb(page, key):
    """A sidebar slider's input."""
    return page.locator(f".st-key-{key} input[type=range]")


def go(page, name, **how):
    """Click on a page's name."""
    page.locator("[data-testid=stSidebarNav]").get_by_text(name, exact=True).click(**how)


def assert_alive(page):
    """The page shows no error, and has something to show."""
    expect(page.locator("[data-testid=stException], [data-testid=stDialog]")).to_have_count(0)
    expect(page.locator(".stage canvas, .boards .cell").first).to_be_visible()


@pytest.fixture
def open_steps(open_page):
    """Open the step page."""
    return lambda query="", **how: open_page(f"step_by_step?{query}", ready=".output .cell", **how)


def test_a_cell_written_while_the_page_is_left_is_kept(open_steps):
    page = open_steps("input=own&input_size=5")
    page.locator(".side.input .cell").nth(6).dblclick()
    page.keyboard.type("5")
    go(page, "Playground", delay=400)
    page.locator(".maps canvas").first.wait_for()
    assert_alive(page)
    go(page, "Step by step")
    page.locator(".output .cell").first.wait_for()
    expect(page.locator(".side.input .cell").nth(6)).to_have_text("5")
    page.wait_for_url("**cells=0,0,1,1:5**")


def test_a_kernel_cell_written_while_the_page_is_left_is_kept(open_page):
    page = open_page("?bank=identity&kernel_size=3")
    page.get_by_label("Kernel 1, row 0, column 0").fill("4")
    go(page, "Step by step", delay=400)
    page.locator(".output .cell").first.wait_for()
    assert_alive(page)
    go(page, "Playground")
    page.locator(".maps canvas").first.wait_for()
    page.wait_for_url("**edits=0,-1,0,0:4**")


@pytest.mark.parametrize("key", ["ArrowRight", "End"])
def test_a_double_click_on_a_page_and_a_key_leave_everything_as_it_is_said(open_page, key):
    page = open_page("?stride=2&bank=sobel")
    go(page, "Step by step", click_count=2)
    page.locator(".output .cell").first.wait_for()
    go(page, "Playground", click_count=2)
    page.locator(".maps canvas").first.wait_for()
    assert_alive(page)
    expect(thumb(page, "kernel_size")).to_have_value("5")
    expect(thumb(page, "stride")).to_have_value("2")
    expect(page.locator(".st-key-pool [aria-checked=true]")).to_have_text("Maximum")
    thumb(page, "padding").focus()
    page.keyboard.press(key)
    page.wait_for_url(f"**padding={1 if key == 'ArrowRight' else 10}**")
    assert_alive(page)


def test_an_emptied_number_is_the_default(open_page):
    page = open_page("?bias=2")
    page.get_by_text("More settings").click()
    field = page.get_by_label("Bias")
    field.fill("")
    field.press("Enter")
    page.wait_for_url(lambda url: "bias" not in url)
    assert_alive(page)
    expect(field).to_have_value("0.00")


def test_back_and_forward_at_once_end_at_a_whole_page(open_page):
    page = open_page("?stride=2")
    go(page, "Step by step")
    page.locator(".output .cell").first.wait_for()
    for _ in range(3):
        page.evaluate("history.back()")
        page.wait_for_timeout(60)
        page.evaluate("history.forward()")
        page.wait_for_timeout(60)
    page.wait_for_timeout(1500)
    assert_alive(page)
    # Streamlit may take the last forward back; the page that is shown is the one that the address names.
    steps = "step_by_step" in page.url
    expect(page.locator("h1")).to_have_text("Step by step" if steps else "ConvLab")
    thumb(page, "step_by_step_stride" if steps else "stride").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/step_by_step?stride=2" if steps else "**/?stride=3")


def test_a_card_or_a_pin_right_before_reset_does_not_come_back(open_page):
    page = open_page("?stride=2")
    page.locator(".card").nth(3).click()
    page.get_by_role("button", name="Reset").click()
    page.wait_for_url(lambda url: "stride" not in url)
    page.wait_for_timeout(2000)  # what is not heard is said again after 1.5 seconds
    assert "chosen" not in page.url
    expect(page.locator(".card[aria-checked=true]")).to_contain_text("Kernel 1")


@pytest.fixture
def line(address):
    """A line to the server that can be cut."""
    line = Line(urlparse(address).port)
    yield line
    line.close()


def test_a_key_pressed_while_the_line_is_cut_is_heard_when_it_is_mended(open_page, line):
    page = open_page(line.address + "?stride=2")
    thumb(page, "stride").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**stride=3**")
    line.cut()
    expect(thumb(page, "stride")).to_be_disabled()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    line.mend()
    page.wait_for_url("**stride=5**", timeout=20_000)
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×47×36")
    expect(thumb(page, "stride")).to_have_value("5")
    expect(thumb(page, "stride")).to_be_focused()


def test_a_number_clicked_while_the_line_is_cut_opens_when_it_is_mended(open_page, line):
    page = open_page(line.address)
    page.wait_for_load_state("networkidle")  # the last of its scripts is here
    line.cut()
    expect(thumb(page, "stride")).to_be_disabled()
    page.locator(".step.sum canvas").click()
    line.mend()
    page.wait_for_url("**pixel=0,0,**", timeout=20_000)


def test_a_picture_chosen_while_the_line_is_cut_is_shown_when_it_is_mended(open_page, line, tmp_path):
    Image.new("RGB", (60, 50), (0, 255, 0)).save(tmp_path / "green.png")
    page = open_page(line.address)
    page.locator(".picture .chosen").wait_for(state="attached")
    page.wait_for_load_state("networkidle")  # the last of its scripts is here
    line.cut()
    expect(thumb(page, "stride")).to_be_disabled()
    page.locator(".picture .chosen").set_input_files(tmp_path / "green.png")
    line.mend()
    expect(page.locator(".chain .shape").first).to_have_text("3×50×60", timeout=20_000)


def test_what_is_done_while_the_line_is_cut_is_done_to_a_visit_that_the_server_forgot(open_page, line):
    page = open_page(line.address + "network?max_side=64", ready=".stages .tools button")
    page.locator(".tiles canvas").first.wait_for()
    page.wait_for_load_state("networkidle")  # the last of its scripts is here
    line.cut(told=False)  # so that the browser comes back as somebody new
    expect(thumb(page, "network_6_stride")).to_be_disabled()
    page.get_by_role("button", name="Remove the layer").click()
    line.mend()
    page.wait_for_url("**max_side=64&layers=**at=5", timeout=20_000)
    page.locator(".stages").get_by_text("All layers").wait_for()
    page.wait_for_timeout(2500)  # what is not heard is said again
    assert page.url.count(";") == 4


def test_a_server_that_starts_anew_forgets_nothing_of_a_page_that_is_open(open_page, tmp_path):
    Image.new("RGB", (60, 50), (0, 255, 0)).save(tmp_path / "green.png")
    port = free_port()
    command = ["streamlit", "run", "app.py", "--server.port={port}", "--server.address=127.0.0.1"]
    with serving(command, tmp_path / "first", cwd=ROOT, port=port) as address:
        page = open_page(address + "?stride=3&picture=own")
        page.locator(".picture .chosen").set_input_files(tmp_path / "green.png")
        expect(page.locator(".chain .shape").first).to_have_text("3×50×60")
        page.locator(".st-key-pool").get_by_text("Average").click()
        page.wait_for_url("**pool=avg**")
    with serving(command, tmp_path / "second", cwd=ROOT, port=port):
        expect(thumb(page, "dilation")).to_be_enabled(timeout=30_000)
        page.wait_for_timeout(1500)  # the tab tells the server what the page was like
        thumb(page, "dilation").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/?stride=3&dilation=2&picture=own&pool=avg", timeout=20_000)
        expect(page.locator(".chain .shape").first).to_have_text("3×50×60")
        assert_alive(page)
