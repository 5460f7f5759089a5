"""Backups of a whole installation: base backups, the write-ahead log as it is written, recordings, tombstones.

`place` knows what lies where, `server` speaks to PostgreSQL's own tools, `mirror` copies recordings, `base` makes
a base backup, `stream` and `keeper` keep everything else close behind, `restore` and `drill` bring it back. See
docs/decisions/0033.
"""
