"""The catalogues: complete, in step with the sources, with the same values; and messages that can be found."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def messages() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(ROOT / "scripts" / "messages.py"), run_name="messages"))


@pytest.fixture(scope="module")
def sources(messages):
    return messages.extracted()


def test_the_sources_say_something(sources):
    files = {name for message in sources for name, _line in message.locations}
    for part in (".py", ".html", "js/controllers/", "js/room/"):
        assert any(part in name for name in files), part


def test_every_catalogue_is_whole_and_up_to_date(messages, sources):
    paths = messages.paths()
    assert paths
    troubles = [line for path in paths for line in messages.troubles(path, sources)]
    assert troubles == [], "run `make messages`, then translate what it names"


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ('msgid "Hello %(name)s"\nmsgstr ""', "not translated"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Привет, %(name)s"', "fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "Привет, %(имя)s"', "other values"),
        ('msgid "Hello %(name)s"\nmsgstr "Привет, %(name)s "', "white space"),
        ('msgid "Goodbye"\nmsgstr "Пока"', "no longer in the sources"),
        (
            'msgid "%(num)s cat"\nmsgid_plural "%(num)s cats"\nmsgstr[0] "%(num)s кот"\nmsgstr[1] "%(num)s кота"',
            "not translated",
        ),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_said(messages, tmp_path, said, trouble):
    path = tmp_path / "ru" / "LC_MESSAGES" / "colloquy.po"
    path.parent.mkdir(parents=True)
    path.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{said}\n', encoding="utf-8")
    sources = messages.Catalog()
    sources.add("Hello %(name)s")
    sources.add(("%(num)s cat", "%(num)s cats"))
    assert any(trouble in line for line in messages.troubles(path, sources)), list(messages.troubles(path, sources))


def test_a_new_language_is_one_file_with_every_message(messages, sources, tmp_path):
    path = tmp_path / "de" / "LC_MESSAGES" / "colloquy.po"
    messages.update(path, sources)
    made = messages.read(path)
    assert made.num_plurals == 2
    assert {one.id for one in made if one.id} == {one.id for one in sources if one.id}
    written = path.read_text()
    messages.update(path, sources)
    assert path.read_text() == written


def test_no_function_that_translates_uses_the_underscore_for_something_else():
    """`arrival, _ = …` makes `_` a local name, and `_("…")` in the same function then fails at run time."""
    wrong = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "_"]
            called = {id(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
            if any(isinstance(n.ctx, ast.Store) for n in names) and any(id(n) in called for n in names):
                wrong.append(f"{path.relative_to(ROOT)}:{function.lineno} {function.name}")
    assert wrong == [], "give what is not needed another name, such as `_row`"


def test_messages_are_constants():
    """A message made at run time, such as an f-string, is in no catalogue."""
    wrong = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id in {"_", "ngettext", "N_"}
            ):
                wrong += [
                    f"{path.relative_to(ROOT)}:{call.lineno}"
                    for text in call.args[: 2 if call.func.id == "ngettext" else 1]
                    if isinstance(text, ast.JoinedStr | ast.BinOp)
                    or (
                        isinstance(text, ast.Call)
                        and isinstance(text.func, ast.Attribute)
                        and text.func.attr == "format"
                    )
                ]
    assert wrong == [], 'write _("… %(name)s …", name=value)'
