"""The library's edges: what README and docstrings lean on is there, under its name, with its types."""

import ast
import builtins
import doctest
import importlib
import inspect
import pkgutil
import re
import typing
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest

import convlab
from convlab.layers import KINDS

README = (Path(convlab.__file__).parent.parent / "README.md").read_text()
MODULES = [name for _, name, is_package in pkgutil.iter_modules(convlab.__path__) if not is_package]


def public(module):
    """The functions and classes that a module of the library has for others."""
    members = inspect.getmembers(module, lambda it: inspect.isclass(it) or inspect.isfunction(it))
    return {name: it for name, it in members if it.__module__ == module.__name__ and not name.startswith("_")}


DEFINED = dict(chain.from_iterable(public(importlib.import_module(f"convlab.{name}")).items() for name in MODULES))
EXPORTED = {name: getattr(convlab, name) for name in convlab.__all__}
DOCUMENTED = {name: it for name, it in EXPORTED.items() if not isinstance(it, ModuleType) and name in DEFINED}


def docs_of(it):
    """The docstring of a function, or those of a class and of its own public members."""
    members = vars(it).items() if inspect.isclass(it) else ()
    docs = [member.__doc__ for name, member in members if not name.startswith("_") and hasattr(member, "__doc__")]
    return "\n\n".join(filter(None, [inspect.getdoc(it), *map(inspect.cleandoc, filter(None, docs))]))


def free(source):
    """The names that a piece of program reads and does not make."""
    nodes = list(ast.walk(ast.parse(source)))
    made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made |= {alias.asname or alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return read - made - set(dir(builtins))


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_hidden_by_what_has_its_name(name):
    module = importlib.import_module(f"convlab.{name}")
    assert getattr(convlab, name) is module
    assert isinstance(module, ModuleType)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_a_docstring_leans_on_is_exported(name):
    """Names in its examples, and names between backticks that are functions or classes of the library."""
    docs = docs_of(DOCUMENTED[name])
    source = "\n".join(example.source for example in doctest.DocTestParser().get_examples(docs))
    leaned = free(source) & set(DEFINED)
    leaned |= {word for word in re.findall(r"(?<!`)`(\w+)`(?!`)", docs) if word in DEFINED}
    imported = re.findall(r"^from (convlab\S*) import", source, re.M)
    assert leaned <= set(convlab.__all__)
    assert set(imported) <= {"convlab"}, "an example shows a room that a caller need not know"


def test_the_readme_works_as_it_is_written(tmp_path, monkeypatch, capsys):
    convlab_panda = convlab.SAMPLES["panda"].path
    (tmp_path / "photo.jpg").write_bytes(Path(convlab_panda).read_bytes())
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", README, re.S)
    exec(block, {})
    assert capsys.readouterr().out.startswith("(4, 231, 176) 12196800 torch.Size([3, 5, 5]) ")


def test_what_the_readme_names_is_exported():
    library = README.split("## The library")[1].split("\n## ")[0]
    named = {word for word in re.findall(r"`(\w+)`", library) if word != "convlab"} - {"nn"}
    assert named, "the README names nothing"
    assert named <= set(convlab.__all__)


def test_the_names_that_are_promised():
    promised = {"explain_all", "sentence", "stamps", "overlap", "plan", "receptive_field", "explain", "matrix", "trace"}
    assert promised <= set(convlab.__all__)
    assert all(inspect.isfunction(getattr(convlab, name)) for name in promised)


@pytest.mark.parametrize("kind", [*KINDS, convlab.Window], ids=lambda kind: kind.__name__)
def test_a_layer_keeps_pairs_and_takes_numbers_too(kind):
    kept, taken = typing.get_type_hints(kind), typing.get_type_hints(kind.__init__)
    assert typing.Any not in [*kept.values(), *taken.values()]
    for name in inspect.signature(kind).parameters:
        if kept.get(name) == tuple[int, int]:
            assert int in typing.get_args(taken[name])
