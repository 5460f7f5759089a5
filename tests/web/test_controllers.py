"""Each controller against a small page: what a person presses, and what is then there."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from browsing import until
from galleries import fragment
from playwright.async_api import Page, expect
from room_peer import Peer

from colloquy.web.templating import iso

pytestmark = pytest.mark.browser


@pytest.fixture
def show(page: Page, serve):
    """Opens a page with this body and waits until its controllers are there."""

    async def opened(body: str, peer: Peer | None = None, layout: str = "layouts/public.html", **pages: str) -> Page:
        extra = {f"/{name}": fragment(html) for name, html in pages.items()}
        await page.goto(serve(peer, {"/page": fragment(body, layout), **extra}) + "/page")
        await expect(page.locator("[data-controller]:not([data-mounted])")).to_have_count(0)
        return page

    return opened


async def test_the_choice_of_colours_is_remembered_and_does_not_flash(show) -> None:
    page = await show("")
    paper = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
    light = await page.evaluate(paper)
    await page.get_by_role("button", name="Dark").click()
    assert await page.evaluate(paper) != light
    # Before any module has run: the early script alone has set it.
    await page.route("**/main.js", lambda route: route.abort())
    await page.reload()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    await page.unroute("**/main.js")
    await page.reload()
    await expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="System").click()
    assert await page.evaluate(paper) == light


async def test_copy_copies_and_says_so(show, context) -> None:
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await show('{{ ui.copy_field("Public link", "https://example.org/i/1") }}')
    await page.get_by_role("button", name="Copy").click()
    await expect(page.locator("#toasts .toast")).to_contain_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "https://example.org/i/1"


async def test_a_dialog_opens_closes_and_gives_the_focus_back(show) -> None:
    page = await show(
        '{{ ui.dialog_button("Close interview", "d") }}{% call ui.dialog("d", "Sure") %}<p>x</p>{% endcall %}'
    )
    button = page.get_by_role("button", name="Close interview")
    await button.click()
    await expect(page.get_by_role("dialog", name="Sure")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await button.click()
    await page.mouse.click(3, 3)
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_menu_is_walked_with_arrows_and_closed_with_escape(show) -> None:
    page = await show(
        '{% call ui.menu("More") %}{{ ui.menu_item("One", "#1") }}{{ ui.menu_item("Two", "#2") }}{% endcall %}'
    )
    await page.locator("summary").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="One")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="Two")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="One")).to_be_hidden()
    await expect(page.locator("summary")).to_be_focused()
    await page.locator("summary").click()
    await page.get_by_role("heading").click()
    await expect(page.get_by_role("link", name="One")).to_be_hidden()


async def test_a_menu_at_the_left_opens_to_the_right(show) -> None:
    page = await show(
        '<div class="cluster">{% call ui.menu("M") %}{{ ui.menu_item("What it does", "#1") }}{% endcall %}</div>'
    )
    await page.set_viewport_size({"width": 320, "height": 600})
    await page.get_by_text("M", exact=True).click()
    box = await page.locator(".menu-list").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 320


async def test_autosave_saves_after_a_pause_and_again_when_it_failed(show) -> None:
    peer = Peer([], down=True)
    page = await show('{{ forms.textarea("Note", "note", autosave="/echo", maxlength=20) }}', peer)
    await page.get_by_label("Note").fill("Good answer")
    await expect(page.get_by_text("Not saved yet. Trying again…")).to_be_visible()
    await expect(page.get_by_text("11 of 20")).to_be_visible()
    peer.down = False
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=10_000)
    assert [json.loads(body) for body in peer.echoed] == [{"note": "Good answer"}] * 2
    assert peer.unsigned == []


SORTABLE = """{% call ui.sortable("/echo", csrf_token, "Questions") %}{% for id in "abc" %}
{% call ui.sortable_item(id, "question " ~ id) %}<span>{{ id }}</span>{% endcall %}{% endfor %}{% endcall %}"""


async def order(page: Page) -> str:
    return "".join(await page.locator(".sortable-item").evaluate_all("items => items.map((item) => item.dataset.id)"))


async def test_items_move_by_keyboard_and_keep_the_focus(show) -> None:
    peer = Peer([])
    page = await show(SORTABLE, peer, "layouts/app.html")
    handle = page.get_by_role("button", name="Move question c")
    await handle.focus()
    await page.keyboard.press("ArrowUp")
    await expect(handle).to_be_focused()
    assert await order(page) == "acb"
    await page.keyboard.press("ArrowUp")
    await until(lambda: len(peer.echoed) == 2)
    assert json.loads(peer.echoed[-1]) == {"order": ["c", "a", "b"]}
    await expect(page.locator(".toast").last).to_have_text("Moved to 1 of 3.")


async def test_items_move_by_drag(show) -> None:
    peer = Peer([])
    page = await show(SORTABLE, peer, "layouts/app.html")
    await page.get_by_role("button", name="Move question a").hover()
    await page.mouse.down()
    last = await page.locator(".sortable-item").last.bounding_box()
    await page.mouse.move(last["x"] + 20, last["y"] + last["height"] + 10, steps=8)
    await page.mouse.up()
    await until(lambda: peer.echoed)
    assert await order(page) == "bca"
    assert json.loads(peer.echoed[0]) == {"order": ["b", "c", "a"]}


async def test_an_order_that_was_not_saved_comes_back(show) -> None:
    page = await show(SORTABLE, Peer([], down=True), "layouts/app.html")
    await page.get_by_role("button", name="Move question c").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".toast").last).to_contain_text("The order was not saved.")
    assert await order(page) == "abc"


async def test_what_cannot_be_undone_waits_for_its_name(show) -> None:
    page = await show('{{ forms.confirm_typed("/echo", csrf_token, "Backend engineer", "Delete", "For ever.") }}')
    await expect(page.get_by_role("button", name="Delete")).to_be_disabled()
    await page.get_by_label("Type Backend engineer to go on").fill("Backend engineer")
    await expect(page.get_by_role("button", name="Delete")).to_be_enabled()


async def test_times_are_told_as_people_tell_them(show, page: Page) -> None:
    moment = iso(datetime.now(UTC) - timedelta(hours=3, minutes=5))
    page = await show(f'<time datetime="{moment}" data-controller="time-ago">?</time>')
    await expect(page.locator("time")).to_have_text("3 hours ago")
    assert str(datetime.now(UTC).year)[:2] in (await page.locator("time").get_attribute("title") or "")


async def test_question_mark_shows_the_shortcuts_but_not_while_writing(show) -> None:
    page = await show('<input type="search" class="input" aria-label="Search">', layout="layouts/app.html")
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("?")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_role("searchbox")).to_have_value("?")
    await page.get_by_role("heading", name="A page").click()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


async def test_a_password_can_be_seen_and_is_hidden_when_sent(show) -> None:
    page = await show(
        '{% call forms.form("#x", csrf_token, method="get") %}{{ forms.password("Password", "p") }}'
        '{{ forms.submit("Go") }}{% endcall %}'
    )
    field = page.get_by_label("Password")
    await page.get_by_role("button", name="Show").click()
    await expect(field).to_have_attribute("type", "text")
    await page.evaluate("document.querySelector('form').addEventListener('submit', (event) => event.preventDefault())")
    await page.get_by_role("button", name="Go").click()
    await expect(field).to_have_attribute("type", "password")


async def test_a_form_is_sent_once(show) -> None:
    peer = Peer([])
    page = await show('{{ ui.post_button("Publish", "/slow", csrf_token) }}', peer)
    sent: list[str] = []

    async def hold(route) -> None:
        sent.append(route.request.method)
        await asyncio.sleep(0.4)
        await route.fulfill(status=204)

    await page.route("**/slow", hold)
    button = page.get_by_role("button", name="Publish")
    await button.dblclick()
    await expect(button).to_have_attribute("aria-busy", "true")
    await page.wait_for_timeout(700)
    assert sent == ["POST"]


async def test_a_filter_applies_itself_and_leaves_empty_fields_out_of_the_address(show) -> None:
    page = await show(
        '<form data-controller="autosubmit-filter" action="/page"><input type="search" name="q" aria-label="Name">'
        '<select name="state" aria-label="State"><option value="">All</option><option>scored</option></select></form>'
    )
    await page.get_by_label("State").select_option("scored")
    await page.wait_for_url("**/page?state=scored")
    await page.get_by_label("Name").fill("ada")
    await page.wait_for_url("**/page?q=ada")


async def test_a_row_opens_where_it_leads(show) -> None:
    page = await show(
        '{% call ui.table("T", [{"text": "Name"}, {"text": "State"}]) %}'
        '<tr data-href="#one"><th scope="row"><a href="#one">One</a></th><td>a</td></tr>'
        '<tr data-href="#two"><th scope="row"><a href="#two">Two</a></th><td>b</td></tr>{% endcall %}'
    )
    await page.get_by_role("cell", name="b").click()
    await page.wait_for_url("**#two")
    await page.get_by_role("link", name="One").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="Two")).to_be_focused()


async def test_a_scale_shows_what_its_level_sounds_like(show) -> None:
    page = await show('{{ forms.level_scale("Level", "l", none, {3: "Finds the cause."}) }}')
    await page.get_by_label("Level 3 of 5").check()
    await expect(page.locator(".level-anchor")).to_have_text("Finds the cause.")


async def test_a_message_can_be_closed_and_one_with_undo_stays(show) -> None:
    page = await show('{{ ui.toast("Saved.") }}{{ ui.toast("Deleted.", undo_action="/undo", csrf_token=csrf_token) }}')
    await page.locator(".toast", has_text="Saved.").get_by_role("button", name="Close").click()
    await expect(page.get_by_text("Saved.")).to_have_count(0)
    await page.wait_for_timeout(6500)
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()


async def test_a_live_part_renews_itself_until_the_server_ends_it(show) -> None:
    peer = Peer([])
    page = await show(
        '{% call ui.live("/live", 1) %}<details class="menu"><summary>Old</summary></details>{% endcall %}', peer,
        "layouts/app.html", **{"live-part": "<p>Ready</p>"},
    )  # fmt: skip
    await page.locator("main summary").click()
    await page.wait_for_timeout(2500)
    assert peer.renewed == 0, "a part must not change under the hand"
    await page.locator("main summary").click()
    await page.get_by_role("heading", name="A page").click()
    await expect(page.get_by_text("Ready")).to_be_visible()
    renewed = peer.renewed
    await page.wait_for_timeout(1500)
    assert peer.renewed == renewed
