"""The letters Colloquy writes: one function each, from plain values to a finished `Letter`.

Pure: nothing is sent here. The words are in `templates/mail/<language>/`; the first line of a text template
is the subject. Ids come from `effect_id`, the kind of letter and the recipient, so that running a job twice
makes the same letters and three colleagues get three of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from colloquy.contexts.notifications.policy import wording
from colloquy.contexts.notifications.policy.wording import TITLE_LENGTH, Language, one_line, person_name
from colloquy.providers.mail.port import Letter, message_id_for

_TEMPLATES = Path(__file__).parent.parent / "templates" / "mail"

Role = Literal["owner", "admin", "recruiter", "reviewer"]

_ROLES: Mapping[Language, Mapping[Role, str]] = {
    Language.ENGLISH: {role: role for role in ("owner", "admin", "recruiter", "reviewer")},
    Language.RUSSIAN: {
        "owner": "владелец",
        "admin": "администратор",
        "recruiter": "рекрутер",
        "reviewer": "рецензент",
    },
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a letter is for. `language` is a tag like "ru" or "en-GB"; `zone` is where they read dates."""

    address: str
    name: str | None = None
    language: str = "en"
    zone: tzinfo = UTC


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
    return _letter(
        "interview_completed",
        effect_id,
        reader,
        company=company,
        interview_title=one_line(interview_title, TITLE_LENGTH),
        candidate_name=person_name(candidate_name),
        answered=answered,
        questions=questions,
        completed_at=wording.moment(language, completed_at, reader.zone),
        link=_web_address(link),
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
) -> Letter:
    """To the team: the report is there, with its scores (0 to 100, None where there was not enough evidence).

    `needs_human` adds the note that a person has to judge this one, with `reason` if there is one.
    """
    return _letter(
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
        link=_web_address(link),
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
) -> Letter:
    """To the candidate: the answers have arrived, what happens next, who sees them, whom to ask.

    `contact` is the company's own mail address: answers to the letter go there. `kept_until` is the day
    on which the recordings are erased, if the organisation has set one.
    """
    language = wording.language_of(reader.language)
    return _letter(
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
) -> Letter:
    """To the candidate: which company, which role, how many questions, how long, by when, and the link."""
    language = wording.language_of(reader.language)
    return _letter(
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
        link=_web_address(link),
        contact=contact,
    )


def colleague_invitation(
    effect_id: str,
    reader: Reader,
    *,
    organisation: str,
    inviter_name: str,
    role: Role,
    expires_at: datetime,
    link: str,
) -> Letter:
    """To a colleague: who invites them, as what, until when, and the link that accepts."""
    language = wording.language_of(reader.language)
    return _letter(
        "colleague_invitation",
        effect_id,
        reader,
        company=organisation,
        inviter_name=person_name(inviter_name),
        role=_ROLES[language][role],
        expires_at=wording.moment(language, expires_at, reader.zone),
        link=_web_address(link),
    )


def _letter(
    kind: str,
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    from_name: str | None = None,
    reply_to: str | None = None,
    **values: Any,
) -> Letter:
    language = wording.language_of(reader.language)
    name = person_name(reader.name)
    values |= {
        "language": language,
        "name": name,
        "company": one_line(company, TITLE_LENGTH),
        "plural": partial(wording.plural, language),
    }
    subject, text = _TEXT.get_template(f"{language}/{kind}.txt").render(values).split("\n", 1)
    html = _HTML.get_template(f"{language}/{kind}.html").render(values, subject=subject)
    return Letter(
        to=reader.address,
        to_name=name or None,
        subject=subject,
        text=text.lstrip("\n"),
        html=html,
        message_id=message_id_for(effect_id, kind, reader.address.lower()),
        reply_to=reply_to,
        from_name=one_line(from_name, TITLE_LENGTH) if from_name else None,
        headers=(
            # No holiday notices back (RFC 3834; the second is what Exchange reads), and no wrong guess
            # at the language by screen readers and translators.
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", str(language)),
        ),
    )


def _web_address(link: str) -> str:
    """Return `link` if a mail program can open it; raises ValueError for any other scheme or for spaces."""
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.netloc or one_line(link, len(link)) != link:
        raise ValueError("A link in a letter is a complete http or https address.")
    if " " in link:
        raise ValueError("A link in a letter has no spaces; percent-encode them.")
    return link


def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=autoescape,  # noqa: S701 - off for plain text only, where an escaped name would read wrong
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_TEXT = _environment(autoescape=False)
_HTML = _environment(autoescape=True)

# The same word in both kinds of template: a name that cannot turn the sentence around it.
_TEXT.filters["apart"] = wording.isolated
_HTML.filters["apart"] = lambda text: Markup("<bdi>{}</bdi>").format(text)
