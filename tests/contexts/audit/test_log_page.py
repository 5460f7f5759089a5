"""The audit log as people see it: the page, the API, both exports, the check."""

import csv
import io
import json

import pytest
from sqlalchemy import text

from colloquy.contexts.audit.public import check_file, signed_by_us
from colloquy.contexts.identity.public import Permission, Role
from colloquy.kit import audit
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id


@pytest.fixture
def happened(database):
    """`await happened(organisation, "settings", person)`: an entry."""

    async def note(organisation, action, person=None, *, subject=None, details=None, kind="person"):
        async with database.begin(organisation.scope) as db:
            audit.note(
                db,
                organisation.scope,
                action,
                actor=(kind, person or organisation.owner.person_id),
                subject=subject,
                details=details,
            )

    return note


async def test_the_newest_is_first_and_pages_follow_each_other(api, make_organisation, sign_in, happened):
    organisation = await make_organisation()
    for _ in range(7):
        await happened(organisation, "settings")
    await sign_in(organisation, Permission.AUDIT_VIEW)

    first = (await api.get("/api/audit", params={"limit": 4, "action": "settings"})).json()
    second = (await api.get("/api/audit", params={"limit": 4, "action": "settings", "before": first["older"]})).json()

    numbers = [entry["number"] for entry in first["entries"] + second["entries"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 7
    assert second["older"] is None
    assert first["entries"][0]["words"] == "Changed the organisation's settings"


async def test_filters_narrow_by_who_what_about_and_when(api, make_organisation, make_member, sign_in, happened):
    organisation = await make_organisation()
    other = await make_member(organisation, Role.RECRUITER)
    session = new_id()
    await happened(organisation, "sessions.decision", other.person_id, subject=("session", session))
    await happened(
        organisation, "sessions.comments.one", subject=("comment", new_id()), details={"session_id": session}
    )
    await happened(organisation, "interview.scored", session, subject=("session", session), kind="program")
    await sign_in(organisation, Permission.AUDIT_VIEW)

    async def actions(**asked):
        answer = await api.get("/api/audit", params=asked)
        assert answer.status_code == 200, answer.text
        return [entry["action"] for entry in answer.json()["entries"]]

    assert "sessions.decision" in await actions(who=str(other.person_id))
    assert "sessions.comments.one" not in await actions(who=str(other.person_id))
    assert "interview.scored" in await actions(who="program")
    assert await actions(about=str(session)) == ["interview.scored", "sessions.comments.one", "sessions.decision"]
    assert await actions(action="DECIDED about") == ["sessions.decision"]
    assert await actions(action="decision") == ["sessions.decision"]
    assert await actions(until="2020-01-01") == []
    assert len(await actions(since="2020-01-01")) >= 3


@pytest.mark.parametrize(
    "asked", [{"who": "me"}, {"about": "x"}, {"since": "yesterday"}, {"until": "0001-01-01"}, {"before": "0"}]
)
async def test_what_cannot_be_understood_is_said(api, make_organisation, sign_in, asked):
    await sign_in(await make_organisation(), Permission.AUDIT_VIEW)
    assert (await api.get("/api/audit", params=asked)).status_code == 422


@pytest.mark.parametrize("address", ["/api/audit", "/api/audit.csv", "/api/audit.jsonl", "/settings/audit"])
async def test_only_those_who_may_see_it_do(api, make_organisation, sign_in, address):
    assert (await api.get(address)).status_code == 401
    await sign_in(await make_organisation(), Role.RECRUITER)
    assert (await api.get(address)).status_code == 403


async def test_nobody_sees_another_organisations_log(api, make_organisation, sign_in, happened):
    theirs, mine = await make_organisation("Theirs"), await make_organisation("Mine")
    await happened(theirs, "settings.logo")
    await sign_in(mine, Permission.AUDIT_VIEW)
    assert "settings.logo" not in (await api.get("/api/audit")).text
    assert "settings.logo" not in (await api.get("/api/audit.jsonl")).text


async def test_the_page_says_it_in_words_and_links_to_what_is_still_there(
    browser_client, make_organisation, make_member, happened
):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.RECRUITER)
    await happened(organisation, "team.role_changed", subject=("person", member.person_id), details={"after": "admin"})
    await happened(organisation, "interviews.publish", subject=("interview", new_id()))
    browser = await browser_client(organisation, Permission.AUDIT_VIEW)

    page = (await browser.get("/settings/audit")).text

    assert "Changed somebody&#39;s role" in page
    assert f'<a href="/team">{member.name}</a>' in page
    assert "An interview that is gone" in page
    assert "/settings/audit" in (await browser.get("/settings")).text


async def test_a_filter_that_fits_nothing_says_so(browser_client, make_organisation):
    browser = await browser_client(await make_organisation(), Permission.AUDIT_VIEW)
    page = (await browser.get("/settings/audit", params={"action": "zzzz"})).text
    assert "Nothing fits" in page
    wrong = await browser.get("/settings/audit", params={"about": "nonsense"})
    assert wrong.status_code == 422
    assert "Give an id" in wrong.text


async def test_the_check_runs_as_a_job_and_says_what_it_found(
    browser_client, make_organisation, happened, run_jobs, owner_connection
):
    organisation = await make_organisation()
    for _ in range(3):
        await happened(organisation, "settings")
    browser = await browser_client(organisation, Permission.AUDIT_VIEW)

    answer = await browser.submit("/settings/audit/check")
    assert answer.status_code == 303, answer.text
    assert "Checking the log" in (await browser.get("/settings/audit/check")).text
    assert (await browser.submit("/settings/audit/check")).status_code == 409
    await run_jobs()
    assert "The log is whole" in (await browser.get("/settings/audit")).text

    owner_connection.execute("set session_replication_role = replica")
    owner_connection.execute(
        "update audit_entries set action = 'settings.logo' where org_id = %s and number = 2", [organisation.id]
    )
    owner_connection.execute("set session_replication_role = origin")
    await browser.submit("/settings/audit/check")
    await run_jobs()
    page = (await browser.get("/settings/audit")).text
    assert "The log is not as it was written" in page
    assert "Entry 2 was changed" in page


async def test_an_export_holds_its_own_entry_and_can_be_checked(api, runtime, make_organisation, sign_in, happened):
    organisation = await make_organisation()
    await happened(organisation, "settings")
    await sign_in(organisation, Permission.AUDIT_VIEW)
    secret = runtime.provided.get(Secret)

    answer = await api.get("/api/audit.jsonl")
    lines = answer.text.splitlines(keepends=True)
    verdict = check_file(iter(lines), lambda org_id, at: signed_by_us(secret, org_id, at))

    assert verdict.finding is None
    assert verdict.entries == len(lines) - 1
    assert json.loads(lines[-1])["action"] == "audit.exported"
    assert check_file(iter(lines), lambda org_id, at: signed_by_us(Secret(b"y" * 32), org_id, at)).finding is not None

    part = (await api.get("/api/audit.jsonl", params={"action": "settings"})).text.splitlines(keepends=True)
    assert len(part) == 2
    assert check_file(iter(part), None).finding is None
    assert check_file(iter([part[0], part[1].replace("settings", "settingz")]), None).finding is not None


async def test_the_table_is_safe_in_a_spreadsheet_and_has_the_chain(api, make_organisation, sign_in, happened):
    organisation = await make_organisation()
    await happened(organisation, "settings", details={"before": "-1+1", "after": "x"})
    await sign_in(organisation, Permission.AUDIT_VIEW)

    answer = await api.get("/api/audit.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    changed = next(row for row in rows if row["action"] == "settings")
    assert changed["in_words"] == "Changed the organisation's settings"
    assert changed["details"] == '{"after":"x","before":"-1+1"}'
    assert [row["previous"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


async def test_network_addresses_of_people_go_after_half_a_year(database, make_organisation, entries, browser_client):
    from datetime import timedelta

    from colloquy.contexts.audit import queries
    from colloquy.kit import clock

    organisation = await make_organisation()
    await browser_client(organisation, Role.OWNER)
    before = await entries(organisation.scope)
    assert any(entry.network for entry in before)
    async with database.begin(organisation.scope) as db:
        assert await queries.forget_networks(db, organisation.scope, clock.now() + timedelta(days=1))
    after = await entries(organisation.scope)
    assert not any(entry.network for entry in after)
    assert [entry.hash for entry in after] == [entry.hash for entry in before]


async def test_every_chain_is_signed_once_a_day(runtime, make_organisation, happened, database):
    from datetime import timedelta

    from colloquy.contexts.audit.public import sign_all
    from colloquy.kit import clock

    organisation = await make_organisation()
    await happened(organisation, "settings")
    secret = runtime.provided.get(Secret)

    async def signatures():
        async with database.begin(organisation.scope) as db:
            return await db.scalar(text("select count(*) from audit_checkpoints where reason = 'daily'"))

    await sign_all(database, secret)
    await sign_all(database, secret)
    assert await signatures() == 1
    with clock.travelled(timedelta(hours=25)):
        await sign_all(database, secret)
    assert await signatures() == 2
