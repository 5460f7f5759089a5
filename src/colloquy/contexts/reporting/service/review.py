"""What the review page shows of a session: for each answer the recording, the words and what was made of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import idna
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import public as conversations
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media.public import Recording as SentFile
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.reporting import queries
from colloquy.contexts.reporting.policy import document as report
from colloquy.contexts.reporting.policy.blind import pooled_quotes, without_judgement
from colloquy.contexts.reporting.policy.levels import MeanLevel, mean_levels
from colloquy.contexts.reporting.policy.progress import Progress
from colloquy.contexts.reporting.policy.ratings import Ratings, ratings
from colloquy.contexts.reporting.service import playing
from colloquy.contexts.reporting.service.assemble import Gathered, assemble, gather
from colloquy.contexts.reporting.service.board import progress_now, waiting
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class ShownWord:
    """A spoken word with the punctuation around it. `start` and `end` in seconds."""

    text: str
    start: float
    end: float
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One answer under review. `cited` are first and last word (both counted) of each quoted stretch.

    `file` was sent and `download` saves it; `link_host` is where a link leads, as browsers resolve it; `talk` is the
    whole conversation, where the answer is one. `quotes` are what the evaluator pointed at, in the order of the words.
    `guide` and `points` say what a good answer sounds like. `overrides` has people's levels by competency key: about
    this answer, or about all of them. `comments` by time.
    """

    answer: report.Answer
    repeatable: bool
    ended: bool
    assessed: bool
    media: playing.Media | None
    words: tuple[ShownWord, ...]
    cited: tuple[tuple[int, int], ...]
    download: str | None
    link_host: str | None
    talk: conversations.ReviewedConversation | None
    quotes: tuple[report.Quote, ...] = ()
    overrides: Mapping[str, scoring.Override] = field(default_factory=dict)
    comments: tuple[scoring.Comment, ...] = ()
    guide: interviews.Guide | None = None
    points: tuple[str, ...] = ()
    file: SentFile | None = None

    @property
    def live(self) -> bool:
        """Whether something about it changes by itself."""
        return not self.ended or (self.media is not None and self.media.preparing)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything that the review page shows. `written`: the report can be exported.

    `hidden`: the reader's own scorecard comes first. Then nothing of the others and of the program is in here, not
    even unshown; `decided` says that somebody has decided. `panel` are those who are asked, `in_already` those of them
    whose scorecard is in. `ratings` compares the scorecards, a competency each.
    """

    session: sessions.Session
    interview: interviews.Interview
    document: report.ReportDocument
    answers: tuple[Reviewed, ...]
    levels: tuple[MeanLevel, ...]
    progress: Progress | None
    written: bool
    score: scoring.Score | None
    consent: privacy.Consent
    waits_until: datetime | None
    reviews: tuple[scoring.Review, ...]
    own: scoring.Review | None
    decisions: tuple[scoring.Decision, ...]
    decision: scoring.Decision | None
    hidden: bool
    decided: bool
    override_history: tuple[scoring.Override, ...]
    reveals: tuple[scoring.Reveal, ...]
    panel: tuple[scoring.Asked, ...]
    in_already: frozenset[UUID]
    ratings: tuple[Ratings, ...]
    contests: tuple[scoring.Contest, ...] = ()
    kept: sessions.Kept | None = None

    def competency_name(self, key: str) -> str:
        """What the competency is called; its key where it is no more."""
        return next((one.name for one in self.interview.competencies if one.key == key), key)

    def override_for(self, key: str) -> scoring.Override | None:
        """The person's level of a competency in the whole session that holds, if one does."""
        said = next((one for one in self.override_history if one.competency == key and one.answer_id is None), None)
        return None if said is None or said.level is None else said

    @property
    def machine(self) -> scoring.MachineNumbers | None:
        """The numbers without people's corrections, where there are any."""
        return None if self.score is None else self.score.machine


