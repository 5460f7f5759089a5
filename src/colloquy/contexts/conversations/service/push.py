"""Changes of a conversation, pushed to who looks at it without having asked for a turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.errors import ConversationNotFound
from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.conversations.service import read, views
from colloquy.contexts.conversations.service.follow import PING, Event, Position, Reader, going_down
from colloquy.kit.crypto import Secret
from colloquy.kit.fanout import Note
from colloquy.kit.i18n import gettext as _


async def changes(reader: Reader, secret: Secret, channel: str) -> AsyncIterator[Event]:
    """`message` for each that changed, `conversation` for where it is, `sync` when something may have been missed.

    Ends when the conversation was handed in, or is gone.
    """
    with reader.fanout.subscribe(channel) as wake:
        yield Event("sync", {})
        while True:
            heard = await wake.get(limits.HEARTBEAT_SECONDS)
            if heard is Note.END:
                yield going_down()
                return
            if heard is None:
                yield PING
                continue
            if heard is Note.RESYNC:
                yield Event("sync", {})
                continue
            seq = heard.get("seq")
            async for event in _as_it_is(reader, secret, seq):
                yield event
                if event.data and event.data.get("handed_in"):
                    return


async def _as_it_is(reader: Reader, secret: Secret, seq: int | None) -> AsyncIterator[Event]:
    async with reader.database.begin(reader.scope) as db:
        row = await queries.conversation(db, reader.scope, reader.conversation_id)
        if row is None:
            raise ConversationNotFound(_("This conversation is not there any more."))
        known = await read.messages(db, reader.scope, reader.conversation_id)
        changed = await views.shown(db, secret, reader.scope, [one for one in known if one.seq == seq])
        standing = read.standing(row, known)
    for message in changed:
        # A turn that is being composed is read along in its own stream.
        if message.state != "composing":
            yield Event("message", message.model_dump(mode="json"), Position(message.seq))
    yield Event("conversation", views.standing_view(standing).model_dump(mode="json"))
