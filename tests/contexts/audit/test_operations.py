"""Every operation that changes something leaves an entry: by construction for all, and tried along the main job."""

import inspect
from collections import Counter

from tests.factories.answered import STRONG, begin_answering

from colloquy.contexts.identity.public import Role
from colloquy.kit import audit
from colloquy.kit.audit import operations
from colloquy.kit.audit.cause import SAFE_METHODS


def test_nothing_that_changes_something_can_pass_the_hook(app):
    """Entries of requests are made where their transaction commits, in the task that answers them.

    All transactions are `kit.db`'s (`tests/kit/test_audit.py`), so what could pass is an endpoint in a thread of its
    own: a plain function.
    """
    plain = {
        f"{method} {path}"
        for endpoint, method, path in operations(app.routes)
        if method not in SAFE_METHODS and not inspect.iscoroutinefunction(endpoint)
    }
    assert plain == set(), "write `async def`"


async def since(entries, scope, number):
    return [entry for entry in await entries(scope) if entry.number > number]


async def test_what_colleagues_do_is_noted_with_who_and_what(browser_client, make_organisation, make_member, entries):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.RECRUITER)
    browser = await browser_client(organisation, Role.OWNER)
    owner, scope = organisation.owner.person_id, organisation.scope

    async def noted(path, data=None, *, status=303):
        before = (await entries(scope))[-1].number
        answer = await browser.submit(path, data or {})
        assert answer.status_code == status, answer.text
        found = await since(entries, scope, before)
        assert all((entry.actor_kind, entry.actor_id) == ("person", owner) for entry in found)
        assert all(entry.request_id == answer.headers["x-request-id"] for entry in found)
        return [(entry.action, entry.subject_kind, entry.subject_id) for entry in found]

    about = ("person", member.person_id)
    settings = {"name": "Northwind", "accent": "#225588", "language": "en", "contact_email": "a@b.example"}
    assert await noted("/settings", settings) == [("settings", "", None)]
    assert await noted("/settings", {**settings, "accent": "blue"}, status=422) == []
    assert await noted(f"/team/members/{member.person_id}/role/reviewer") == [("team.role_changed", *about)]
    assert (await entries(scope))[-1].details == {"before": "recruiter", "after": "reviewer"}
    assert await noted(f"/team/members/{member.person_id}/remove") == [("team.members.remove", *about)]
    assert await noted(f"/team/members/{member.person_id}/restore") == [("team.members.restore", *about)]
    (invited,) = await noted("/team/invitations", {"email": "new@example.org", "role": "reviewer"})
    assert invited[:2] == ("identity.colleague.invited", "invitation")


async def test_signing_in_and_out_and_wrong_passwords_are_noted(browser_client, make_organisation, entries):
    organisation = await make_organisation()
    browser = await browser_client()
    person = organisation.owner
    assert (await browser.sign_in(person.email, "not the password")).status_code in {401, 403, 422}
    assert (await browser.sign_in(person.email)).status_code == 303
    await browser.submit("/sign-out")
    await browser.sign_in("nobody@example.org", "whatever it is")

    found = [(entry.action, entry.actor_kind, bool(entry.network)) for entry in await entries(organisation.scope)][-3:]

    assert found == [
        ("sign_in.failed", "nobody", True),
        ("sign_in.succeeded", "person", True),
        ("sign_out", "person", True),
    ]


async def test_the_main_job_leaves_one_entry_for_each_transition(runtime, api, make_organisation, run_jobs, entries):
    organisation = await make_organisation()
    answering = await begin_answering(runtime, api, organisation)
    await answering.write(STRONG)
    await answering.complete()
    await run_jobs()

    found = await entries(organisation.scope)
    about = Counter(
        entry.action
        for entry in found
        if answering.id in {entry.subject_id, entry.actor_id}
        or str(answering.id) in {str(value) for value in entry.details.values()}
    )
    for transition in (
        *("interview.session.opened", "interview.started", "interview.answer.submitted", "interview.answer.ready"),
        *("interview.completed", "interview.analysis.completed", "interview.scored", "interview.report.ready"),
    ):
        assert about[transition] == 1, (transition, about)
    by = {entry.action: (entry.actor_kind, entry.actor_id) for entry in found}
    assert by["interview.answer.submitted"] == ("candidate", answering.id)
    assert by["interview.scored"][0] == "program"
    assert "consent" in about
    assert not any(entry.network for entry in found if entry.actor_kind == "candidate")

    previous = audit.genesis(organisation.id)
    for entry in found:
        assert (entry.previous, entry.hash) == (previous, audit.entry_hash(previous, entry.number, entry.body()))
        previous = entry.hash
