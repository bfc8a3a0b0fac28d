"""Links that anybody may have written: whatever they say, a page opens with settings that work, or with a way out."""

import pytest
import torch
from conftest import ROOT, SHOWN, switch, tab_of
from draws import TIMES, drawn
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from test_settings import value_of
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from convlab.ui import session
from convlab.ui.address import begun, from_query, to_address, to_query
from convlab.ui.fields import Cells, Choice, Decimal, Flag, Sides, Whole, settings_of
from convlab.ui.lessons.text import lessons
from convlab.ui.network.presets import PRESETS
from convlab.ui.network.row import Row
from convlab.ui.page_run import last_good
from convlab.ui.registry import PAGES
from convlab.ui.session import Visit, Visitor
from convlab.ui.way_out import difference, in_words, refusal_of

MOST_CHECKS = 40  # until a way out is found
MOST_NUMBERS = 4_000_000  # made by torch until it is known what to show: the kernels of 32 layers, mostly

LINKS = 160 if TIMES == 1 else 500  # half of them, or twenty times as many
ROWS = [preset.text for preset in PRESETS.values()]
ROWS += ["Conv2d,out_channels:512,kernel_size:7;" * 4 + "ReLU", "Upsample,scale_factor:4;" * 9 + "ReLU", "ReLU"]
FORMS = [
    "",
    "0",
    "7",
    "0,0,0",
    "padding",
    "why-relu",
    "1,2,3",
    "2,1",
    "3,2,1,0",
    "stride=2&bank=box_blur",
    "pinned=stride=2",
    "1 2 -0.5",
    "−1,5",
]
BROKEN = [
    *(
        "-1",
        "1e999",
        "nan",
        "inf",
        "9" * 5000,
        "٣",
        "1_0",
        "0x7",
        "1x",
        "x",
        "1x2x3",
        "00000007",
        "²",
        "\x00",
        "\ud800",
    ),
    *("own", "None", "../../etc/passwd", "<script>alert(1)</script>", "';--", "%s%n{0}", "__class__", "a" * 20_000),
    *("0,0,0,0:1", "0,-1,0,0:1000", "63,64,10,10:-1000", ";".join("0,0,0,0:1" for _ in range(501)), ":,;" * 2000),
    *("Conv2d", "Conv2d,kernel_size:99999", "Linear,out_features:999999999", "Conv3d", ";" * 40, "(" * 2000),
    *("Conv2d,out_channels:512;" * 31 + "ReLU", "Upsample,scale_factor:1e300", "Branch,of:99", "Addition,of:0"),
]


def value_in(kind):
    """What a link that a page made may say of a setting."""
    if isinstance(kind, Whole | Sides | Decimal | Choice | Flag | Cells):
        return value_of(kind).map(kind.write)
    return st.sampled_from(ROWS if isinstance(kind, Row) else FORMS)


@st.composite
def spoilt(draw, kind):
    """The same with a letter that is wrong, missing or too many; or nonsense."""
    if draw(st.booleans()):
        return draw(st.sampled_from(BROKEN) | st.text(max_size=20))
    text = draw(value_in(kind))
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(st.sampled_from([*"9-,;:x0٣", ""])) + text[place + draw(st.integers(0, 2)) :]


@st.composite
def links(draw, page):
    """What a page's address may say: half of them as a page made it, the others with something broken."""
    known = settings_of(page.settings)
    names = draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=10))
    query = {name: draw(value_in(known[name].kind)) for name in names}
    if draw(st.booleans()):
        broken = draw(st.lists(st.sampled_from(sorted(known)), unique=True, min_size=1, max_size=3))
        query |= {name: draw(spoilt(known[name].kind)) for name in broken}
        query |= draw(
            st.dictionaries(st.text(max_size=10) | st.sampled_from(["self", "__init__"]), st.text(), max_size=1)
        )
    return query


class Counted(TorchDispatchMode):
    """How many numbers torch makes."""

    numbers = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        self.numbers += sum(each.numel() for each in tree_leaves(made) if isinstance(each, torch.Tensor))
        return made


@pytest.fixture
def visitor(monkeypatch):
    """A visitor without a browser, who has no picture yet."""
    monkeypatch.setattr(session, "visitor", Visitor)


@pytest.mark.parametrize("name", PAGES)
def test_whatever_a_link_says_there_are_settings_that_work_or_a_way_out(visitor, name):
    page = PAGES[name]

    @drawn(LINKS)
    @given(links(page))
    def holds(query):
        checks = 0

        def check(settings):
            nonlocal checks
            checks += 1
            page.parts.check(settings)

        with Counted() as counted:
            asked, bad = from_query(query, page.settings)
            refusal = refusal_of(asked, check)
            good = last_good(Visit(asked, page.settings()), refusal, check)
        assert checks <= MOST_CHECKS and counted.numbers <= MOST_NUMBERS
        named = (each for name in ("shows", "locks") for each in query.get(name, "").split(","))
        assert {*bad} <= {*query, *named}
        assert from_query(to_query(asked), page.settings) == (asked, [])
        page.parts.check(good)
        if refusal:
            assert refusal.way_out is not None
            assert len(in_words(refusal.error, page.settings)) < 1000
            assert difference(asked, refusal.way_out).startswith("Set ")
            page.parts.check(refusal.way_out)

    holds()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("packages")
def test_whatever_a_link_says_a_page_opens(name):
    """But for real networks: they have tests of their own, and a memory that others need.

    And but for half a letter, which no address can say.
    """
    page = PAGES[name]

    @drawn(8)
    @given(links(page).filter(lambda query: query.get("part") != "real" and "\ud800" not in query.values()))
    def opens(query):
        app = AppTest.from_file(str(ROOT / "convlab" / "ui" / "main.py"), default_timeout=60)
        for key, text in query.items():
            app.query_params[key] = text
        switch(app, name)
        assert not app.exception
        visit = app.session_state["visitor"].visits[page.settings]
        assert visit.asked == begun(from_query(query, page.settings)[0])
        assert tab_of(app)["address"] == to_address(visit.asked)
        components = {each.proto.component_name.rpartition(".")[2] for each in app.get("bidi_component")}
        if name == "teach":
            assert app.text_input  # for another link, and for the task
        elif name == "lessons" and visit.asked.view:
            assert app.button(key="lessons_all")
        elif name == "lessons" and visit.asked.lesson not in lessons():
            assert app.button(key="lessons_start")
        else:
            assert {*SHOWN} & components or app.get("plotly_chart")
        mend = f"{page.prefix}mend_page"
        if visit.good != visit.asked:
            app.button(key=mend).click().run()
            assert not app.exception
        assert mend not in [button.key for button in app.button]

    opens()
