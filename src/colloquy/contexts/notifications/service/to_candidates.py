"""Letters to candidates, from the facts as they are now. Each is None when there is nothing to say any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.notifications.policy import deadline, letters, session_letters
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.notifications.policy.deadline import Deadline
from colloquy.contexts.notifications.policy.reminders import ends_at
from colloquy.contexts.notifications.service.desk import Desk, about_session, address_of, contact, kept_until
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.providers.mail.port import Attachment, Letter


async def invitation(desk: Desk) -> Letter | None:
    """The link, what it leads to and until when, with the deadline for a calendar."""
    facts, end = await _invited(desk)
    if facts is None or end is None:
        return None
    link = desk.address.of(f"/{facts.token}")
    holding = await privacy.applied(desk.db, desk.scope, facts.interview_id)
    # This letter is the notice: who was told before, by a posting, may be evaluated before.
    told = holding.told_at(posted_at=None, letter_at=clock.now(), seen_at=clock.now())
    begins = privacy.program_from(told)
    return letters.invitation(
        desk.row.effect_id,
        Reader(desk.row.recipient, facts.name, facts.language),
        company=facts.company,
        interview_title=facts.title,
        questions=facts.question_count,
        minutes=facts.minutes,
        deadline=end,
        link=link,
        contact=await contact(desk),
        attachments=_calendar(desk, facts, end, link),
        program=not holding.people_only,
        talks=facts.talks,
        skills=facts.skills,
        told=told.date() if told else None,
        program_from=begins.date() if begins else None,
    )


async def invitation_reminder(desk: Desk) -> Letter | None:
    """To somebody who was invited and has not come yet."""
    facts, end = await _invited(desk)
    if facts is None or end is None or end <= clock.now():
        return None
    link = desk.address.of(f"/{facts.token}")
    return session_letters.reminder(
        desk.row.effect_id,
        Reader(desk.row.recipient, facts.name, facts.language),
        company=facts.company,
        interview_title=facts.title,
        deadline=end,
        now=clock.now(),
        begun=False,
        questions_left=facts.question_count,
        minutes=facts.minutes,
        link=link,
        withdraw_link=None,
        contact=await contact(desk),
        notice_link=None,
        attachments=_calendar(desk, facts, end, link),
        **await _of_a_program(desk, facts.interview_id, desk.row.about_id, seen_at=clock.now()),
    )


async def reminder(desk: Desk) -> Letter | None:
    """To somebody who has begun and not handed in."""
    about = await about_session(desk)
    if about is None or about[0].state.over:
        return None
    session, interview = about
    link = await address_of(desk, session)
    end = ends_at(session.expires_at, session.must_end_at)
    if link is None or end is None or end <= clock.now():
        return None
    return session_letters.reminder(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        deadline=end,
        now=clock.now(),
        begun=session.started_at is not None,
        questions_left=sum(answer.submitted_at is None and not answer.state.ended for answer in session.answers),
        minutes=interview.minutes,
        link=link,
        withdraw_link=await address_of(desk, session, "/withdraw"),
        contact=await contact(desk),
        notice_link=await address_of(desk, session, "/my-data") if session.started_at else None,
        **await _of_a_program(desk, interview.id, session.link_id, seen_at=session.opened_at, session=session),
    )


async def continue_code(desk: Desk) -> Letter | None:
    """The one-time code; None once it was used, replaced or has run out."""
    facts = await sessions.continue_letter_facts(desk.db, desk.secret, desk.scope, desk.row.about_id)
    if facts is None:
        return None
    return session_letters.continue_code(
        desk.row.effect_id,
        Reader(desk.row.recipient, facts.name, facts.language),
        company=facts.company,
        interview_title=facts.title,
        code=facts.code,
        expires_at=facts.expires_at,
        link=desk.address.of(f"/{facts.token}/continue"),
    )


async def expired(desk: Desk) -> Letter | None:
    """The time is over; None when more was given since."""
    about = await about_session(desk)
    if about is None or about[0].state is not sessions.SessionState.EXPIRED or about[0].expires_at is None:
        return None
    session, interview = about
    return session_letters.expired(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        ended_at=about[0].expires_at,
        answered=session.answered,
        questions=len(session.answers),
        data_link=await address_of(desk, session, "/my-data"),
        contact=await contact(desk),
    )


async def withdrawal_confirmed(desk: Desk) -> Letter | None:
    """The withdrawal has arrived, and what happens to the answers."""
    about = await about_session(desk)
    if about is None or about[0].withdrawn_at is None:
        return None
    session, interview = about
    return session_letters.withdrawal_confirmed(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        kept_until=await kept_until(desk),
        data_link=await address_of(desk, session, "/my-data"),
        contact=await contact(desk),
    )


async def contest_answered(desk: Desk) -> Letter | None:
    """A person has answered; the answer itself stands on the candidate's own page."""
    about = await about_session(desk)
    if about is None:
        return None
    session, interview = about
    return session_letters.contest_answered(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        link=await address_of(desk, session, "/my-data/explanation"),
        contact=await contact(desk),
    )


