"""The rooms of the house: imports only go down, and the lower rooms need little."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import convlab

HOUSE = Path(convlab.__file__).parent
FLOORS = [
    "errors", "window", "decoding", "reach", "speech", "vision", "base", "convolutions", "pooling", "pointwise",
    "resizing", "vectors", "joining", "layers", "learned", "ways", "following",
    "kernels", "images", "real_networks", "network", "meetings", "transposed", "explanations", "matrices", "back",
    "upsampling", "costs", "sight",
    "collapsing", "shrinking", "learning", "recovery", "script", "reading", "rendering", "animation", "charts",
    "exercises", "ui",
]  # fmt: skip
ROOMS = sorted([*HOUSE.glob("*.py"), *HOUSE.glob("exercises/*.py")])


def floor_of(path):
    """The room that a file is, or is part of."""
    return path.stem if path.parent == HOUSE else path.parent.name


def imported(path):
    """The full names that a file imports, at any depth, `from a import b` as a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def named(path):
    """A file by its place in the house."""
    return path.relative_to(HOUSE).with_suffix("").as_posix()


def own_rooms(path):
    """The rooms of the house that a file imports."""
    parts = [name.split(".") for name in imported(path)]
    return {name[1] for name in parts if name[0] == "convlab" and len(name) > 1}


def run(code):
    """Run code in a fresh interpreter that can import convlab."""
    start = f"import sys; sys.path.insert(0, {str(HOUSE.parent)!r})\n"
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", [path for path in ROOMS if path != HOUSE / "__init__.py"], ids=named)
def test_arrows_only_go_down(path):
    room = floor_of(path)
    assert room in FLOORS, f"{path.name} has no floor yet"
    below = {*FLOORS[: FLOORS.index(room)]} | ({room} if path.parent != HOUSE else set())
    above = own_rooms(path) - below
    assert not above, f"{path.name} looks up at {above}"


def test_the_house_is_read():
    assert {"errors", "window", "layers", "network", "exercises/form"} <= {named(path) for path in ROOMS}
    assert own_rooms(HOUSE / "network.py") >= {"kernels", "errors", "layers"}


@pytest.mark.parametrize("path", ROOMS, ids=named)
def test_only_the_ui_knows_streamlit(path):
    assert not {name for name in imported(path) if name.split(".")[0] == "streamlit"}
    assert "ui" not in own_rooms(path)


def test_the_library_works_without_streamlit():
    ran = run(
        "sys.modules['streamlit'] = None\n"
        "import convlab\n"
        "image = convlab.load_image(convlab.SAMPLES['panda'].path)\n"
        "print(convlab.Conv2d(3, 4, 5)(image, convlab.kernels.gradients(5, in_channels=3)).shape)\n"
    )
    assert (ran.stdout, ran.returncode) == ("torch.Size([4, 231, 176])\n", 0), ran.stderr


def test_windows_and_errors_need_no_torch():
    ran = run(
        "import importlib.util, types\n"
        "sys.modules |= dict.fromkeys(['torch', 'numpy', 'PIL', 'torchvision', 'streamlit'])\n"
        f"package = types.ModuleType('convlab'); package.__path__ = [{str(HOUSE)!r}]\n"  # skips convlab/__init__.py
        "sys.modules['convlab'] = package\n"
        "from convlab.window import Window\n"
        "print(Window(3).output_size((8, 8)), sorted(name for name in sys.modules if name.startswith('convlab')))\n"
    )
    assert ran.stdout == "(6, 6) ['convlab', 'convlab.errors', 'convlab.window']\n", ran.stderr


def test_a_picture_is_decoded_without_torch_and_mostly_without_numpy():
    ran = run(
        "import types\n"
        "sys.modules |= dict.fromkeys(['torch', 'numpy', 'torchvision', 'streamlit'])\n"
        f"package = types.ModuleType('convlab'); package.__path__ = [{str(HOUSE)!r}]\n"
        "sys.modules['convlab'] = package\n"
        "from pathlib import Path\n"
        "from convlab.decoding import decode\n"
        f"print(decode(Path({str(HOUSE / 'samples' / 'panda.png')!r}).read_bytes(), 100).size)\n"
    )
    assert ran.stdout == "(77, 100)\n", ran.stderr


