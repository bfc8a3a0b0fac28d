"""The maps as a component: two on one page, its own words, and its end."""

import torch
from convlab.ui.components.maps.cards import cards, path_of

from convlab.layers import Conv2d, MaxPool2d, ReLU
from convlab.network import Step, trace
from convlab.ui.components.maps.kernels import Kernels
from convlab.ui.components.maps.view import Panel, Section, in_sections, maps_view


def test_layers_may_begin_without_kernels():
    image = torch.tensor([[[1.0, -2.0], [3.0, 4.0]]])
    conv = Step(Conv2d(1, 1, 1, bias=False), torch.full((1, 1, 1, 1), -1.0))
    stages = trace([Step(MaxPool2d(1)), Step(ReLU()), conv, Step(ReLU())], image)
    groups = in_sections(stages)
    assert [len(group) for group in groups] == [2, 2]
    kernels = [None, Kernels(torch.full((1, 1, 1, 1), -1.0), ["map 1"])]
    sections = [Section("", group, kernel) for group, kernel in zip(groups, kernels, strict=True)]
    before, layer = maps_view([Panel(image, "", "", sections)]).header["panels"][0]["layers"]
    assert before["kernels"] == [] and len(layer["kernels"]) == 1
    assert [row["captions"] for row in before["rows"]] == [["−2 to 4"], ["25% set to zero"]]
    assert layer["rows"][1]["captions"] == ["all zero: a dead map"]
    assert [row["stage"] for row in (*before["rows"], *layer["rows"])] == [0, 1, 2, 3]


def own_state(ask=None):
    """A message about a small picture, whose one slider says 3."""
    image = torch.linspace(0, 1, 48).reshape(3, 4, 4)
    stages = trace([Step(Conv2d(3, 1, 1, bias=False), torch.ones(1, 3, 1, 1)), Step(ReLU())], image)
    kernels = Kernels(torch.ones(1, 3, 1, 1), ["red", "green", "blue"])
    shown = maps_view([Panel(image, "A ramp", "A ramp.", [Section("Layer 1", stages, kernels)])])
    return list(shown.message(base="own", sliders={"own": 3}, ask=ask))


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


def test_nothing_is_said_after_the_page_was_left(open_page):
    page = open_page()
    before, after = page.evaluate(LEAVE, [own_state(), own_state({"key": "own", "value": 4}), 1800])
    assert "ask" in before
    assert after == []


TWO_KEYS = """async ([own, answer]) => {
    const [{name}] = performance.getEntriesByType("resource").filter(({name}) => name.endsWith("maps/main.js"));
    const maps = await import(name);
    const parentElement = document.body.appendChild(document.createElement("div"));
    parentElement.innerHTML = `<div class="stage"></div>`;
    const sent = [];
    const setTriggerValue = (name, value) => name === "pixel" && sent.push(value);
    const mount = (bytes) => maps.default({parentElement, data: new Uint8Array(bytes), setTriggerValue});
    mount(own);
    await new Promise((done) => setTimeout(done, 300));
    const map = parentElement.querySelector(".rows canvas");
    const right = () => map.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
    right();
    const end = mount(answer);
    for (let turn = 0; turn < 3; turn++) await null;
    right(); // the answer has come and is not unpacked yet
    parentElement.remove();
    end();
    return sent;
}"""


def taken_apart(column):
    """A message about a small picture, of which one number is taken apart."""
    image = torch.linspace(0, 1, 48).reshape(3, 4, 4)
    stages = trace([Step(Conv2d(3, 1, 1, bias=False), torch.ones(1, 3, 1, 1))], image)
    names, path = ["red", "green", "blue"], f"0,0,1,{column}"
    section = Section("Layer 1", stages, Kernels(torch.ones(1, 3, 1, 1), names))
    shown = maps_view([Panel(image, "A ramp", "A ramp.", [section])])
    return list(shown.message(cards=cards(image, stages, path_of(path), names), path=path))


def test_a_key_between_an_answer_and_its_picture_is_a_step_of_its_own(open_page):
    assert open_page().evaluate(TWO_KEYS, [taken_apart(0), taken_apart(1)]) == ["0,0,1,1", "0,0,1,2"]
