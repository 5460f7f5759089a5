"""A candidate's own data as they are shown and taken along: one shape for the page, the API and the archive."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from colloquy.contexts.conversations import public as conversations
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.reporting.policy.given import given
from colloquy.contexts.reporting.schemas import my_data as schema
from colloquy.contexts.reporting.service.own_data import OwnData
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _


def view(own: OwnData, files: dict[UUID, str] | None = None) -> schema.MyData:
    """All of it. `files` says, for the archive, under which path each recording's bytes lie."""
    files = files or {}
    session = own.session
    return schema.MyData(
        made_at=clock.now(),
        about=schema.About(
            title=own.interview.title,
            company=own.organisation.name,
            language=own.interview.language,
            contact=own.organisation.contact_email,
        ),
        you=schema.You(
            name=session.candidate.name, email=session.candidate.email, profile_url=session.candidate.profile_url
        ),
        session=_course(own),
        devices=[schema.Device(name=one.label, since=one.since) for one in own.held.devices],
        consents=[
            schema.ConsentEntry(
                purpose=entry.purpose.value,
                decision=entry.decision.value,
                at=entry.at,
                notice_version=entry.notice_version,
                notice_hash=entry.notice_hash,
                network_address=entry.given_from,
            )
            for entry in own.ledger
        ],
        answers=[_answer(own, answer) for answer in session.answers],
        recordings=[_recording(own, one, files) for one in sorted(own.recordings.values(), key=lambda one: one.id)],
        conversations=[_conversation(one) for one in own.conversations],
        judgements=_judgements(own),
        scores=[
            schema.Score(
                version=one.version,
                overall=one.overall_score,
                technical=one.technical_score,
                communication=one.communication_score,
                made_at=one.made_at,
            )
            for one in own.scores
        ],
        contests=[
            schema.Contest(
                id=one.id,
                answer_id=one.answer_id,
                about=one.about.value,
                text=one.text,
                at=one.made_at,
                outcome=one.outcome.value if one.outcome else None,
                reply=one.reply,
                replied_at=one.replied_at,
            )
            for one in own.contests
        ],
        letters=[
            schema.Letter(
                kind=one.kind,
                to_you=one.recipient.casefold() == session.candidate.email.casefold(),
                subject=one.subject,
                state=one.state,
                at=one.at,
            )
            for one in own.letters
        ],
        seen_by=seen_by(own),
        erased_on=own.kept.record_until,
        kept=_kept(own.kept),
        erasure=asked(own.erasure),
        not_included=not_included(),
    )


def _kept(kept: sessions.Kept) -> schema.Kept:
    return schema.Kept(
        recordings_until=kept.media_until,
        words_until=kept.words_until,
        everything_until=kept.record_until,
        access_data_until=kept.logs_until,
        recordings_deleted_at=kept.media_ended_at,
        words_deleted_at=kept.words_ended_at,
        held=kept.held,
    )


def asked(request: retention.Request | None) -> schema.ErasureAsked | None:
    """A request to erase as its candidate sees it."""
    if request is None:
        return None
    return schema.ErasureAsked(
        id=request.id,
        state=request.state.value,
        asked_at=request.asked_at,
        confirm_until=request.link_until,
        due_at=request.due_at,
    )


def seen_by(own: OwnData) -> list[str]:
    """Who can see it, in sentences: people, and programs that work on it."""
    said = [
        _("The people of %(company)s who hire: owners, administrators, recruiters.", company=own.organisation.name),
        _("Reviewers whom %(company)s asks to watch and read your answers.", company=own.organisation.name),
    ]
    heard = sorted({one.stored.transcript.recogniser for one in own.transcripts})
    judged = sorted({one.evaluator for one in own.judgements})
    asked = sorted({m.interviewer for c in own.conversations for m in c.messages if m.interviewer})
    if heard:
        said.append(_("Programs that wrote down what you said: %(names)s.", names=", ".join(heard)))
    if judged:
        said.append(_("Programs that looked for evidence in your words: %(names)s.", names=", ".join(judged)))
    if asked:
        said.append(_("Programs that asked you questions: %(names)s.", names=", ".join(asked)))
    return said


def not_included() -> list[schema.LeftOut]:
    """What is stored and not given out by itself, and why."""
    return [
        schema.LeftOut(
            what=_("Scorecards, comments and decisions of people"),
            why=_("They are opinions of colleagues, who have rights of their own. Ask the company for them."),
        ),
        schema.LeftOut(
            what=_("A program's reasons for a level, and the finished report"),
            why=_("They name what a good answer mentions, which would tell the next candidates. Ask the company."),
        ),
        schema.LeftOut(
            what=_("Keys, codes and signatures"),
            why=_("They are stored as fingerprints that nobody can read, or sealed, and open nothing but this."),
        ),
        schema.LeftOut(
            what=_("Copies made for playing: smaller videos, still pictures, sound alone"),
            why=_("They are made from the recordings in here and are erased with them."),
        ),
    ]


