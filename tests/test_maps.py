"""The maps as a component: two on one page, its own words, and its end."""

import os

import pytest
import torch
from conftest import ROOT, serving
from playwright.sync_api import expect
from test_browser import row, thumb

from convlab.layers import Conv2d, ReLU
from convlab.network import Step, trace
from convlab.ui.components.maps import message_of
from convlab.ui.components.maps.kernels import Kernels
from convlab.ui.components.maps.view import Panel, Section, view


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The address of a page with two rows of maps."""
    command = ["streamlit", "run", "tests/pages/two_maps.py", "--server.port={port}", "--server.address=127.0.0.1"]
    found = os.environ | {"PYTHONPATH": str(ROOT)}
    with serving(command, tmp_path_factory.mktemp("two") / "log", cwd=ROOT, env=found) as url:
        yield url


@pytest.fixture
def page(browser, two):
    """That page in a browser; it must stay free of script errors."""
    context, errors = browser.new_context(viewport={"width": 1100, "height": 1400}), []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(two)
    for name in ("upper", "lower"):
        place(page, name).locator(".maps canvas").first.wait_for(timeout=30_000)
    yield page
    context.close()
    assert not errors


def place(page, name):
    """One of the two rows of maps."""
    return page.locator(f".st-key-place-of-{name}")


def shapes(part):
    return part.locator(".chain .shape").all_inner_texts()


def test_two_rows_of_maps_show_different_settings(page):
    assert shapes(place(page, "upper")) == ["3×64×49", "4×62×47", "4×62×47"]
    assert shapes(place(page, "lower")) == ["3×43×64", "2×43×64", "2×43×64", "2×21×32"]


def test_each_is_pointed_at_by_itself(page):
    upper, lower = place(page, "upper"), place(page, "lower")
    row(lower, "After pooling").locator("canvas").first.click()
    expect(lower.locator(".card")).to_have_count(3)
    expect(upper.locator(".card")).to_have_count(0)
    row(upper, "Before ReLU").locator("canvas").nth(1).click()
    expect(upper.locator(".card")).to_have_count(1)
    expect(upper.locator(".card h3")).to_contain_text("Before ReLU, map 2, row")
    upper.get_by_role("button", name="Close").click()
    expect(upper.locator(".card")).to_have_count(0)
    expect(lower.locator(".card")).to_have_count(3)


def test_each_is_edited_by_itself(page):
    upper, lower = place(page, "upper"), place(page, "lower")
    for part in (upper, lower):
        part.get_by_role("button", name="Edit the numbers of kernel 2").click()
    for part, number in ((upper, "7"), (lower, "-3")):
        cell = part.get_by_label("Kernel 2, row 0, column 0")
        cell.fill(number)
        cell.press("Enter")
    expect(upper.locator(".plane").nth(1)).to_contain_text("7")
    expect(lower.locator(".plane").nth(1)).to_contain_text("−3")
    expect(upper.locator(".plane").first).not_to_contain_text("7")
    expect(lower.locator(".plane").first).to_have_text("1")


def test_each_follows_its_own_slider(page):
    upper, lower = place(page, "upper"), place(page, "lower")
    layers = [part.locator(".layer code") for part in (upper, lower)]
    thumb(page, "upper-stride").focus()
    page.keyboard.press("ArrowRight")
    expect(layers[0]).to_contain_text("stride=2")
    thumb(page, "lower-dilation").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(layers[1]).to_contain_text("dilation=3")
    assert shapes(upper)[1] == "4×31×24"
    assert "stride" not in layers[1].inner_text()


def own_state(ask=None):
    """A message about a small picture, whose one slider says 3."""
    image = torch.linspace(0, 1, 48).reshape(3, 4, 4)
    stages = trace([Step(Conv2d(3, 1, 1, bias=False), torch.ones(1, 3, 1, 1)), Step(ReLU())], image)
    kernels = Kernels(torch.ones(1, 3, 1, 1), ["red", "green", "blue"])
    shown, pixels = view([Panel(image, "A ramp", "A ramp.", [Section("Layer 1", stages, kernels)])], dark=False)
    return list(message_of(shown, pixels, base="own", sliders={"own": 3}, ask=ask))


LEAVE = """async ([own, answer, wait]) => {
    const [{name}] = performance.getEntriesByType("resource").filter(({name}) => name.endsWith("maps/main.js"));
    const maps = await import(name);
    const parentElement = document.body.appendChild(document.createElement("div"));
    parentElement.innerHTML = `<div class="stage"></div><div class="st-key-own"><div data-testid="stSlider">
        <input type="range" min="1" max="6" value="3"></div></div>`;
    const sent = [], slider = parentElement.querySelector("[type=range]");
    const mount = (bytes) => maps.default({
        parentElement, data: new Uint8Array(bytes), setTriggerValue: (name) => sent.push(name),
    });
    const rest = (time) => new Promise((done) => setTimeout(done, time));
    const does = (type) => slider.dispatchEvent(new PointerEvent(type, {bubbles: true, composed: true}));
    mount(own);
    await rest(300);
    slider.focus(); // it asks for a neighbour
    for (const value of [4, 5]) { // it was let go twice, and the page's own answer is awaited
        does("pointerdown");
        slider.value = value;
        does("pointerup");
    }
    const before = sent.splice(0);
    const end = mount(answer);
    parentElement.querySelector(".stage").remove();
    end();
    does("pointerdown");
    does("pointermove");
    does("pointerup");
    await rest(wait);
    return [before, sent];
}"""


def test_nothing_is_said_after_the_page_was_left(page):
    before, after = page.evaluate(LEAVE, [own_state(), own_state({"key": "own", "value": 4}), 1800])
    assert "ask" in before
    assert after == []
