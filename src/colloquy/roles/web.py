"""The web role: the application that answers requests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI

import colloquy
from colloquy.contexts.conversations.public import Compositions
from colloquy.kit.fanout import Fanout
from colloquy.kit.http import health, problem, readable
from colloquy.kit.http.audited import Audited
from colloquy.kit.http.cors import ApiCors, origins
from colloquy.kit.http.headers import SecurityHeaders
from colloquy.kit.http.language import ReaderLanguage
from colloquy.kit.http.limited import Limited
from colloquy.kit.http.proxies import TrustedProxies, networks
from colloquy.kit.http.request_id import RequestId
from colloquy.kit.http.too_large import BodyLimit
from colloquy.kit.limits import Counter
from colloquy.providers.storage.spool_local import LocalSpool
from colloquy.roles import registry
from colloquy.roles.limits import EdgeRules, Known
from colloquy.roles.runtime import Runtime
from colloquy.web import openapi, pages
from colloquy.web.assets import MOUNT_PATH, ReleasedFiles

MAX_BODY_BYTES = 2 << 20
"""For forms and JSON; uploads name their own limit."""
MAX_MESSAGE_BYTES = 64 << 10
"""Of a WebSocket: it is put together in memory before anybody looks at it."""


def application(runtime: Runtime) -> FastAPI:
    """The ASGI application over a running product."""
    app = FastAPI(
        title="Colloquy",
        version=colloquy.__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        dependencies=[Depends(readable.check)],
    )
    app.state.provided = runtime.provided
    app.state.pages = pages.Pages()
    problem.install(app, pages.error_page)
    app.include_router(health.router)
    app.include_router(openapi.router)
    for router in registry.API:
        app.include_router(router, prefix="/api")
    app.webhooks.routes.extend(registry.TOLD.routes)
    app.mount(MOUNT_PATH, ReleasedFiles(), name="static")
    for router in registry.PAGES:
        app.include_router(router)
    openapi.install(app)
    settings = runtime.settings
    app.add_middleware(BodyLimit, MAX_BODY_BYTES, pages.error_page)
    if settings.limits:
        counter: Counter = runtime.provided.get(Counter)  # type: ignore[type-abstract]
        app.add_middleware(Limited, counter, EdgeRules(settings, Known(runtime.database), counter))
    app.add_middleware(ApiCors, origins(settings.cors_origins))
    app.add_middleware(ReaderLanguage)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Audited)
    app.add_middleware(RequestId)
    app.add_middleware(TrustedProxies, networks(settings.trusted_proxies), settings.proxy_headers)
    return app


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the role decides when to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes none: signals are handled once, in `roles.process`, which stops all roles together."""
        yield


def server(app: Any, runtime: Runtime) -> Server:
    """A uvicorn server for `app`. WebSocket compression is off: it makes a camera frame four times dearer."""
    settings = runtime.settings
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=MAX_MESSAGE_BYTES,
        timeout_graceful_shutdown=20,
        server_header=False,
        proxy_headers=False,  # ours are read by `TrustedProxies`, which says whom it believes
    )
    return Server(config)


async def run(runtime: Runtime) -> None:
    """Serves until cancelled; requests under way, and what the interviewer is saying, are finished first."""
    fanout = runtime.provided.get(Fanout)
    async with fanout.listening(), runtime.provided.get(Compositions).running():
        serving = server(application(runtime), runtime)
        task = asyncio.create_task(serving.serve())
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            # A slow or silent upload would hold the stop up for its whole grace; cut now it loses nothing. Neither
            # does a stream that only listens: its reader comes back.
            runtime.provided.get(LocalSpool).stop_receiving()
            fanout.end()
            serving.should_exit = True
            await task
            raise
