"""Looks at what is shown: in a browser, in a table, in letters. Each returns what is wrong, in words."""

from __future__ import annotations

import csv
import email
import email.policy
import io
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Page, async_playwright
from tests.attack.awkward import ELSEWHERE
from tests.browser import chromium as browsers

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_RUNNING = ("javascript:", "data:", "vbscript:", ELSEWHERE)
_ADDRESSES = "all => all.map(one => one.href || one.action).filter(one => typeof one === 'string')"
_IN_LETTERS = frozenset({"script", "iframe", "base", "svg", "math", "object", "embed", "form", "link", "template"})
"""Elements that no letter of ours has."""


class Chromium:
    """A browser that notes scripts of others that ran, dialogs, requests elsewhere and breaches of the policy.

    `ran` holds the pages where a script of others ran, `wrong` everything.
    """

    def __init__(self, served: str, *, policy: bool = True) -> None:
        self.served = served
        self.policy = policy
        self.wrong: list[str] = []
        self.ran: list[str] = []
        self.opened = 0
        self.elsewhere: list[str] = []
        self._page: Page | None = None

    async def __aenter__(self) -> Self:
        self._playwright = await async_playwright().start()
        self._browser = await browsers.launch(self._playwright)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._browser.close()
        await self._playwright.stop()

    async def be(self, cookies: httpx.Cookies) -> None:
        """From now on whoever has these cookies."""
        if self._page is not None:
            await self._page.context.close()
        context = await self._browser.new_context(reduced_motion="reduce", bypass_csp=not self.policy)
        await context.add_cookies([{"name": n, "value": v, "url": self.served} for n, v in cookies.items()])
        self._page = page = await context.new_page()
        page.on("dialog", lambda dialog: self._note_run(f"a dialog, {dialog.message}"))
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("console", lambda said: self._note(said.text) if "olicy" in said.text else None)
        page.on("request", lambda asked: None if self._ours(asked.url) else self._note(f"asks for {asked.url}"))

    def _ours(self, address: str) -> bool:
        return address.startswith((self.served, "data:", "blob:"))

    def _note(self, what: str) -> None:
        self.wrong.append(f"{self._page.url if self._page else ''}: {what}"[:400])

    def _note_run(self, what: str) -> None:
        self.ran.append(self._page.url if self._page else "")
        self._note(what)

    async def open(self, name: str, path: str) -> None:
        """Opens the page of the product and looks at it."""
        assert self._page is not None
        try:
            answer = await self._page.goto(self.served + path, wait_until="load")
        except Exception as error:
            if "Download" in str(error) or "ERR_ABORTED" in str(error):
                return
            raise
        self.opened += 1
        if urlsplit(self._page.url).path.startswith("/sign-in") and not path.startswith(("/sign-in", "/set-up")):
            self.elsewhere.append(name)
        if answer is not None and answer.status >= 500:
            self.wrong.append(f"{name}: {answer.status}")
        await self._look(name)

    async def show(self, name: str, path: str, answer: httpx.Response) -> None:
        """Looks at an answer that a form got, at the address of the product that gave it."""
        assert self._page is not None
        address = f"{self.served}{path.partition('?')[0]}"
        headers = {n: v for n, v in answer.headers.items() if n not in {"content-length", "set-cookie"}}

        async def give(route: Any) -> None:
            await route.fulfill(status=answer.status_code, headers=headers, body=answer.content)

        await self._page.route(address, give)
        try:
            await self._page.goto(address, wait_until="load")
            self.opened += 1
            await self._look(name)
        finally:
            await self._page.unroute(address, give)

    async def _look(self, name: str) -> None:
        assert self._page is not None
        if await self._page.evaluate("() => window.__xss"):
            self.ran.append(name)
            self.wrong.append(f"{name}: a string ran")
        led = await self._page.eval_on_selector_all("a[href], form[action]", _ADDRESSES)
        self.wrong.extend(f"{name}: leads to {one}" for one in led if one.lower().startswith(_RUNNING))


def formulas(table: str) -> list[str]:
    """Cells of a CSV that a spreadsheet would calculate."""
    rows = csv.reader(io.StringIO(table.lstrip("\ufeff")))
    return [cell for row in rows for cell in row if cell.startswith(_FORMULAS) and not _number(cell)]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def letters_in(folder: Path) -> Iterator[EmailMessage]:
    """All letters that lie there, as a mail program reads them."""
    for one in sorted(folder.rglob("*.eml")):
        yield email.message_from_bytes(one.read_bytes(), policy=email.policy.default)


class _Acts(HTMLParser):
    """What would do something in a letter, or call elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        leads = [value or "" for name, value in attrs if name in {"href", "src", "action", "background"}]
        acts = [name for name, _ in attrs if name.startswith("on") or name == "http-equiv"]
        if tag in _IN_LETTERS or acts or any(one.strip().lower().startswith(_RUNNING) for one in leads):
            self.found.append(f"{tag} {attrs}"[:200])


def in_letters(letters: Iterable[EmailMessage]) -> list[str]:
    """Headers that others wrote, recipients of others, and what would do something in the HTML."""
    wrong = []
    for letter in letters:
        wrong += [f"{name}: {letter[name]}" for name in ("bcc", "x-injected") if letter[name] is not None]
        if len(letter.get_all("subject", [])) != 1 or len(letter.get_all("to", [])) != 1:
            wrong.append(f"headers twice: {letter.items()}")
        if "attack.invalid" in str(letter["to"]).rpartition("@")[2]:
            wrong.append(f"to {letter['to']}")
        html = letter.get_body(("html",))
        if html is not None:
            acts = _Acts()
            acts.feed(html.get_content())
            wrong += acts.found
    return wrong
