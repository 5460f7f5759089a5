"""What scripts say: the page's messages, the right plural form, numbers as the language writes them."""

from __future__ import annotations

import pytest

from colloquy.kit import i18n
from colloquy.web.assets import static_url
from colloquy.web.i18n import LOCALES
from colloquy.web.templating import build_environment

pytestmark = pytest.mark.browser

SAY = """async (address) => {
  const { gettext, ngettext } = await import(address);
  return [
    gettext("Saved"),
    gettext("Moved to %(place)s of %(number)s.", { place: 2, number: 5 }),
    gettext("Nobody has %(translated)s this.", { translated: "said" }),
    gettext("constructor"),
    ...[1, 2, 5, 21, 1.5, 1000].map((number) => ngettext("%(num)s option", "%(num)s options", number)),
    ...[1, 3, 11].map((takes) =>
      ngettext("You may record %(num)s more take.", "You may record %(num)s more takes.", takes)),
  ];
}"""


def page_in(language: str) -> str:
    i18n.use_catalogues(LOCALES)
    environment = build_environment()
    with i18n.using_language(language):
        return environment.from_string('{% extends "layouts/public.html" %}').render()


async def test_scripts_speak_the_language_of_the_page(page, serve):
    address = serve(pages={"/ru": page_in("ru"), "/en": page_in("en")})
    module = address + static_url("js/i18n.js")

    await page.goto(f"{address}/en")
    assert await page.evaluate(SAY, module) == [
        "Saved",
        "Moved to 2 of 5.",
        "Nobody has said this.",
        "constructor",
        *("1 option", "2 options", "5 options", "21 options", "1.5 options", "1,000 options"),
        *("You may record 1 more take.", "You may record 3 more takes.", "You may record 11 more takes."),
    ]

    await page.goto(f"{address}/ru")
    said = await page.evaluate(SAY, module)
    assert said == [
        "Сохранено",
        "Теперь на месте 2 из 5.",
        "Nobody has said this.",
        "constructor",
        # Not a message of scripts, so the page does not carry it: English, with Russian numbers.
        *("1 option", "2 options", "5 options", "21 options", "1,5 options", "1\xa0000 options"),
        *("Можно записать ещё 1 попытку.", "Можно записать ещё 3 попытки.", "Можно записать ещё 11 попыток."),
    ]
