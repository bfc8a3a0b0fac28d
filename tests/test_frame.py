"""ConvLab in a course page: framed by another site, where that site may frame it."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import uvicorn
from conftest import free_port, until
from playwright.sync_api import expect
from starlette.responses import HTMLResponse
from test_own_picture import dispatched

from convlab.ui.server import Headers

FITS = {
    "": "tray",
    "step_by_step": "grids",
    "there_and_back": "tiles",
    "network": "stages",
}  # is seen without scrolling


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *said):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Another site: its folder and its port."""
    folder = tmp_path_factory.mktemp("course")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield folder, server.server_port
        server.shutdown()


@pytest.fixture
def framed(browser, site):
    """The frame in a course page that shows an address; the page's host is a site of its own."""
    folder, port = site
    page = browser.new_page(viewport={"width": 1040, "height": 900})
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def shown(source, host="localhost"):
        (folder / "course.html").write_text(
            f"<h1>Course</h1><iframe src='{source}' allow='camera' width=1000 height=800></iframe>"
        )
        page.goto(f"http://{host}:{port}/course.html")
        return page.frames[1]

    yield shown
    page.close()
    assert not faults


def ready(frame):
    """When a page's last part is there."""
    frame.locator(".tab").first.wait_for(state="attached", timeout=30_000)
    return frame


def is_embedded(frame):
    """Whether the frame's page knows that it is framed, and its address says so."""
    return "embed=true&embed_options=light_theme" in frame.url and frame.locator(".streamlit-embedded").count() == 1


@pytest.mark.parametrize("path", FITS)
def test_a_page_works_in_a_frame_of_another_site(framed, address, path):
    frame = ready(framed(f"{address}{path}?embed=true&embed_options=light_theme"))
    shown = frame.locator(f".{FITS[path]}").first
    expect(shown).to_be_visible()
    expect(frame.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.bounding_box()["y"] + 100 < 800 and shown.bounding_box()["width"] > 300
    frame.get_by_test_id("stExpandSidebarButton").click()
    slider = frame.locator("[data-testid=stSidebar] input[type=range]:visible").first
    before = slider.input_value()
    slider.press("ArrowLeft" if before == slider.get_attribute("max") else "ArrowRight")
    expect(slider).not_to_have_value(before)
    until(frame, "new URLSearchParams(location.search).size === 3")  # what was set, beside what was there
    assert is_embedded(frame)


def test_from_page_to_page_it_stays_in_the_frame_and_what_leads_beside_it_opens_outside(framed, address):
    frame = ready(framed(f"{address}?embed=true&embed_options=light_theme"))
    frame.get_by_role("link", name="Open in Step by step").click()
    frame.wait_for_url("**/step_by_step?*")
    frame.locator(".output .cell").first.wait_for(timeout=30_000)
    ready(frame)
    assert is_embedded(frame) and "cells=" in frame.url
    frame.get_by_test_id("stExpandSidebarButton").click()
    frame.get_by_test_id("stSidebarNav").get_by_role("link", name="There and back").click()
    until(frame, "location.pathname === '/there_and_back'")
    frame.locator(".tiles").first.wait_for(timeout=30_000)
    ready(frame)
    assert is_embedded(frame)
    away = frame.get_by_role("link", name="The way back in Step by step")
    expect(away).to_have_attribute("target", "_blank")
    assert "noopener" in away.get_attribute("rel")


def test_an_own_picture_comes_in_on_other_pages_too(framed, address):
    frame = ready(framed(f"{address}network?embed=true"))
    frame.locator(".picture button").first.wait_for(state="attached")
    dispatched(frame, "drop")
    expect(frame.get_by_text("3×50×60").first).to_be_visible(timeout=20_000)
    until(frame, "location.search === '?picture=own&embed=true'")


@pytest.fixture(scope="module")
def choosy(site):
    """A page with the server's headers that lets the course page alone frame it."""
    port = free_port()
    page = Headers(HTMLResponse("<p>Within</p>"), f"http://localhost:{site[1]}")
    server = uvicorn.Server(uvicorn.Config(page, port=port, lifespan="off", log_level="error", ws="none"))
    serving = Thread(target=server.run)
    serving.start()
    while not server.started:
        assert serving.is_alive()
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    serving.join()


def test_only_the_sites_that_are_named_may_frame_a_page(framed, choosy):
    expect(framed(choosy).get_by_text("Within")).to_be_visible()
    refused = framed(choosy, host="127.0.0.1")
    expect(refused.get_by_text("Within")).to_have_count(0)
    assert refused.url.startswith("chrome-error:")
