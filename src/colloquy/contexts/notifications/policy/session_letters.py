"""Letters about a session on its way: the code for another device, reminders, the end of the time, withdrawal."""

from __future__ import annotations

from datetime import date, datetime

from colloquy.contexts.notifications.policy import wording
from colloquy.contexts.notifications.policy.composing import Reader, compose, web_address
from colloquy.contexts.notifications.policy.wording import TITLE_LENGTH, one_line, person_name
from colloquy.providers.mail.port import Attachment, Letter


def continue_code(
    effect_id: str, reader: Reader, *, company: str, interview_title: str, code: str, expires_at: datetime, link: str
) -> Letter:
    """To the candidate: the one-time code, until when it works, and where it is entered.

    The code is not in the subject, which telephones show on their locked screens.
    """
    language = wording.language_of(reader.language)
    return compose(
        "continue_code",
        effect_id,
        reader,
        from_name=company,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        code=code,
        expires_at=wording.moment(language, expires_at, reader.zone),
        link=web_address(link),
    )


def reminder(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    deadline: datetime,
    now: datetime,
    begun: bool,
    questions_left: int,
    minutes: int,
    link: str,
    withdraw_link: str | None,
    contact: str | None,
    notice_link: str | None,
    attachments: tuple[Attachment, ...] = (),
    program: bool = True,
    told: date | None = None,
    program_from: date | None = None,
) -> Letter:
    """To the candidate: how much time is left, and how much of the interview.

    `minutes` is the estimate for the whole interview, told to those who have not `begun`. `questions_left` 0:
    everything is answered and only the handing in is missing. `program`: one evaluates this candidate where they
    agree; `notice_link` opens what was said of it to who has decided; None: the first page says it. `told` and
    `program_from` are as in the invitation.
    """
    language = wording.language_of(reader.language)
    return compose(
        "reminder",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        left=wording.left(language, deadline - now),
        deadline=wording.moment(language, deadline, reader.zone),
        begun=begun,
        questions_left=questions_left,
        minutes=minutes,
        link=web_address(link),
        withdraw_link=web_address(withdraw_link) if withdraw_link else None,
        contact=contact,
        notice_link=web_address(notice_link) if notice_link else None,
        program=program,
        told=wording.day(language, told) if told else None,
        program_from=wording.day(language, program_from) if program_from else None,
        attachments=attachments,
    )


def expired(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    ended_at: datetime,
    answered: int,
    questions: int,
    data_link: str | None,
    contact: str | None,
) -> Letter:
    """To the candidate: the time is over, what was kept, whom to ask for more, and where one's data are."""
    language = wording.language_of(reader.language)
    return compose(
        "expired",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        ended_at=wording.moment(language, ended_at, reader.zone),
        answered=answered,
        questions=questions,
        data_link=web_address(data_link) if data_link else None,
        contact=contact,
    )


def withdrawn(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    candidate_name: str,
    answered: int,
    questions: int,
    withdrawn_at: datetime,
    kept_until: date,
    link: str,
) -> Letter:
    """To the team: a candidate does not want to go on, and until when what was answered is kept."""
    language = wording.language_of(reader.language)
    return compose(
        "withdrawn",
        effect_id,
        reader,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        candidate_name=person_name(candidate_name),
        answered=answered,
        questions=questions,
        withdrawn_at=wording.moment(language, withdrawn_at, reader.zone),
        kept_until=wording.day(language, kept_until),
        link=web_address(link),
    )


def withdrawal_confirmed(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    kept_until: date,
    data_link: str | None,
    contact: str | None,
) -> Letter:
    """To the candidate: the withdrawal has arrived, what happens to the answers, and how to erase them now."""
    language = wording.language_of(reader.language)
    return compose(
        "withdrawal_confirmed",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        kept_until=wording.day(language, kept_until),
        data_link=web_address(data_link) if data_link else None,
        contact=contact,
    )


def contested(
    effect_id: str, reader: Reader, *, company: str, interview_title: str, candidate_name: str, link: str
) -> Letter:
    """To the team: a candidate says that something in the evaluation is wrong. What, is not in the letter."""
    return compose(
        "contested",
        effect_id,
        reader,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        candidate_name=person_name(candidate_name),
        link=web_address(link),
    )


def contest_answered(
    effect_id: str, reader: Reader, *, company: str, interview_title: str, link: str | None, contact: str | None
) -> Letter:
    """To the candidate: a person has answered, and where the answer stands."""
    return compose(
        "contest_answered",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        link=web_address(link) if link else None,
        contact=contact,
    )


def erasure_asked(
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    interview_title: str,
    link: str,
    link_until: datetime,
    contact: str | None,
) -> Letter:
    """To the candidate: somebody asked on their page that everything be erased; the link confirms it."""
    language = wording.language_of(reader.language)
    return compose(
        "erasure_asked",
        effect_id,
        reader,
        from_name=company,
        reply_to=contact,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        link=web_address(link),
        link_until=wording.moment(language, link_until, reader.zone),
        contact=contact,
    )


def erasure_certified(
    effect_id: str, reader: Reader, *, company: str, verify_link: str, attachments: tuple[Attachment, ...]
) -> Letter:
    """To the candidate: everything is gone, with the certificate. Neither name nor interview is known any more."""
    return compose(
        "erasure_certified",
        effect_id,
        reader,
        from_name=company,
        company=company,
        verify_link=web_address(verify_link),
        attachments=attachments,
    )
