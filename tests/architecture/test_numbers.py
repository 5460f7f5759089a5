"""Numbers are as wide in a model as in its table: a narrower one would end as a fault, not as a refusal."""

from __future__ import annotations

import psycopg
from sqlalchemy import BigInteger, Integer

from colloquy.kit.db import Base
from colloquy.roles import registry

_WIDE = "select table_name, column_name from information_schema.columns where data_type = 'bigint'"


def test_what_the_database_keeps_in_64_bits_is_sent_in_64_bits(owner_connection: psycopg.Connection):
    assert registry.JOBS  # every context's models are loaded
    wide = set(owner_connection.execute(_WIDE).fetchall())
    narrow = [
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Integer)
        and not isinstance(column.type, BigInteger)
        and (table.name, column.name) in wide
    ]
    assert sorted(narrow) == []
