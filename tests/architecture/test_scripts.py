"""No script of ours writes under a name that somebody else chose, so that no object's prototype can be changed."""

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "src" / "colloquy" / "web" / "static" / "js"
NAMED_BY_US = {
    # Its place in the script: where the name comes from.
    "chat/view.js: this.parts[element.dataset.part] ??=": "our templates, into an object without a prototype",
    "controllers/passkey.js: said[name] =": "one of four names in the line before",
    "room/view.js: this.parts[name] =": "one of two names in the same line",
    "room/pcm-worklet.js: this.piece[this.filled] =": "a number, into an array of numbers",
}
_WRITTEN = re.compile(r"""[\w.)\]]+\[(?!["'`\d])[^\]]+\]\s*(?:[-+*/|&?]{0,2})=(?![=>])""")
_ASSIGNED = re.compile(r"Object\.assign\(([^,]+),\s*(.*)")
FORBIDDEN = ("__proto__", "setPrototypeOf", "constructor[", ".prototype", "Reflect.set", "defineProperty")


def lines():
    for path in sorted(SCRIPTS.rglob("*.js")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path.relative_to(SCRIPTS).as_posix(), number, line.partition("//")[0]


def test_names_that_are_written_to_are_ours():
    found = {
        f"{path}: {written[0]}" for path, _number, line in lines() for written in [_WRITTEN.search(line)] if written
    }
    assert found == set(NAMED_BY_US)


def test_objects_are_put_together_from_names_that_we_wrote():
    """`Object.assign` sets what it finds; a spread makes properties and sets nothing, whatever they are called."""
    wrong = [
        f"{path}:{number}: {line.strip()}"
        for path, number, line in lines()
        for found in _ASSIGNED.finditer(line)
        if not found[2].startswith("{") or re.match(r"\{\s*\.\.\.", found[2])
    ]
    assert wrong == []


@pytest.mark.parametrize("word", FORBIDDEN)
def test_prototypes_are_left_alone(word):
    assert [f"{path}:{number}" for path, number, line in lines() if word in line] == []


def test_browsers_of_members_keep_how_pages_look_and_nothing_else():
    """What is kept beyond a page is a candidate's recording, draft and choice of devices; and everybody's colours."""
    keeping = {
        path
        for path, _number, line in lines()
        if re.search(r"\b(?:localStorage|sessionStorage|indexedDB|caches)\.", line)
    }
    theirs = {path for path in keeping if not path.startswith(("room/", "chat/"))}
    assert theirs == {"theme-early.js", "controllers/theme.js"}


def test_the_patterns_find_what_they_are_for():
    for line in ("target[key] = value", "a.b[c.d] ??= 1", "f(x)[name] += 2", "rows[row][column] = 0"):
        assert _WRITTEN.search(line), line
    for line in ("const [one] = list", "if (a[b] === c) d", "x['name'] = 1", "list[0] = 1", "a[b](() => 1)"):
        assert not _WRITTEN.search(line), line
