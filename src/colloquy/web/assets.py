"""Styles, scripts and fonts, served under an address that names their content.

ES modules import each other by relative address, so a version in the query of the first file would not reach the
others. Here the version is a folder: `/static/<release>/js/main.js` imports `/static/<release>/js/...`, and
everything may be cached for ever.
"""

import gzip
import hashlib
from functools import cache, lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC_FOLDER = Path(__file__).parent / "static"
MOUNT_PATH = "/static"
_FOREVER = "public, max-age=31536000, immutable"
_PACKED = frozenset({".css", ".js", ".svg"})
"""What shrinks to a quarter; fonts are compressed already."""


@cache
def release() -> str:
    """Twelve hex digits that change whenever any static file does; computed once per process."""
    digest = hashlib.sha256()
    for path in sorted(STATIC_FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC_FOLDER).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(path: str) -> str:
    """The address of a file in the static folder: `static_url("css/base.css")`. A leading slash is ignored."""
    return f"{MOUNT_PATH}/{release()}/{path.lstrip('/')}"


class ReleasedFiles(StaticFiles):
    """Static files whose first folder in the address is a release.

    A page served just before an upgrade asks for the former release and still gets files; only the current
    release is marked as unchanging, so that mixture is not kept.
    """

    def __init__(self) -> None:
        super().__init__(directory=STATIC_FOLDER)

    def get_path(self, scope: Scope) -> str:
        """The path below the static folder, without the release."""
        return super().get_path(scope).partition("/")[2]

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, cacheable for ever when asked for under the current release."""
        response = await super().get_response(path, scope)
        current = super().get_path(scope).partition("/")[0] == release()
        if isinstance(response, FileResponse) and Path(path).suffix in _PACKED:
            response = _as_understood(response, Headers(scope=scope).get("accept-encoding", ""))
        if response.headers.get("content-type") == "image/svg+xml":  # Starlette says the characters of text/… alone
            response.headers["content-type"] = "image/svg+xml; charset=utf-8"
        response.headers["Cache-Control"] = _FOREVER if current else "no-cache"
        return response


def _as_understood(found: FileResponse, accepted: str) -> Response:
    """The file compressed, for whoever understands that: a slow line is the rule on the way to an interview.

    Nothing secret is in these files, so their length tells nobody anything (as it would for pages).
    """
    if "gzip" not in accepted:
        found.headers["Vary"] = "Accept-Encoding"
        return found
    body = _packed(str(found.path), found.headers["etag"])
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Last-Modified": found.headers["last-modified"]}
    return Response(body, media_type=found.media_type, headers=headers)


@lru_cache(maxsize=512)
def _packed(path: str, _etag: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
