"""With whom an interview is shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from colloquy.contexts.identity.public import Level, Member, Permission, withheld


class Visibility(StrEnum):
    """Who may see an interview and everything about its candidates."""

    TEAM = "team"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who may see one interview. `people` counts only while `visibility` is SHARED."""

    visibility: Visibility
    made_by: UUID | None
    people: Mapping[UUID, Level]

    def allows(self, member: Member, permission: Permission) -> bool:
        """Whether the member may do that with this interview. The same as row-level security and `Actor` decide

        for somebody who asks; this is for letters and lists, which are made while nobody does.
        """
        if not member.may(permission):
            return False
        everything = self.visibility is Visibility.TEAM or member.person_id == self.made_by
        if everything or member.may(Permission.INTERVIEWS_ALL):
            return True
        level = self.people.get(member.person_id)
        return level is not None and permission not in withheld(level)
