"""The benches' figures as rows of one table: what, ours, the bare limit, the ratio, the goal, whether it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A line. `met` is None for a figure that has no goal of its own."""

    what: str
    ours: str
    bare: str
    ratio: str
    goal: str
    met: bool | None

    @property
    def verdict(self) -> str:
        """How `met` is written."""
        return {True: "yes", False: "no", None: "–"}[self.met]


Figures = dict[str, Any]


def start(found: Figures) -> Iterator[Row]:
    """`everything`: ready, and at rest."""
    ours, bare = found["ready_seconds"], found["bare_seconds"]
    yield Row(
        "`everything` ready, second start",
        f"{ours} s",
        f"{bare} s (FastAPI, one route)",
        _ratio(ours / bare),
        "≤ 3 s",
        ours <= 3,
    )
    rss = found["rss_mib"]
    with_database = f"{rss} MiB ({found['with_database_mib']} with PostgreSQL)"
    yield Row("`everything` at rest", with_database, "–", "–", "≤ 350 MiB", found["with_database_mib"] <= 350)


def storage(found: Figures) -> Iterator[Row]:
    """The spool and the object store alone."""
    for name, what in (("upload", "Spool alone, encrypted"), ("asgi", "Spool behind uvicorn, one request")):
        figures = found[name]
        ours, bare = (f"{figures[key]['mib_per_s']} MiB/s" for key in ("spool", "bare"))
        yield Row(what, ours, bare, _ratio(figures["rate_ratio"]), "≥ 0.9×", figures["rate_ratio"] >= 0.9)
    figures = found["range_read"]
    ours, bare = (f"{figures[key]['cpu_us_per_mib']} µs CPU/MiB" for key in ("objects", "bare"))
    yield Row("Range read, 1 MiB, decrypted", ours, bare, _ratio(1 / figures["cpu_ratio"]), "–", None)


def tus(found: Figures) -> Iterator[Row]:
    """An upload through the web role."""
    ours, bare = found["ours"], found["bare"]
    what = f"Upload of {found['mebibytes']} MiB by tus, {found['piece_mib']} MiB pieces, encrypted and fsynced"
    rate = found["rate_ratio"]
    yield Row(what, f"{ours['mib_per_s']} MiB/s", f"{bare['mib_per_s']} MiB/s", _ratio(rate), "≥ 0.9×", rate >= 0.9)
    sealed = found.get("sealed")
    if sealed is not None:
        bare = f"{sealed['mib_per_s']} MiB/s (bare, encrypting)"
        yield Row(
            "The same, beside a loop that encrypts",
            f"{ours['mib_per_s']} MiB/s",
            bare,
            _ratio(found["sealed_ratio"]),
            "–",
            None,
        )
    if "tus_node" in found:
        ratio = found["tus_node_ratio"]
        node = f"{found['tus_node']['mib_per_s']} MiB/s (`@tus/server`, no fsync)"
        yield Row(
            "The same, beside the Node server", f"{ours['mib_per_s']} MiB/s", node, _ratio(ratio), "≥ 5×", ratio >= 5
        )
    ours, bare = found["ours"], found["bare"]
    spent = (f"{one['cpu_seconds_per_gib']} s CPU/GiB" for one in (ours, bare))
    yield Row("The same: the server's CPU", *spent, _ratio(found["cpu_ratio"]), "–", None)
    rss = found["rss_mib"]
    grown = rss["peak"] - rss["before"]
    memory = f"{rss['before']} → {rss['peak']} MiB"
    yield Row("The same: memory of the web role", memory, "–", "–", "flat (≤ 32 MiB)", grown <= 32)


def pipeline(found: Figures) -> Iterator[Row]:
    """From the last byte to the report."""
    seconds = found["recording"]["seconds"]
    ours = found["typed"]["from_last_byte_ms"]
    yield Row("Typed answer: to the report, no model", f"{ours} ms", "–", "–", "≤ 250 ms", ours <= 250)
    ours, bare = found["recorded"]["from_last_byte_ms"], found["recorded"]["bare_ms"]
    what = f"Recorded answer of {seconds} s: last byte to the report, no model"
    yield Row(what, f"{ours} ms", f"{bare} ms (ffmpeg to WAV)", _ratio(ours / bare), "≤ 250 ms", ours <= 250)
    if "spoken" in found:
        figures = found["spoken"]
        what = f"Spoken answer of {seconds} s with PocketSphinx"
        ours, bare = (f"{figures[key]} s" for key in ("ours_seconds", "bare_seconds"))
        yield Row(what, ours, f"{bare} (ffmpeg, recogniser)", _ratio(figures["ratio"]), "–", None)


