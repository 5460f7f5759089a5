"""Lists that grow in a form: by hand, by keyboard, and with a choice among their rows that follows them."""

from __future__ import annotations

import pytest
from galleries import fragment
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser

ROW = """
<li data-id="{id}"><input type="hidden" name="option_id" value="{id}"><input name="option_text" value="{text}">
  <button data-row="up" aria-label="Up">u</button><button data-row="down" aria-label="Down">d</button>
  <button data-row="remove" aria-label="Remove">r</button></li>"""
FORM = f"""
<form action="/sent" method="get">
  <fieldset data-controller="rows" data-most="4" data-label="Option {{n}}">
    <ol data-part="rows">{ROW.format(id="a", text="Yes")}{ROW.format(id="b", text="No")}</ol>
    <template data-part="row">{ROW.format(id="", text="")}</template>
    <button data-row="add">Add</button>
  </fieldset>
  <div data-controller="option-names" data-unnamed="option {{n}}"
    data-tests='[["is", "“{{value}}”"], ["is_not", "not “{{value}}”"]]'>
    <label>Ends<select name="ends"><option value="">Never</option>
      <option value="is:a">“Yes”</option><option value="is:b" selected>“No”</option></select></label></div>
  <button>Save</button>
</form>"""


@pytest.fixture
async def form(page: Page, serve) -> Page:
    await page.goto(serve(None, {"/page": fragment(FORM, "layouts/public.html")}) + "/page")
    await expect(page.locator("[data-controller]:not([data-mounted])")).to_have_count(0)
    return page


async def texts(page: Page) -> list[str]:
    return await page.locator("ol [name=option_text]").evaluate_all("(inputs) => inputs.map((one) => one.value)")


async def test_rows_are_added_written_and_named(form) -> None:
    await form.get_by_role("button", name="Add").click()
    await expect(form.get_by_role("textbox", name="Option 3")).to_be_focused()
    await form.keyboard.type("Soon")
    assert await texts(form) == ["Yes", "No", "Soon"]
    ids = await form.locator("ol [name=option_id]").evaluate_all("(inputs) => inputs.map((one) => one.value)")
    assert len({*ids}) == 3
    assert ids[2]

    await form.keyboard.press("Enter")
    await expect(form.get_by_role("textbox", name="Option 4")).to_be_focused()
    # Four are the most: the button says so, and Enter adds none.
    await expect(form.get_by_role("button", name="Add")).to_be_disabled()
    await form.keyboard.press("Enter")
    assert len(await texts(form)) == 4
    assert form.url.endswith("/page")


async def test_rows_move_and_keep_the_focus_for_the_next_press(form) -> None:
    down = form.get_by_role("button", name="Down").first
    await down.focus()
    await form.keyboard.press("Enter")

    assert await texts(form) == ["No", "Yes"]
    await expect(form.get_by_role("textbox", name="Option 2")).to_have_value("Yes")
    assert await form.evaluate("document.activeElement.closest('li').dataset.id") == "a"
    await expect(form.locator("#toasts .toast")).to_contain_text("Moved to 2 of 2.")


async def test_the_last_row_that_goes_leaves_an_empty_one(form) -> None:
    await form.get_by_role("button", name="Remove").first.click()
    await expect(form.get_by_role("textbox", name="Option 1")).to_be_focused()
    await form.get_by_role("button", name="Remove").click()

    assert await texts(form) == [""]
    assert await form.locator("ol [name=option_id]").input_value() not in {"", "a", "b"}


async def test_a_choice_among_the_rows_follows_them(form) -> None:
    ends = form.get_by_label("Ends")
    await form.get_by_role("textbox", name="Option 2").fill("Never ever")
    await expect(ends.locator("option:checked")).to_have_text("“Never ever”")
    await form.get_by_role("button", name="Add").click()
    await expect(ends.locator("option")).to_have_count(7)
    await expect(ends.locator("option").last).to_have_text("not “option 3”")

    await form.get_by_role("button", name="Remove").nth(1).click()
    await expect(ends).to_have_value("")
    await expect(ends.locator("option")).to_have_count(5)