async def erasure_asked(desk: Desk) -> Letter | None:
    """The link by which the candidate confirms that everything is to be erased; None once they have, or it ran out."""
    about = await about_session(desk)
    request = None if about is None else await retention.open_request(desk.db, desk.scope, about[0].id)
    if about is None or request is None or request.state is not retention.RequestState.ASKED:
        return None
    if request.link_until is None or request.link_until <= clock.now():
        return None
    token = retention.link_token(desk.secret, request)
    if token is None:  # the secret that made the link is retired: asking once more makes another
        return None
    session, interview = about
    return session_letters.erasure_asked(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        link=desk.address.of(f"/erasure/{token}"),
        link_until=request.link_until,
        contact=await contact(desk),
    )


async def _of_a_program(
    desk: Desk,
    interview_id: UUID,
    link_id: UUID | None,
    *,
    seen_at: datetime,
    session: sessions.Session | None = None,
) -> dict[str, Any]:
    """What a reminder repeats of the notice: whether a program evaluates, and what New York City wants said before.

    For who has decided it is what held then, for others what holds now.
    """
    holding = await privacy.applied(desk.db, desk.scope, interview_id)
    people_only = session.human_only if session and session.started_at else holding.people_only
    if people_only:
        return {"program": False}
    held = await privacy.held(desk.db, desk.scope, session.id) if session else None
    if held is not None:
        told, begins = held.told_at, held.program_from
    else:
        link = None if link_id is None else await interviews.link(desk.db, desk.scope, link_id)
        public = link is not None and link.kind is interviews.LinkKind.PUBLIC
        told = holding.told_at(
            posted_at=link.created_at if link and public else None,
            letter_at=link.sent_at if link and not public else None,
            seen_at=seen_at,
        )
        begins = privacy.program_from(told)
    return {
        "program": True,
        "told": told.date() if told else None,
        "program_from": begins.date() if begins else None,
    }


async def _invited(desk: Desk) -> tuple[interviews.InvitationLetterFacts | None, datetime | None]:
    facts = await interviews.invitation_letter_facts(desk.db, desk.scope, desk.row.about_id, desk.secret)
    interview = None if facts is None else await interviews.interview(desk.db, desk.scope, facts.interview_id)
    if facts is None or interview is None:
        return None, None
    return facts, ends_at(facts.expires_at, interview.closes_at)


def _calendar(desk: Desk, facts: interviews.InvitationLetterFacts, end: datetime, link: str) -> tuple[Attachment, ...]:
    what = Deadline(
        about_id=desk.row.about_id,
        ends_at=end,
        company=facts.company,
        interview_title=facts.title,
        language=facts.language,
        link=link,
        host=desk.host,
    )
    return (deadline.attachment(what, at=clock.now()),)