def test_everything_public_is_there():
    assert len(set(convlab.__all__)) == len(convlab.__all__)
    assert all(hasattr(convlab, name) for name in convlab.__all__)


def test_the_one_error_is_a_value_error():
    assert issubclass(convlab.ConvLabError, ValueError)
    error = convlab.ConvLabError("stride", 0, "must be at least 1", advice="Use stride 1.", fix={"stride": 1})
    assert str(error) == "`stride` must be at least 1: got 0. Use stride 1."
    assert (error.parameter, error.value, error.rule, error.fix) == ("stride", 0, "must be at least 1", {"stride": 1})
    assert str(convlab.ConvLabError("a", "b", "must be c")) == "`a` must be c: got 'b'."


# --- the storey above the core ---------------------------------------------------------------------------------------

UI = HOUSE / "ui"
# One for each page, but for the lessons: they are made of the other pages, and stand above them.
FOLDERS = tuple(sorted({path.parent.name for path in UI.glob("*/page.py")} - {"lessons"}))
# From the ground up: a file may import those that stand before it.
UI_FLOORS = [
    "figures", "jobs", "turns", "kept", "fields", "layer_settings", "address", "way_out", "pictures", "components",
    "session", "edits", "controls", "own_pictures", "heading", "tab", "dock", "page_run", *FOLDERS, "onward",
    "lessons", "registry", "metrics", "guard", "files", "server", "main",
]  # fmt: skip
UI_FILES = sorted(UI.rglob("*.py"))


def place_of(path):
    """The room of a file of `convlab/ui`: its folder, or its own name."""
    parts = path.relative_to(UI).with_suffix("").parts
    return parts[0]


@pytest.mark.parametrize("path", UI_FILES, ids=lambda path: path.relative_to(UI).as_posix())
def test_arrows_within_the_ui_go_down_too(path):
    room = place_of(path)
    if room == "__init__":
        return
    assert room in UI_FLOORS, f"{path.name} has no floor yet"
    below = {*UI_FLOORS[: UI_FLOORS.index(room)], room}
    if room in FOLDERS:
        below -= {*FOLDERS} - {room}  # a page never imports another page
    parts = [name.split(".") for name in imported(path)]
    rooms = {name[2] for name in parts if name[:2] == ["convlab", "ui"] and len(name) > 2}
    above = {name for name in rooms if name in UI_FLOORS} - below
    assert not above, f"{path.relative_to(UI)} looks up at {above}"


@pytest.mark.parametrize("path", sorted((UI / "components").rglob("*.py")), ids=lambda path: path.name)
def test_a_component_knows_no_page_no_session_and_no_address(path):
    names = {".".join(name.split(".")[:3]) for name in imported(path) if name.startswith("convlab.ui.")}
    assert names <= {"convlab.ui.components", "convlab.ui.figures"}
    assert "session_state" not in path.read_text() and "query_params" not in path.read_text()


def test_no_room_has_the_name_of_a_module_of_python():
    """While a script runs, Streamlit puts its folder first on the path: such a name would hide Python's own."""
    rooms = {path.stem for path in UI.iterdir()}
    assert not rooms & {*sys.stdlib_module_names, "convlab", "numpy", "PIL", "plotly", "streamlit", "torch"}


def test_one_file_alone_touches_the_session():
    touching = {path.relative_to(UI).as_posix() for path in UI_FILES if "session_state" in path.read_text()}
    assert touching == {"session.py"}


def test_a_page_is_a_folder_and_one_line():
    from convlab.ui.registry import PAGES

    assert {page.parts.__name__.split(".")[2] for page in PAGES.values()} == {*FOLDERS, "lessons"}
    assert {path.stem for path in (HOUSE.parent / "pages").glob("*.py")} == set(PAGES)
    assert len(PAGES) == len(FOLDERS) + 1 == len({page.path for page in PAGES.values()})
