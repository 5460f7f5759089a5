"""Files as answers, and files instead of recordings."""

from __future__ import annotations

import asyncio
import os
from hashlib import sha256
from pathlib import Path

import pytest
from browsing import until, violations
from playwright.async_api import Page, expect
from room_peer import Peer, question
from room_steps import state

pytestmark = pytest.mark.browser

CONTENT = b"%PDF-1.7\n" + os.urandom(3_000_000)
SAMPLE = Path(__file__).parents[2] / "samples" / "weak" / "answer-1.webm"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "My résumé.pdf"
    path.write_bytes(CONTENT)
    return path


async def choose(page: Page, path: Path) -> None:
    await page.locator("#file").set_input_files(path)


async def test_a_file_is_sent_and_used(page: Page, serve, document: Path) -> None:
    peer = Peer([question("Your résumé, please.", "file")])
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_text("up to 50 MB")).to_be_visible()
    assert await violations(page) == ""
    await choose(page, document)
    await expect(page.get_by_text("My résumé.pdf")).to_be_visible()
    await expect(page.get_by_role("button", name="Send answer")).to_be_focused()
    assert await violations(page) == ""
    await page.get_by_role("button", name="Send answer").click()
    await state(page, "complete")
    [take] = peer.takes
    assert peer.answers == {0: take.id}
    assert sha256(take.data).digest() == sha256(CONTENT).digest()
    assert take.patches > 1
    assert take.wanted["file_name"] == "My résumé.pdf"
    assert take.wanted["length"] == len(CONTENT)
    assert (take.wanted["kind"], take.wanted["source"]) == ("file", "upload")


async def test_a_file_is_dropped(page: Page, serve) -> None:
    peer = Peer([question("Drop it.", "file")])
    await page.goto(serve(peer) + "/room")
    await state(page, "file")
    await page.locator(".drop").evaluate(
        """(zone) => {
          const data = new DataTransfer();
          data.items.add(new File(["name,score"], "table.csv", { type: "text/csv" }));
          zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(page.get_by_text("table.csv")).to_be_visible()
    await until(lambda: peer.takes and peer.takes[0].seconds is not None)
    assert bytes(peer.takes[0].data) == b"name,score"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("tool.exe", b"MZ", "Files of this kind are not taken."), ("empty.pdf", b"", "This file is empty.")],
)
async def test_what_is_not_taken_is_said_before_a_byte_is_sent(
    page: Page, serve, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    peer = Peer([question("A file.", "file")])
    (tmp_path / name).write_bytes(content)
    await page.goto(serve(peer) + "/room")
    await state(page, "file")
    await choose(page, tmp_path / name)
    await expect(page.get_by_role("alert")).to_contain_text(said)
    assert await violations(page) == ""
    assert peer.takes == []


async def test_another_file_can_be_taken(page: Page, serve, document: Path, tmp_path: Path) -> None:
    peer = Peer([question("A file.", "file")])
    other = tmp_path / "other.txt"
    other.write_text("This one.")
    await page.goto(serve(peer) + "/room")
    await state(page, "file")
    await choose(page, document)
    await page.get_by_role("button", name="Take another file").click()
    await until(lambda: peer.takes[0].deleted)
    await choose(page, other)
    await page.get_by_role("button", name="Send answer").click()
    await state(page, "complete")
    assert peer.answers == {0: "take-2"}
    assert bytes(peer.takes[1].data) == b"This one."


# Emptied rather than deleted: a deletion waits for the page's own connection, and is given up with the page.
FORGET = """() => new Promise((done, failed) => {
  const opening = indexedDB.open("colloquy-room");
  opening.onerror = failed;
  opening.onsuccess = () => {
    const names = [...opening.result.objectStoreNames];
    const clearing = opening.result.transaction(names, "readwrite");
    for (const name of names) clearing.objectStore(name).clear();
    clearing.onerror = failed;
    clearing.oncomplete = () => { opening.result.close(); done(); };
  };
})"""


@pytest.mark.parametrize("kept", [True, False], ids=["kept by the browser", "chosen again"])
async def test_an_upload_goes_on_after_a_reload(page: Page, serve, document: Path, kept: bool) -> None:
    peer = Peer([question("A file.", "file")], down_after=1)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.goto(serve(peer) + "/room")
    await state(page, "file")
    await choose(page, document)
    await until(lambda: peer.down)
    assert 0 < len(peer.takes[0].data) < len(CONTENT)
    if not kept:
        await page.evaluate(FORGET)
    await page.reload()
    peer.down_after, peer.down = None, False
    if not kept:
        await expect(page.get_by_role("alert")).to_contain_text("Choose the same file again")
        await choose(page, document)
    await page.get_by_role("button", name="Send answer").click(timeout=20_000)
    await state(page, "complete")
    assert len(peer.takes) == 1
    assert sha256(peer.takes[0].data).digest() == sha256(CONTENT).digest()


async def test_a_server_that_is_still_starting_does_not_hide_an_upload_that_was_cut_short(
    page: Page, serve, document: Path
) -> None:
    peer = Peer([question("A file.", "file")], down_after=1)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.goto(serve(peer) + "/room")
    await state(page, "file")
    await choose(page, document)
    await until(lambda: peer.down)
    await page.evaluate(FORGET)
    async with page.expect_response(lambda answered: answered.request.method == "HEAD") as refused:
        await page.reload()
    assert (await refused.value).status == 503
    peer.down_after, peer.down = None, False
    await expect(page.get_by_role("alert")).to_contain_text("Choose the same file again")
    assert len(peer.takes) == 1


async def test_a_recording_made_elsewhere_is_uploaded_where_it_is_allowed(page: Page, serve) -> None:
    peer = Peer([question("Show us.", upload_allowed=True)])
    await page.goto(serve(peer) + "/room")
    await state(page, "ready")
    await page.get_by_role("button", name="Upload a file instead").click()
    await state(page, "file")
    await choose(page, SAMPLE)
    await expect(page.get_by_label("Your recording", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Send answer").click()
    await state(page, "complete")
    [take] = peer.takes
    assert bytes(take.data) == SAMPLE.read_bytes()
    assert (take.wanted["kind"], take.wanted["source"], take.mime_type) == ("video", "upload", "video/webm")


async def test_uploading_is_not_offered_where_it_is_not_allowed(page: Page, serve) -> None:
    await page.goto(serve(Peer([question("Here, please.")])) + "/room")
    await state(page, "ready")
    await expect(page.get_by_role("button", name="Upload a file instead")).to_be_hidden()
