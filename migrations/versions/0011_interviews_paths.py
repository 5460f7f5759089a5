"""Kinds of answers, branching, order, limits, reminders, vacancies, accommodations; an organisation's logo."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

_RECORDED = "kind in ('video', 'audio')"
_EMPLOYMENT = (
    "'full_time', 'part_time', 'contractor', 'temporary', 'intern', 'volunteer', 'per_diem', 'other'"  # schema.org's
)


def upgrade() -> None:
    """Widens questions to all kinds of answers, and gives interviews, links and organisations their new rules."""
    _kinds_and_limits()
    _what_a_kind_consists_of()
    _rules_of_an_interview()
    _accommodations()
    _logo()


def _kinds_and_limits() -> None:
    # The names that PostgreSQL gave to the checks of 0004: the column's, and the one of the whole table.
    op.execute("alter table questions drop constraint questions_kind_check, drop constraint questions_check")
    op.execute(
        "alter table questions add constraint ck_questions_kind check (kind in ('video', 'audio', 'text',"
        " 'single_choice', 'multiple_choice', 'number', 'file', 'link', 'conversation'))"
    )
    # Recordings and conversations are limited in seconds, typed answers in characters, fields of a form in neither;
    # only recordings have think time and takes.
    unhurried = "think_seconds = 0 and takes = 1"
    op.execute(
        "alter table questions add constraint ck_questions_limits check (case"
        f" when {_RECORDED} then answer_seconds between 10 and 1800 and max_characters = 0"
        f" when kind = 'text' then answer_seconds = 0 and max_characters between 50 and 10000 and {unhurried}"
        f" when kind = 'conversation' then answer_seconds between 120 and 3600 and max_characters = 0 and {unhurried}"
        f" else answer_seconds = 0 and max_characters = 0 and {unhurried} end)"
    )


def _what_a_kind_consists_of() -> None:
    op.execute(
        "alter table questions"
        " add column required boolean not null default true,"
        " add column source text not null default 'camera' check (source in ('camera', 'screen')),"
        " add column upload_allowed boolean not null default false,"
        # [{"id": "a", "text": "Yes"}]
        " add column options jsonb not null default '[]' check (jsonb_typeof(options) = 'array'"
        " and jsonb_array_length(options) <= 20),"
        # {"lowest": 0, "highest": null, "unit": "years"}
        " add column number_rule jsonb check (jsonb_typeof(number_rule) = 'object'),"
        # [{"id": "<uuid>", "text": "...", "points": ["..."]}]
        " add column topics jsonb not null default '[]' check (jsonb_typeof(topics) = 'array'"
        " and jsonb_array_length(topics) <= 12),"
        " add column follow_ups integer not null default 2 check (follow_ups between 0 and 3),"
        # {"every": true, "conditions": [{"question_id": "<uuid>", "operator": "is", "value": "a"}]}
        " add column show_if jsonb check (jsonb_typeof(show_if) = 'object'),"
        # {"operator": "is", "value": "b", "message": "..."}
        " add column knock_out jsonb check (jsonb_typeof(knock_out) = 'object'),"
        f" add constraint ck_questions_source check (source = 'camera' or kind = 'video'),"
        f" add constraint ck_questions_upload check (not upload_allowed or {_RECORDED}),"
        " add constraint ck_questions_assessed check (not assessed"
        " or kind in ('video', 'audio', 'text', 'conversation'))"
    )


def _rules_of_an_interview() -> None:
    op.execute(
        "alter table interviews"
        " add column question_order text not null default 'fixed' check (question_order in ('fixed', 'free')),"
        " add column time_limit_minutes integer check (time_limit_minutes between 5 and 480),"
        " add column practice boolean not null default true,"
        # An element outside 1 to 336 makes one of the comparisons false; `all` of an empty array is true.
        " add column reminder_hours integer[] not null default '{48,4}' check (cardinality(reminder_hours) <= 4"
        " and 1 <= all (reminder_hours) and 336 >= all (reminder_hours)),"
        f" add column employment_type text check (employment_type in ({_EMPLOYMENT})),"
        " add column vacancy_location text not null default '' check (char_length(vacancy_location) <= 200),"
        # ISO 3166-1 alpha-2.
        " add column vacancy_country text not null default '' check (vacancy_country ~ '^([A-Z]{2})?$'),"
        " add column vacancy_remote boolean not null default false"
    )


def _accommodations() -> None:
    op.execute(
        "alter table interview_links add column accommodation jsonb"
        " check (accommodation is null or (jsonb_typeof(accommodation) = 'object'"
        # A public link is everybody's: what is granted to one person goes with their own invitation.
        " and kind = 'invitation'))"
    )


def _logo() -> None:
    op.execute(
        "alter table organisations"
        " add column logo bytea check (octet_length(logo) <= 524288),"
        " add column logo_type text check (logo_type in ('image/png', 'image/jpeg', 'image/webp')),"
        # The first 32 hex digits of the SHA-256: the address names its content and may be kept for ever.
        " add column logo_hash text check (logo_hash ~ '^[0-9a-f]{32}$'),"
        " add constraint ck_organisations_logo check (num_nulls(logo, logo_type, logo_hash) in (0, 3))"
    )
