"""Spans of model calls, as a collector receives them: an HTTP server on this machine that reads the protobuf."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import BaseModel
from tests.providers.llm.vendor_server import Fault, VendorServer, closed_port

from colloquy.contexts.inference.public import About, Inference, NoAnswer, Task
from colloquy.kit.telemetry import NoTelemetry
from colloquy.providers.llm.fake import FakeChat
from colloquy.providers.llm.port import ChatRequest, ModelRefused
from colloquy.providers.llm.structured import ModelMalformed, Spent, StructuredRequest
from colloquy.providers.llm.structured_fake import FakeStructured
from colloquy.providers.llm.traced import TracedChat, TracedStructured
from colloquy.providers.telemetry.otlp import OtlpTelemetry
from colloquy.roles import choices
from colloquy.roles.runtime import running
from colloquy.settings import Settings

SAID = "We fixed the kettle of Ms Arkwright"


class Form(BaseModel):
    quote: str


REQUEST = StructuredRequest("Judge the answer.", f"<answer>{SAID}</answer>", Form, max_tokens=99)


class Collector:
    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.paths: list[str] = []
        self.address = ""

    @property
    def requests(self):
        return [ExportTraceServiceRequest.FromString(raw) for raw in self.raw]

    @property
    def spans(self):
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def attributes(self, number: int = 0) -> dict:
        return {one.key: _value(one.value) for one in self.spans[number].attributes}


def _value(value):
    return getattr(value, value.WhichOneof("value"))


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.paths.append(self.path)
            made.raw.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def telemetry(collector: Collector) -> Iterator[OtlpTelemetry]:
    made = OtlpTelemetry(collector.address)
    yield made
    made.close()


@pytest.fixture
def showing(collector: Collector) -> Iterator[OtlpTelemetry]:
    """With what was said."""
    made = OtlpTelemetry(f"{collector.address}/v1/traces", content=True)
    yield made
    made.close()


async def test_a_call_is_a_span_by_the_conventions_without_what_was_said(collector, telemetry):
    fake = FakeStructured("gemini:gemini-2.5-flash", lambda *_: Form(quote=SAID))

    answer = await TracedStructured(fake, telemetry).complete(REQUEST, key="sk-secret")
    telemetry.close()

    assert answer.output == Form(quote=SAID)
    assert collector.paths == ["/v1/traces"]
    (span,) = collector.spans
    assert span.name == "chat gemini-2.5-flash"
    assert span.end_time_unix_nano > span.start_time_unix_nano
    assert collector.attributes() == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "gcp.gemini",
        "gen_ai.request.model": "gemini-2.5-flash",
        "gen_ai.request.max_tokens": 99,
        "gen_ai.request.temperature": 0.0,
        "gen_ai.output.type": "json",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 50,
        "colloquy.http_requests": 1,
        "colloquy.repaired": False,
    }
    (resource,) = collector.requests[0].resource_spans
    assert ("service.name", "colloquy") in [(one.key, _value(one.value)) for one in resource.resource.attributes]
    assert b"Arkwright" not in collector.raw[0]
    assert b"sk-secret" not in collector.raw[0]


async def test_what_was_said_is_there_where_the_installation_wants_it(collector, showing):
    fake = FakeStructured("openai:m", lambda *_: Form(quote=SAID))

    await TracedStructured(fake, showing).complete(REQUEST, key="sk-secret")
    showing.close()

    attributes = collector.attributes()
    assert json.loads(attributes["gen_ai.system_instructions"])[0]["content"] == "Judge the answer."
    assert json.loads(attributes["gen_ai.input.messages"])[0]["parts"][0]["content"] == f"<answer>{SAID}</answer>"
    said = json.loads(attributes["gen_ai.output.messages"])[0]
    assert json.loads(said["parts"][0]["content"]) == {"quote": SAID}
    assert b"sk-secret" not in collector.raw[0]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ModelRefused("quota", f"says {SAID}"), "quota"),
        (ModelMalformed(f"says {SAID}", spent=Spent(7, 8, 2)), "ModelMalformed"),
    ],
)
async def test_a_failure_is_told_by_its_kind_alone(collector, telemetry, failure, kind):
    fake = FakeStructured("openai:m", lambda *_: failure)

    with pytest.raises(type(failure)):
        await TracedStructured(fake, telemetry).complete(REQUEST, key=None)
    telemetry.close()

    assert collector.attributes()["error.type"] == kind
    assert collector.spans[0].status.code == 2
    assert b"Arkwright" not in collector.raw[0]
    if isinstance(failure, ModelMalformed):
        assert collector.attributes()["gen_ai.usage.output_tokens"] == 8


async def test_a_stream_is_a_span_until_it_is_over_or_left(collector, telemetry):
    chat = TracedChat(FakeChat(SAID), telemetry)
    request = ChatRequest("Ask.", SAID)

    assert "".join([piece async for piece in chat.stream(request)]) == SAID
    left = chat.stream(request)
    await anext(left)
    await left.aclose()
    telemetry.close()

    assert [span.status.code for span in collector.spans] == [0, 2]
    assert collector.attributes(0)["gen_ai.request.stream"] is True
    assert collector.attributes(1)["error.type"] == "cancelled"
    assert b"Arkwright" not in b"".join(collector.raw)


async def test_a_stream_shows_what_was_said_where_that_is_wanted(collector, showing):
    chat = TracedChat(FakeChat(SAID), showing)
    assert [piece async for piece in chat.stream(ChatRequest("Ask.", "Well?"))]
    showing.close()

    assert SAID in collector.attributes()["gen_ai.output.messages"]


@pytest.mark.parametrize("content", [False, True])
async def test_the_product_sends_spans_when_it_is_told_where(collector, empty_address, tmp_path, make_scope, content):
    async with VendorServer(lambda _: json.dumps({"quote": SAID})).running() as server:
        settings = Settings(
            data_dir=tmp_path,
            llm="compatible:any",
            llm_url=server.url("openai"),
            llm_key="sk-secret",
            otlp_endpoint=collector.address,
            otlp_content=content,
            _env_file=None,
        )
        async with running(settings, where=empty_address) as runtime:
            scope = await make_scope(runtime.database)
            inference = runtime.provided.get(Inference)
            await inference.ask(scope, Task.DRAFT, REQUEST, About())
            server.fault = lambda _: Fault.REFUSES
            with pytest.raises(NoAnswer):
                await inference.ask(scope, Task.DRAFT, REQUEST, About(), sample=1)

    first, second = collector.attributes(0), collector.attributes(1)
    assert first["gen_ai.usage.input_tokens"] == 120
    assert first["gen_ai.provider.name"] == "compatible"
    assert second["error.type"] == "content_filter"
    assert (b"Arkwright" in b"".join(collector.raw)) is content
    assert b"sk-secret" not in b"".join(collector.raw)


@pytest.fixture
def make_scope():
    from tests.factories.identity import make_organisation

    async def make(database):
        return (await make_organisation(database, "Northwind")).scope

    return make


async def test_a_collector_that_is_away_hurts_nobody():
    telemetry = OtlpTelemetry(f"http://127.0.0.1:{closed_port()}")
    fake = FakeStructured("openai:m", lambda *_: Form(quote=SAID))

    assert (await TracedStructured(fake, telemetry).complete(REQUEST, key=None)).output.quote == SAID
    telemetry.close()


def test_nothing_is_sent_or_imported_without_an_endpoint():
    assert isinstance(choices.telemetry(Settings(_env_file=None)), NoTelemetry)
    script = "import sys, colloquy.roles.runtime; raise SystemExit('opentelemetry.sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_an_endpoint_that_is_no_address_is_refused():
    with pytest.raises(ValueError, match="COLLOQUY_OTLP_ENDPOINT"):
        choices.telemetry(Settings(otlp_endpoint="collector:4318", _env_file=None))
