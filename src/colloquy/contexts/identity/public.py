"""The front door of identity: who asks, what they may, which organisation, which tenant a secret link opens."""

from __future__ import annotations

from colloquy.contexts.identity.models import Member, Organisation
from colloquy.contexts.identity.policy.roles import (
    PERMISSIONS,
    Actor,
    AnyRole,
    CustomRole,
    Level,
    Permission,
    Role,
    permissions_of,
    role_key,
    role_name,
    withheld,
)
from colloquy.contexts.identity.policy.sign_ins import Unused
from colloquy.contexts.identity.queries.organisations import share_interviews
from colloquy.contexts.identity.queries.people import person_by_email
from colloquy.contexts.identity.queries.teams import insiders, organisations_of, person_names, team
from colloquy.contexts.identity.service.current_actor import CurrentActor, accent_css, find
from colloquy.contexts.identity.service.factors import forget_factors
from colloquy.contexts.identity.service.invite import LetterFacts, colleague_letter_facts
from colloquy.contexts.identity.service.key_letters import KeyLetterFacts, announce_ending_keys, key_letter_facts
from colloquy.contexts.identity.service.organisation import organisation
from colloquy.contexts.identity.service.set_up import create_organisation, set_up_is_waiting
from colloquy.contexts.identity.service.token_routes import keep_route, scope_of, tenants

__all__ = [
    "PERMISSIONS",
    "Actor",
    "AnyRole",
    "CurrentActor",
    "CustomRole",
    "KeyLetterFacts",
    "LetterFacts",
    "Level",
    "Member",
    "Organisation",
    "Permission",
    "Role",
    "Unused",
    "accent_css",
    "announce_ending_keys",
    "colleague_letter_facts",
    "create_organisation",
    "find",
    "forget_factors",
    "insiders",
    "keep_route",
    "key_letter_facts",
    "organisation",
    "organisations_of",
    "permissions_of",
    "person_by_email",
    "person_names",
    "role_key",
    "role_name",
    "scope_of",
    "set_up_is_waiting",
    "share_interviews",
    "team",
    "tenants",
    "withheld",
]
