import pytest
from sqlalchemy import text

from colloquy.kit.audit import Entry


@pytest.fixture
def entries(database):
    """`await entries(scope)`: the organisation's log, the oldest first."""

    async def read(scope):
        async with database.begin(scope) as db:
            rows = await db.execute(
                text("select * from audit_entries where org_id = :org_id order by number"), {"org_id": scope.org_id}
            )
            return [Entry(**{key: value for key, value in row.items() if key != "org_id"}) for row in rows.mappings()]

    return read