def report_pdf(found: Figures) -> Iterator[Row]:
    """The report on paper."""
    ours, bare = (f"{found[key] / 1000:.1f} ms CPU" for key in ("ours_cpu_us", "reportlab_cpu_us"))
    ratio = found["ratio"]
    yield Row("Report of 4 pages as tagged PDF", ours, f"{bare} (ReportLab)", _ratio(ratio), "≤ 1.6×", ratio <= 1.6)


def reads(found: Figures) -> Iterator[Row]:
    """Reads of the API; each beside the driver and beside the ORM."""
    named = {
        "me": "`GET /api/me`",
        "sessions": f"Board of {found['sessions_on_board']}",
        "interviews": "Interviews, 12",
    }
    for read, what in named.items():
        figures = found[read]
        ours = f"{figures['ours']['cpu_us']} µs CPU"
        cpu, rate = figures["cpu_ratio_to_driver"], figures["rate_ratio_to_orm"]
        driver = f"{figures['driver']['cpu_us']} µs (FastAPI, psycopg)"
        goal, met = ("≤ 1.3×", cpu <= 1.3) if read == "me" else ("–", None)
        yield Row(what, ours, driver, _ratio(cpu), goal, met)
        per_second = (figures[name]["one_connection"]["per_second"] for name in ("ours", "orm"))
        ours, orm = (f"{number:.0f}/s" for number in per_second)
        goal, met = ("≥ 2.5×", rate >= 2.5) if read == "me" else ("–", None)
        yield Row(f"{what}: rate", ours, f"{orm} (FastAPI, ORM)", _ratio(rate), goal, met)


def chat(found: Figures) -> Iterator[Row]:
    """An interviewer's words on their way from a model to the candidate."""
    ours, splice = found["ours"], found["splice"]
    what = f"Chat relay, {found['streams']} streams at {found['per_second']} pieces/s, authenticated, guarded, stored"
    further, bare = (one["cpu_us_per_further_token"] for one in (ours, splice))
    ratio = further / bare
    yield Row(f"{what}: a piece", f"{further} µs CPU", f"{bare} (byte splice)", _ratio(ratio), "≤ 4×", ratio <= 4)
    yield Row("The same: a turn besides its pieces", f"{ours['turn_ms']} ms CPU", "–", "–", "–", None)
    whole = f"The same: all of a turn of {found['pieces']} pieces"
    spent = ours["cpu_us_per_token"]
    yield Row(whole, f"{spent} µs/piece", f"{splice['cpu_us_per_token']}", _ratio(ours["ratio_to_splice"]), "–", None)
    streams = ours["streams_per_core"]
    yield Row(
        "The same: live streams a core", f"{streams}", f"{splice['streams_per_core']}", "–", "≥ 400", streams >= 400
    )
    for name, called in (
        ("adapter", "Our reading of the stream alone"),
        ("sdk", "OpenAI's library"),
        ("litellm", "LiteLLM"),
    ):
        if name in found:
            theirs = found[name]["cpu_us_per_token"]
            times = theirs / spent
            goal, met = ("≥ 6×", times >= 6) if name == "litellm" else ("–", None)
            yield Row(
                f"{called}, a bare relay, beside ours", f"{spent} µs/piece", f"{theirs}", _ratio(times), goal, met
            )
    added = found["first_token_ms"]["ours"]
    met = added["p50"] <= 1.5 and added["p95"] <= 5
    shown = f"+{added['p50']} ms p50, +{added['p95']} p95"
    bare_added = found["first_token_ms"]["splice"]
    yield Row("First piece, from sending the message", shown, f"+{bare_added['p50']}", "–", "≤ 1.5 and ≤ 5 ms", met)


def _ratio(value: float) -> str:
    return f"{value:.2f}×"


ROWS: dict[str, Callable[[Figures], Iterator[Row]]] = {
    "start": start,
    "storage": storage,
    "tus": tus,
    "pipeline": pipeline,
    "report_pdf": report_pdf,
    "reads": reads,
    "chat": chat,
}
"""By the bench's name; benches run in this order."""


def markdown(name: str, rows: list[Row], command: str) -> list[str]:
    """The rows as lines of a Markdown table with a column for the command."""
    return [
        f"| {row.what} | {row.ours} | {row.bare} | {row.ratio} | {row.goal} | {row.verdict} | `{command} {name}` |"
        for row in rows
    ]


HEAD = "| What | Ours | Bare limit | Ratio | Goal | Met | Command |\n|---|---|---|---|---|---|---|"
