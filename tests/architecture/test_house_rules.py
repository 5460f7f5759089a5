"""Rules that keep the code readable and quick, checked on every run."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 500


def _tracked(*suffixes: str) -> list[Path]:
    try:
        names = subprocess.check_output(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in names.splitlines() if name.endswith(suffixes)]
    return [path for path in paths if path.is_file()]


def test_no_file_is_too_long_to_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked(".py", ".js", ".css", ".html", ".typ")
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}, "split by verb"


def test_middleware_is_pure_asgi():
    """`BaseHTTPMiddleware` that does nothing makes streams 13 times and JSON 3 times dearer."""
    slow = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"import .*BaseHTTPMiddleware|BaseHTTPMiddleware\)|\.middleware\(.http.\)", path.read_text())
    ]
    assert slow == [], "write an ASGI class with __call__(scope, receive, send), see kit/http/request_id.py"


def test_frames_are_not_compressed(runtime):
    """WebSocket compression is on by default in uvicorn and makes a camera frame four times dearer."""
    from colloquy.roles.web import server

    async def app(scope, receive, send):
        raise AssertionError

    config = server(app, runtime).config
    assert config.ws_per_message_deflate is False
    assert config.ws == "websockets-sansio"


def test_the_lock_names_hashes_and_no_index():
    text = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://", text)
    assert not re.search(r'"resolved"\s*:', (ROOT / "package-lock.json").read_text())


def test_no_personal_value_is_logged_by_format():
    """Log text is constant: values travel in fields, personal ones in fields with a `pii` segment."""
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "src").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"\b_?log(ger)?\.(debug|info|warning|error|exception)\(f[\"']", line)
    ]
    assert wrong == []
