"""The letters Colloquy writes: one function each, from plain values to a finished `Letter`.

Pure: nothing is sent here. Letters about a session that is not handed in are in `session_letters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from colloquy.contexts.notifications.policy import wording
from colloquy.contexts.notifications.policy.composing import Reader, compose, web_address
from colloquy.contexts.notifications.policy.wording import TITLE_LENGTH, Language, one_line, person_name
from colloquy.providers.mail.port import Attachment, Letter

# The built-in roles. Another is called what the organisation called it, which cannot be one of these words.
_ROLES: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: {role: role for role in ("owner", "admin", "recruiter", "reviewer")},
    Language.RUSSIAN: {
        "owner": "владелец",
        "admin": "администратор",
        "recruiter": "рекрутер",
        "reviewer": "рецензент",
    },
}


def interview_completed(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    candidate_name: str,
    answered: int,
    questions: int,
    completed_at: datetime,
    link: str,
) -> Letter:
    """To the team: a candidate has finished; `link` opens the session."""
    language = wording.language_of(reader.language)
    return compose(
        "interview_completed",
        effect_id,
        reader,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        candidate_name=person_name(candidate_name),
        answered=answered,
        questions=questions,
        completed_at=wording.moment(language, completed_at, reader.zone),
        link=web_address(link),
    )


def report_ready(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    candidate_name: str,
    technical_score: int | None,
    communication_score: int | None,
    overall_score: int | None,
    needs_human: bool,
    reason: str | None,
    link: str,
    hidden: bool = False,
) -> Letter:
    """To the team: the report is there, with its scores (0 to 100, None where there was not enough evidence).

    `needs_human` adds the note that a person has to judge this one, with `reason` if there is one. `hidden`: the letter
    has neither, because whoever reviews writes their own scorecard first.
    """
    return compose(
        "report_ready",
        effect_id,
        reader,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        candidate_name=person_name(candidate_name),
        overall_score=overall_score,
        technical_score=technical_score,
        communication_score=communication_score,
        needs_human=needs_human,
        reason=one_line(reason or "", 3 * TITLE_LENGTH),
        link=web_address(link),
        hidden=hidden,
    )


def candidate_thanks(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    evaluated_by_ai: bool,
    contact: str | None,
    kept_until: date | None = None,
    data_link: str | None = None,
) -> Letter:
    """To the candidate: the answers have arrived, what happens next, who sees them, whom to ask.

    `contact` is the company's own mail address: answers to the letter go there. `kept_until` is the day
    on which the recordings are erased, if the organisation has set one; `data_link` shows what is stored.
    """
    language = wording.language_of(reader.language)
    return compose(
        "candidate_thanks",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        evaluated_by_ai=evaluated_by_ai,
        contact=contact,
        kept_until=wording.day(language, kept_until) if kept_until else None,
        data_link=web_address(data_link) if data_link else None,
    )


def webhook_stopped(effect_id: str, reader: Reader, *, company: str, link: str) -> Letter:
    """To whoever made the webhook: nothing is sent to it any more; `link` opens it."""
    return compose("webhook_stopped", effect_id, reader, company=company, link=web_address(link))


def key_ending(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    key_name: str,
    prefix: str,
    account: str,
    expires_at: datetime,
    days: int,
    link: str,
) -> Letter:
    """To those who manage keys: the key ends in `days` days (a begun one counted whole); `link` opens the list."""
    language = wording.language_of(reader.language)
    return compose(
        "key_ending",
        effect_id,
        reader,
        company=company,
        key_name=one_line(key_name, TITLE_LENGTH),
        prefix=prefix,
        account=one_line(account, TITLE_LENGTH),
        expires_at=wording.moment(language, expires_at, reader.zone),
        days=days,
        link=web_address(link),
    )


def invitation(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    questions: int,
    minutes: int,
    deadline: datetime | None,
    link: str,
    contact: str | None,
    attachments: tuple[Attachment, ...] = (),
    program: bool = True,
    talks: bool = False,
    skills: tuple[str, ...] = (),
    told: date | None = None,
    program_from: date | None = None,
) -> Letter:
    """To the candidate: which company, which role, how many questions, how long, by when, and the link.

    `program`: one evaluates where the candidate agrees; `talks`: a program leads a conversation. `told` and
    `program_from` are the days of the notice that New York City wants, with the `skills` that are assessed.
    """
    language = wording.language_of(reader.language)
    return compose(
        "invitation",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        questions=questions,
        minutes=minutes,
        deadline=wording.moment(language, deadline, reader.zone) if deadline else None,
        link=web_address(link),
        contact=contact,
        attachments=attachments,
        program=program,
        talks=talks,
        skills=[one_line(skill, TITLE_LENGTH) for skill in skills],
        told=wording.day(language, told) if told else None,
        program_from=wording.day(language, program_from) if program_from else None,
    )


def colleague_invitation(
    effect_id: str,
    reader: Reader,
    *,
    organisation: str,
    inviter_name: str,
    role: str,
    expires_at: datetime,
    link: str,
) -> Letter:
    """To a colleague: who invites them, as what, until when, and the link that accepts."""
    language = wording.language_of(reader.language)
    return compose(
        "colleague_invitation",
        effect_id,
        reader,
        company=organisation,
        inviter_name=person_name(inviter_name),
        role=_ROLES[language].get(role, role),
        expires_at=wording.moment(language, expires_at, reader.zone),
        link=web_address(link),
    )
