"""Files as answers and captions that candidates bring."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """A recording may be a file; it has a name, a type that was found in its content, and a source."""
    op.execute("alter table recordings drop constraint recordings_kind_check")
    op.execute(
        "alter table recordings"
        " add constraint recordings_kind_check check (kind in ('video', 'audio', 'file')),"
        " add column source text not null default 'camera' check (source in ('camera', 'screen', 'upload')),"
        " add column needs_sound boolean not null default true,"
        " add column file_name text check (length(file_name) between 1 and 150),"
        " add column content_type text check (length(content_type) <= 100)"
    )
