"""Tables of the interviews context: vacancies, questions, competencies, links."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Creates what recruiters write and the links they hand out."""
    _interviews()
    _competencies()
    _questions()
    _links()
    _idempotency()
    for table in (
        "interviews",
        "competencies",
        "questions",
        "question_competencies",
        "interview_links",
        "idempotency",
    ):
        for statement in tenant_table(table):
            op.execute(statement)


def _interviews() -> None:
    op.execute(
        "create table interviews (id uuid primary key, org_id uuid not null,"
        " title text not null check (char_length(title) between 1 and 200),"
        " role_title text not null default '' check (char_length(role_title) <= 200),"
        " description text not null default '' check (char_length(description) <= 4000),"
        " language text not null check (language in ('en', 'ru')),"
        " state text not null check (state in ('draft', 'published', 'closed')),"
        " retention_days integer not null check (retention_days between 1 and 3650),"
        " closes_at timestamptz,"
        # Set when the first candidate starts: from then on questions and competencies stay as they were asked.
        " frozen_at timestamptz,"
        " created_by uuid, created_at timestamptz not null default now(),"
        " updated_at timestamptz not null default now(), published_at timestamptz,"
        " unique (org_id, id))"
    )


def _competencies() -> None:
    op.execute(
        "create table competencies (id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " key text not null check (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),"
        " name text not null check (char_length(name) between 1 and 120),"
        " description text not null default '' check (char_length(description) <= 2000),"
        " kind text not null check (kind in ('technical', 'communication', 'behavioural')),"
        " weight integer not null check (weight between 1 and 10),"
        " position integer not null,"
        # [{"level": 1, "text": "..."}], levels 1 to 5 in order, each at most once.
        " anchors jsonb not null check (jsonb_typeof(anchors) = 'array' and jsonb_array_length(anchors) <= 5),"
        " deleted_at timestamptz,"
        " unique (org_id, id),"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade)"
    )
    op.execute(
        "create unique index uq_competencies_key on competencies (org_id, interview_id, key) where deleted_at is null"
    )


def _questions() -> None:
    op.execute(
        "create table questions (id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " position integer not null,"
        " text text not null check (char_length(text) between 1 and 4000),"
        " kind text not null check (kind in ('video', 'audio', 'text')),"
        " think_seconds integer not null check (think_seconds between 0 and 600),"
        " answer_seconds integer not null, max_characters integer not null,"
        " takes integer not null check (takes between 1 and 10),"
        " weight integer not null check (weight between 1 and 10),"
        " assessed boolean not null default true,"
        " expected_points jsonb not null default '[]' check (jsonb_typeof(expected_points) = 'array'"
        " and jsonb_array_length(expected_points) <= 20),"
        " deleted_at timestamptz,"
        # A recording is limited in seconds, a typed answer in characters; the other limit is zero.
        " check ((kind = 'text' and answer_seconds = 0 and max_characters between 50 and 10000"
        " and takes = 1 and think_seconds = 0)"
        " or (kind <> 'text' and answer_seconds between 10 and 1800 and max_characters = 0)),"
        " unique (org_id, id),"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade)"
    )
    op.execute("create index ix_questions_org_id_interview_id on questions (org_id, interview_id, position)")
    op.execute(
        "create table question_competencies (org_id uuid not null, question_id uuid not null,"
        " competency_id uuid not null, primary key (org_id, question_id, competency_id),"
        " foreign key (org_id, question_id) references questions (org_id, id) on delete cascade,"
        " foreign key (org_id, competency_id) references competencies (org_id, id) on delete cascade)"
    )
    op.execute(
        "create index ix_question_competencies_org_id_competency_id on question_competencies (org_id, competency_id)"
    )


def _links() -> None:
    op.execute(
        "create table interview_links (id uuid primary key, org_id uuid not null, interview_id uuid not null,"
        " kind text not null check (kind in ('public', 'invitation')),"
        # The hash finds the link; the sealed form (AES-256-GCM) is read only to show it or to mail it again.
        " token_hash bytea not null check (octet_length(token_hash) = 32),"
        " token_sealed bytea not null check (octet_length(token_sealed) <= 200),"
        " email text check (char_length(email) <= 320), name text check (char_length(name) <= 200),"
        " expires_at timestamptz not null, revoked_at timestamptz,"
        " used_by_session uuid, used_at timestamptz,"
        " sendings integer not null default 0, sent_at timestamptz,"
        " created_by uuid, created_at timestamptz not null default now(),"
        " check (kind <> 'invitation' or email is not null),"
        " check (kind <> 'public' or (email is null and used_by_session is null)),"
        " unique (org_id, token_hash), unique (org_id, id),"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade)"
    )
    op.execute(
        "create unique index uq_interview_links_public on interview_links (org_id, interview_id)"
        " where kind = 'public' and revoked_at is null"
    )
    op.execute(
        "create unique index uq_interview_links_email on interview_links (org_id, interview_id, lower(email))"
        " where kind = 'invitation' and revoked_at is null"
    )
    op.execute("create index ix_interview_links_org_id_interview_id on interview_links (org_id, interview_id, id)")


def _idempotency() -> None:
    op.execute(
        "create table idempotency (org_id uuid not null, person_id uuid not null,"
        " key text not null check (char_length(key) between 1 and 255),"
        " request_hash bytea not null check (octet_length(request_hash) = 32),"
        " body jsonb, created_at timestamptz not null default now(),"
        " primary key (org_id, person_id, key))"
    )
