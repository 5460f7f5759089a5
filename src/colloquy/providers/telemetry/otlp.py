"""Spans to any OpenTelemetry collector, by OTLP over HTTP. Imported only where an endpoint is set.

Headers, certificates and compression are taken from OpenTelemetry's own variables (OTEL_EXPORTER_OTLP_HEADERS, …).
Spans are sent from a thread of their own, in batches; a collector that is away costs spans and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as TheirSpan
from opentelemetry.trace import SpanKind, Status, StatusCode

from colloquy.kit.telemetry import Span, Value

_PATH: Final = "/v1/traces"
_SECONDS: Final = 5.0
"""For one batch, its repetitions included."""
_EVERY_MILLISECONDS: Final = 2000


class OtlpTelemetry:
    """Spans to `endpoint`, a collector's base address or the full one of its traces. See `Telemetry`."""

    def __init__(self, endpoint: str, *, content: bool = False) -> None:
        self.content = content
        endpoint = endpoint.rstrip("/")
        address = endpoint if endpoint.endswith(_PATH) else endpoint + _PATH
        resource = Resource.create({"service.name": "colloquy", "service.version": version("colloquy")})
        # Not registered globally: libraries that look for a global tracer would add spans of their own, with texts.
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=address, timeout=_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_EVERY_MILLISECONDS))
        self._tracer = self._provider.get_tracer("colloquy")

    def begin(self, name: str, attributes: Mapping[str, Value | None]) -> tuple[Span, Callable[[], None]]:
        """See `Telemetry`."""
        theirs = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=_given(attributes))
        return _Ours(theirs), theirs.end

    def close(self) -> None:
        """See `Telemetry`."""
        self._provider.shutdown()


class _Ours:
    def __init__(self, theirs: TheirSpan) -> None:
        self._theirs = theirs

    def set(self, attributes: Mapping[str, Value | None]) -> None:
        self._theirs.set_attributes(_given(attributes))

    def fail(self, kind: str) -> None:
        self._theirs.set_attribute("error.type", kind)
        self._theirs.set_status(Status(StatusCode.ERROR))


def _given(attributes: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in attributes.items() if value is not None}