async def review_page(db: AsyncSession, secret: Secret, actor: Actor, session_id: UUID) -> ReviewPage:
    """The session as a reviewer sees it now. Forbidden, SessionNotFound."""
    await visible_session(db, actor, session_id)
    found = await gather(db, actor.scope, session_id)
    found = replace(found, session=(await sessions.with_people_alone(db, actor.scope, [found.session]))[0])
    document = assemble(found)
    quotes = pooled_quotes(document)
    written = await queries.newest(db, actor.scope, session_id) is not None
    early = await privacy.not_before(db, actor.scope, [session_id])
    waits = waiting(found.session, early.get(session_id))
    seen = await scoring.seen(db, actor, found.interview, session_id)
    if seen.hidden:
        found, document = replace(found, score=None, overrides=()), without_judgement(document)
    plays = actor.may(Permission.MEDIA_REVIEW)
    talks = await conversations.under_review(db, secret, actor.scope, session_id, plays=plays)
    comments = await scoring.comments(db, actor, session_id)
    answers = _reviewed(secret, actor.scope, found, document, talks, plays=plays)
    return ReviewPage(
        session=found.session,
        interview=found.interview,
        document=document,
        answers=tuple(
            replace(
                one,
                quotes=quotes[one.answer.id],
                overrides=_overrides_of(one.answer, seen.overrides),
                comments=tuple(comment for comment in comments if str(comment.answer_id) == one.answer.id),
            )
            for one in answers
        ),
        levels=tuple(mean_levels(document)),
        progress=None if waits else progress_now(found.session, written=written),
        written=written,
        score=found.score,
        consent=found.consent,
        waits_until=waits,
        reviews=tuple(one for one in seen.reviews if one.person_id != actor.person_id),
        own=next((one for one in seen.reviews if one.person_id == actor.person_id), None),
        decisions=seen.decisions,
        decision=seen.decision,
        hidden=seen.hidden,
        decided=seen.decided,
        override_history=seen.override_history,
        reveals=seen.reveals,
        panel=tuple(await scoring.panel(db, actor.scope, found.interview.id, session_id)),
        in_already=await _in_already(db, actor.scope, session_id),
        ratings=ratings(found.interview, seen.reviews),
        # What a candidate contests tells what they were given.
        contests=() if seen.hidden else await scoring.contests(db, actor.scope, session_id),
        kept=found.kept,
    )


async def _in_already(db: AsyncSession, scope: Scope, session_id: UUID) -> frozenset[UUID]:
    """Whose scorecard is in: that, and not what it says, everybody may know."""
    return frozenset(one.person_id for one in await scoring.reviews(db, scope, session_id))


def _overrides_of(answer: report.Answer, found: Iterable[scoring.Override]) -> dict[str, scoring.Override]:
    about = [one for one in found if one.answer_id is None or str(one.answer_id) == answer.id]
    return {one.competency: one for one in sorted(about, key=lambda one: one.answer_id is not None)}


def _reviewed(
    secret: Secret,
    scope: Scope,
    found: Gathered,
    document: report.ReportDocument,
    talks: dict[UUID, conversations.ReviewedConversation],
    *,
    plays: bool,
) -> tuple[Reviewed, ...]:
    questions = {question.id: question for question in found.interview.questions}
    return tuple(
        Reviewed(
            answer=shown,
            repeatable=answer.repeatable,
            ended=answer.state.ended or not found.session.state.handed_in,
            assessed=answer.question_id in questions and questions[answer.question_id].assessed,
            guide=questions[answer.question_id].guide if answer.question_id in questions else None,
            points=questions[answer.question_id].expected_points if answer.question_id in questions else (),
            media=playing.media_of(secret, scope, found, answer, plays=plays),
            words=shown_words(shown),
            cited=cited_words(shown),
            download=playing.download_of(secret, scope, found, answer),
            file=playing.file_of(found, answer),
            link_host=link_host(shown.given.link) if shown.given and shown.given.link else None,
            talk=talks.get(answer.id),
        )
        for answer, shown in zip(found.session.answers, document.answers, strict=True)
    )


def link_host(link: str) -> str | None:
    """Where a link leads: the host in the letters that a browser looks it up by; None when it leads nowhere we know.

    A name in letters that only look Latin is shown for what it is, and what stands before an `@` is no host.
    """
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return None


def shown_words(answer: report.Answer) -> tuple[ShownWord, ...]:
    """The spoken words as the transcript writes them: each with what stands between it and the next."""
    if answer.transcript is None:
        return ()
    text, words = answer.transcript.text, answer.transcript.words
    begins = [0, *(word.start_char for word in words[1:])]
    ends = [*(word.start_char for word in words[1:]), len(text)]
    return tuple(
        ShownWord(text[begin:end].strip(), word.start, word.end, word.confidence)
        for word, begin, end in zip(words, begins, ends, strict=False)
    )


def cited_words(answer: report.Answer) -> tuple[tuple[int, int], ...]:
    """For each quote the places of its first and last word among the transcript's words."""
    words = answer.transcript.words if answer.transcript else ()
    starts, ends = [word.start_char for word in words], [word.end_char for word in words]
    cited = []
    for score in answer.scores:
        for quote in score.quotes:
            first, last = bisect_right(ends, quote.start_char), bisect_left(starts, quote.end_char) - 1
            if first <= last:
                cited.append((first, last))
    return tuple(cited)
