"""Whether a sign-in has all that its organisation asks for."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import SecondFactorRequired, SingleSignOnRequired
from colloquy.contexts.identity.policy.sign_ins import How, Missing
from colloquy.contexts.identity.queries import signed_in
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


async def check_complete(db: AsyncSession, scope: Scope, person_id: UUID, how: How) -> None:
    """Refuses somebody, before they are signed in, whose sign-in would be refused everywhere afterwards."""
    standing = await signed_in.standing(db, scope, person_id, how=how)
    refuse_incomplete(standing.missing if standing else None)


def refuse_incomplete(missing: Missing | None) -> None:
    """Raises SecondFactorRequired or SingleSignOnRequired, for every request until what is missing is there."""
    if missing is Missing.SECOND_FACTOR:
        raise SecondFactorRequired(
            _("Your organisation asks for a second step when signing in. Set it up in your account, then go on.")
        )
    if missing is Missing.SINGLE_SIGN_ON:
        raise SingleSignOnRequired(_("Your organisation asks you to sign in with its own sign-in page."))