def _course(own: OwnData) -> schema.Course:
    session = own.session
    return schema.Course(
        id=session.id,
        link_id=session.link_id,
        state=session.state.value,
        state_reason=session.state_reason,
        people_only=session.human_only,
        opened_at=session.opened_at,
        started_at=session.started_at,
        completed_at=session.completed_at,
        withdrawn_at=session.withdrawn_at,
        answer_until=session.expires_at,
        must_end_at=session.must_end_at,
        updated_at=own.held.updated_at,
        ended_by_question=session.knocked_out_by,
        accommodation=asdict(session.accommodation),
        codes_asked_for=own.held.code_asked,
    )


def _answer(own: OwnData, answer: sessions.Answer) -> schema.Answer:
    question = next((one for one in own.interview.questions if one.id == answer.question_id), None)
    draft = next((one for one in own.held.drafts if one.answer_id == answer.id), None)
    takes = [take for take in own.held.takes if take.answer_id == answer.id]
    # A question that was not begun is not told: it may still be asked, with a clock that starts when it is seen.
    seen = bool(takes or draft or answer.text or answer.value is not None)
    value = given(question, answer.value)
    return schema.Answer(
        id=answer.id,
        number=answer.number,
        question=question.text if question and seen else None,
        kind=answer.kind,
        state=answer.state.value,
        reason=answer.reason,
        submitted_at=answer.submitted_at,
        take=answer.take,
        text=answer.text,
        value=answer.value,
        value_in_words=value.text if value else None,
        draft_text=draft.text if draft else None,
        draft_value=draft.value if draft else None,
        takes=[
            schema.Take(
                number=take.number,
                recording_id=take.recording_id,
                source=take.source,
                device=take.device,
                started_at=take.started_at,
                stopped_at=take.stopped_at,
                late_seconds=take.late_seconds,
            )
            for take in takes
        ],
    )


def _recording(own: OwnData, recording: media.Recording, files: dict[UUID, str]) -> schema.Recording:
    path = files.get(recording.id)
    return schema.Recording(
        id=recording.id,
        kind=recording.kind,
        source=recording.source,
        state=recording.state.value,
        reason=recording.reason,
        file_name=recording.file_name,
        content_type=recording.content_type,
        bytes=recording.received_bytes,
        duration_seconds=recording.duration_seconds,
        sha256=recording.sha256,
        file=path,
        transcripts=[
            schema.TranscriptVersion(
                version=one.stored.version,
                made_by=one.stored.transcript.recogniser,
                made_at=one.made_at,
                words=len(one.stored.transcript.words),
                hash=one.stored.hash,
                not_evaluated_because=one.stored.verdict_message,
                text_file=f"{stem(path)}.v{one.stored.version}.txt" if path else None,
                captions_file=f"{stem(path)}.v{one.stored.version}.vtt" if path else None,
            )
            for one in own.transcripts
            if one.recording_id == recording.id
        ],
    )


def stem(path: str) -> str:
    """The path without the ending of its file."""
    folder, _slash, name = path.rpartition("/")
    return f"{folder}/{name.partition('.')[0]}"


def _conversation(one: conversations.StoredConversation) -> schema.Conversation:
    return schema.Conversation(
        id=one.id,
        answer_id=one.answer_id,
        opened_at=one.opened_at,
        ended_at=one.ended_at,
        messages=[
            schema.Message(
                id=message.id,
                number=message.seq,
                who=message.who,
                kind=message.kind,
                state=message.state.value,
                text=message.text,
                replaced=message.superseded,
                recording_id=message.recording_id,
                at=message.created_at,
            )
            for message in one.messages
        ],
    )


def _judgements(own: OwnData) -> list[schema.Judgement]:
    names: dict[str, str] = {one.key: one.name for one in _competencies(own.interview)}
    return [
        schema.Judgement(
            answer_id=one.answer_id,
            version=one.version,
            evaluator=one.evaluator,
            rubric_version=one.rubric_version,
            made_at=one.made_at,
            levels=[
                schema.JudgedLevel(
                    competency=names.get(level.competency, level.competency),
                    level=level.level,
                    quotes=[quote.text for quote in level.quotes],
                )
                for level in one.judgements
            ],
        )
        for one in own.judgements
    ]


def _competencies(interview: interviews.Interview) -> tuple[interviews.Competency, ...]:
    return interview.competencies
