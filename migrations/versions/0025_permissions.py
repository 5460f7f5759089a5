"""Custom roles, interviews shared with some, service accounts and API keys."""

from __future__ import annotations

from alembic import op

from colloquy.kit.tenancy import tenant_table

revision = "0025"
down_revision = "0024"

# Of the transaction: who looks, when it is somebody who may not see every interview (kit.db.Scope.viewer_id).
_VIEWER = "nullif(current_setting('app.viewer_id', true), '')::uuid"
# In a sub-select it is read once a statement, not once a row.
_NO_VIEWER = f"(select {_VIEWER}) is null"

_VISIBLE = {
    "interview_visible": "select 1 from interviews where id = wanted",
    "session_visible": "select 1 from sessions where id = wanted",
    "answer_visible": "select 1 from answers where id = wanted",
    "question_visible": "select 1 from questions where id = wanted",
    "conversation_visible": "select 1 from conversations where id = wanted",
    "run_visible": "select 1 from scoring_runs where id = wanted",
    # A take is a recording of a session; so is what was said aloud in a conversation.
    "recording_visible": "select 1 from takes where recording_id = wanted"
    " union all select 1 from voices where recording_id = wanted",
    "letter_visible": "select 1 from sessions where id = wanted"
    " union all select 1 from interview_links where id = wanted",
}


def upgrade() -> None:
    """Adds roles of an organisation's own, interviews that some see, and accounts for programs with their keys."""
    _custom_roles()
    _sharing()
    _hiding()
    _service_accounts()


def _custom_roles() -> None:
    op.execute(
        "create table custom_roles (org_id uuid not null references organisations (id), id uuid not null,"
        " name text not null check (char_length(name) between 1 and 60),"
        # Names of permissions. One that a version does not know allows nothing in it.
        " permissions text[] not null check (cardinality(permissions) <= 100),"
        " created_at timestamptz not null default now(), primary key (org_id, id))"
    )
    op.execute("create unique index uq_custom_roles_name on custom_roles (org_id, lower(name))")
    for statement in tenant_table("custom_roles"):
        op.execute(statement)
    for table in ("memberships", "colleague_invitations"):
        op.execute(
            f"alter table {table} alter column role drop not null, add column custom_role_id uuid,"
            # A role is built in or the organisation's own, never both and never neither.
            f" add constraint ck_{table}_one_role check (num_nonnulls(role, custom_role_id) = 1),"
            " add foreign key (org_id, custom_role_id) references custom_roles (org_id, id)"
        )
        op.execute(
            f"create index ix_{table}_custom_role_id on {table} (org_id, custom_role_id)"
            " where custom_role_id is not null"
        )


def _sharing() -> None:
    op.execute(
        "alter table interviews add column visibility text not null default 'team'"
        " check (visibility in ('team', 'shared'))"
    )
    # While no interview of an organisation is shared with some only, nobody is a viewer and nothing is looked up.
    op.execute("alter table organisations add column shares_interviews boolean not null default false")
    op.execute(
        "create table interview_shares (org_id uuid not null, interview_id uuid not null,"
        " person_id uuid not null references people (id),"
        " level text not null check (level in ('view', 'review', 'edit')),"
        " shared_by uuid not null references people (id), shared_at timestamptz not null,"
        " primary key (org_id, interview_id, person_id),"
        " foreign key (org_id, interview_id) references interviews (org_id, id) on delete cascade)"
    )
    for statement in tenant_table("interview_shares"):
        op.execute(statement)


def _hiding() -> None:
    """The one place where a shared interview is hidden: behind every query, whoever wrote it.

    The interviews themselves are hidden here; what belongs to them follows in 0031, when every table is there.
    Restrictive policies are joined to the tenant's own by "and". Functions rather than sub-selects: each table would
    carry the whole chain up to its interview into the plan of every statement, also of those that nobody looks at.
    """
    op.execute(
        "create function interview_shared(wanted uuid) returns boolean language plpgsql stable as $$ begin"  # noqa: S608 - a constant
        f" return exists (select 1 from interview_shares where interview_id = wanted and person_id = {_VIEWER});"
        " end $$"
    )
    for name, query in _VISIBLE.items():
        op.execute(
            f"create function {name}(wanted uuid) returns boolean language plpgsql stable as $$ begin"
            f" return exists ({query}); end $$"
        )
    op.execute(
        f"create policy shared on interviews as restrictive using ({_NO_VIEWER} or visibility = 'team'"
        f" or created_by = (select {_VIEWER}) or interview_shared(id))"
    )
    # What an interview is shared as with who looks at it or at one of its sessions; null: as their role allows.
    op.execute(
        "create function interview_level(looking uuid, interview uuid, session uuid) returns text"
        " language plpgsql stable as $$ begin return (select s.level from interviews i"
        " join interview_shares s on s.org_id = i.org_id and s.interview_id = i.id and s.person_id = looking"
        " where i.visibility = 'shared' and i.created_by is distinct from looking"
        " and i.id = coalesce(interview, (select interview_id from sessions where id = session))); end $$"
    )


def _service_accounts() -> None:
    # A service account is a row of `people`: everything that names its maker names it alike. It has no address and
    # no password, so no way of signing in finds it.
    op.execute(
        "alter table people add column kind text not null default 'person' check (kind in ('person', 'service')),"
        " alter column email drop not null, alter column password_hash drop not null,"
        " add constraint ck_people_email check ((kind = 'person') = (email is not null)),"
        " add constraint ck_people_password check (kind = 'person' or password_hash is null)"
    )
    op.execute(
        "create table service_accounts (org_id uuid not null references organisations (id),"
        " person_id uuid not null unique references people (id), created_by uuid not null references people (id),"
        " created_at timestamptz not null, primary key (org_id, person_id),"
        " foreign key (org_id, person_id) references memberships (org_id, person_id))"
    )
    op.execute(
        "create table api_keys (org_id uuid not null references organisations (id), id uuid not null,"
        " account_id uuid not null, name text not null check (char_length(name) between 1 and 80),"
        # The part of the key that is shown; the whole key is known by its hash alone.
        " prefix text not null check (prefix ~ '^clq_[0-9A-Za-z]{12}$'),"
        " key_hash bytea not null unique check (octet_length(key_hash) = 32),"
        " scopes text[] not null check (cardinality(scopes) between 1 and 100),"
        " created_by uuid not null references people (id), created_at timestamptz not null,"
        " expires_at timestamptz not null check (expires_at <= created_at + interval '366 days'),"
        " revoked_at timestamptz, replaced_by uuid,"
        " last_used_at timestamptz, last_used_network text check (char_length(last_used_network) <= 64),"
        " primary key (org_id, id),"
        " foreign key (org_id, account_id) references service_accounts (org_id, person_id) on delete cascade)"
    )
    op.execute("create index ix_api_keys_account_id on api_keys (org_id, account_id, created_at desc)")
    for table in ("service_accounts", "api_keys"):
        for statement in tenant_table(table):
            op.execute(statement)
