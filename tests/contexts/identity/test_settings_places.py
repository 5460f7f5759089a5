"""Whoever may set one thing finds it under "Settings", and nothing that they may not open."""

import re

import pytest

from colloquy.contexts.identity.policy.navigation import navigation
from colloquy.contexts.identity.policy.roles import CustomRole
from colloquy.contexts.identity.policy.settings_places import OPEN_SETTINGS, SETTINGS
from colloquy.contexts.identity.public import Actor, Permission, Role
from colloquy.contexts.identity.queries import roles, teams
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id

PLACES = [place for section in SETTINGS for place in section.places]
# The whole team may read what roles and rules there are; their cards are for those who may change them.
READ_BY_ALL = {"/settings/roles", "/settings/jurisdictions"}
OPENING = sorted(OPEN_SETTINGS)


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def browser_with(database, make_member, browser_client, organisation):
    """`await browser_with(Permission.X)`: of somebody who may do these things alone."""

    async def make(*permissions):
        member = await make_member(organisation, Role.REVIEWER)
        role = CustomRole(new_id(), "Office", frozenset(permissions))
        async with database.begin(organisation.scope) as db:
            assert await roles.put(db, organisation.scope, role)
            await teams.set_role(db, organisation.scope, member.person_id, role)
        return await browser_client(member)

    return make


def _cards(page):
    return re.findall(r'class="place"><a href="([^"]+)"', page.text)


@pytest.mark.parametrize("permission", OPENING)
async def test_one_permission_shows_its_cards_and_each_opens(browser_with, permission):
    browser = await browser_with(permission)
    page = await browser.page("/settings")

    assert page.status_code == 200
    assert _cards(page) == [place.href for place in PLACES if place.permission is permission]
    assert ('name="contact_email"' in page.text) is (permission is Permission.ORG_MANAGE)
    assert 'href="/settings" aria-current="page"' in page.text
    for href in _cards(page):
        opened = await browser.page(href)
        assert opened.status_code == 200, href
    for place in PLACES:
        if place.permission is not permission and place.href not in READ_BY_ALL:
            assert (await browser.page(place.href)).status_code == 403, place.href


async def test_without_any_there_are_no_settings(browser_with):
    others = [one for one in Permission if one not in OPEN_SETTINGS]
    browser = await browser_with(*others)
    assert (await browser.page("/settings")).status_code == 403
    assert "settings" not in [item["key"] for item in navigation(_actor(others))]


async def test_a_card_does_not_let_anybody_change_the_organisation(browser_with):
    browser = await browser_with(Permission.WEBHOOKS_MANAGE)
    given = {"name": "Mine", "accent": "#123456", "language": "en"}
    assert (await browser.submit("/settings", given)).status_code == 403
    assert (await browser.submit("/settings/logo/remove")).status_code == 403


async def test_owners_find_everything(browser_client, organisation):
    browser = await browser_client(organisation, Role.OWNER)
    assert _cards(await browser.page("/settings")) == [place.href for place in PLACES]


def _actor(permissions):
    return Actor(
        new_id(), "O", "o@example.org", CustomRole(new_id(), "Office", frozenset(permissions)), Scope(new_id())
    )
