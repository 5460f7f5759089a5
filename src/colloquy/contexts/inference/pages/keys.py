"""The forms for keys. What was written as a key is never sent back, also not beside a mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.inference import schemas
from colloquy.contexts.inference.errors import KeyExists, KeyNotFound, NothingToTestWith, TooManyModels
from colloquy.contexts.inference.models import KeyRow
from colloquy.contexts.inference.pages.given import (
    HOME,
    Text,
    TheGuard,
    TheInference,
    TheSecret,
    vendor_choices,
    vendor_name,
    whole,
)
from colloquy.contexts.inference.service import change_keys, testing
from colloquy.contexts.inference.service.testing import Tested
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix=f"{HOME}/keys")
_REFUSED: tuple[type[Refusal], ...] = (KeyExists, TooManyModels)
_OUTCOMES = {
    "refused:key": N_("The vendor does not accept this key. It is not used until you replace or enable it."),
    "refused:quota": N_("The key is right, but its account has no credit left."),
    "refused:model": N_("The vendor does not know the model %(model)s at this address."),
    "refused:request": N_("The vendor did not accept the request."),
    "refused:content_filter": N_("The vendor's filter declined the request."),
    "limited": N_("The key is right, but it asks too often just now. It rests for a while."),
    "malformed": N_("The key works, but %(model)s did not answer in the shape it was asked for."),
    "unavailable": N_("The vendor did not answer. Try again in a moment."),
}


@router.get("/new")
async def new_key(request: Request, actor: CurrentActor, vendor: str = "openai", base_url: str = "") -> Response:
    """The form for a key."""
    actor.require(Permission.ORG_MANAGE)
    return _form(request, {"vendor": vendor, "base_url": base_url})


@router.post("")
async def add_key(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    secret: TheSecret,
    guard: TheGuard,
    vendor: Text = "",
    base_url: Text = "",
    label: Text = "",
    key: Text = "",
    per_minute: Text = "",
) -> Response:
    """Enters a key."""
    actor.require(Permission.ORG_MANAGE)
    values = {"vendor": vendor, "base_url": base_url, "label": label, "per_minute": per_minute}
    try:
        given = schemas.understood(schemas.KeyInput, **{**values, "key": key, "per_minute": whole(per_minute)})
        await change_keys.add_key(db, secret, actor, given.checked(guard).draft())
    except Malformed as error:
        return _form(request, values, errors=error.fields, status=422)
    except _REFUSED as refusal:
        return _form(request, values, errors={"key": refusal.message}, status=refusal.status)
    return pages.see_other(request, HOME, _("The key was entered and encrypted. It is used from now on."))


@router.get("/{key_id}")
async def edit_key(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """A key's name and limit, and the form that replaces it."""
    row = await _row(db, actor, key_id)
    return _edit(request, row)


@router.post("/{key_id}")
async def change_key(
    request: Request,
    key_id: UUID,
    actor: CurrentActor,
    db: DbSession,
    label: Text = "",
    per_minute: Text = "",
) -> Response:
    """Saves name and limit."""
    row = await _row(db, actor, key_id)
    try:
        given = schemas.understood(schemas.KeyChange, label=label, per_minute=whole(per_minute))
    except Malformed as error:
        values = {"label": label, "per_minute": per_minute}
        return _edit(request, row, values=values, errors=error.fields, status=422)
    await change_keys.change_key(db, actor, key_id, label=given.label, per_minute=given.per_minute)
    return pages.see_other(request, HOME, _("The key was saved."))


@router.post("/{key_id}/replace")
async def replace_key(
    request: Request, key_id: UUID, actor: CurrentActor, db: DbSession, secret: TheSecret, key: Text = ""
) -> Response:
    """Enters a new key and retires this one."""
    row = await _row(db, actor, key_id)
    try:
        given = schemas.understood(schemas.KeyReplacement, key=key)
        await change_keys.replace_key(db, secret, actor, key_id, given.key.get_secret_value())
    except Malformed as error:
        return _edit(request, row, errors=error.fields, status=422)
    except _REFUSED as refusal:
        return _edit(request, row, errors={"key": refusal.message}, status=refusal.status)
    return pages.see_other(request, HOME, _("The key was replaced. Requests under way finish with the old one."))


@router.post("/{key_id}/enable")
async def enable(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Uses a key again."""
    await change_keys.enable_key(db, actor, key_id, enabled=True)
    return pages.see_other(request, HOME, _("The key is used again."))


@router.post("/{key_id}/disable")
async def disable(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Leaves a key alone."""
    await change_keys.enable_key(db, actor, key_id, enabled=False)
    undo = f"{HOME}/keys/{key_id}/enable"
    return pages.see_other(request, HOME, _("The key is no longer used."), undo_action=undo)


@router.post("/{key_id}/retire")
async def retire(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Erases a key."""
    await change_keys.retire_key(db, actor, key_id)
    return pages.see_other(request, HOME, _("The key was erased here. Revoke it at its vendor as well."))


@router.post("/{key_id}/test")
async def test(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession, inference: TheInference) -> Response:
    """Asks a model with the key and says what came of it."""
    actor.require(Permission.ORG_MANAGE)
    await db.commit()  # the vendor takes its time, and no transaction is open meanwhile
    try:
        tested = await testing.test_key(inference, actor, key_id)
    except NothingToTestWith as refusal:
        return pages.see_other(request, HOME, refusal.message, kind="bad")
    return pages.see_other(request, HOME, _told(tested), kind="good" if tested.works else "bad")


def _told(tested: Tested) -> str:
    if tested.works:
        seconds = f"{tested.latency_ms / 1000:.1f}"
        return _("The key works: %(model)s answered in %(seconds)s s.", model=tested.model, seconds=seconds)
    words = _OUTCOMES.get(tested.outcome, _OUTCOMES["unavailable"])
    return _(words, model=tested.model) if "%(model)s" in words else _(words)


async def _row(db: AsyncSession, actor: Actor, key_id: UUID) -> KeyRow:
    found = next((row for row in await change_keys.keys(db, actor) if row.id == key_id), None)
    if found is None:
        raise KeyNotFound(_("There is no such key."))
    return found


def _form(
    request: Request, values: dict[str, Any], *, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return pages.render(
        request,
        "inference/key_form.html",
        status=status,
        section="settings",
        values={"vendor": "openai", "base_url": "", "label": "", "per_minute": "", **values},
        vendors=vendor_choices(_("Another server that speaks OpenAI's protocol")),
        errors=errors or {},
    )


def _edit(
    request: Request,
    row: KeyRow,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    stored = {"label": row.label, "per_minute": "" if row.per_minute is None else str(row.per_minute)}
    return pages.render(
        request,
        "inference/key_edit.html",
        status=status,
        section="settings",
        key={
            "id": row.id,
            "label": row.label,
            "last4": row.last4,
            "vendor": vendor_name(row.vendor),
            "address": row.base_url,
            "retired": row.retired_at is not None,
        },
        values=values or stored,
        errors=errors or {},
    )
