import pytest

from colloquy.contexts.identity.policy.navigation import navigation
from colloquy.contexts.identity.policy.roles import PERMISSIONS, may_appoint
from colloquy.contexts.identity.public import Actor, Permission, Role
from colloquy.kit.db import Scope
from colloquy.kit.errors import Forbidden
from colloquy.kit.ids import new_id

OWNER, ADMIN, RECRUITER, REVIEWER = Role

WHO_MAY = {
    Permission.INTERVIEWS_VIEW: {OWNER, ADMIN, RECRUITER, REVIEWER},
    Permission.INTERVIEWS_EDIT: {OWNER, ADMIN, RECRUITER},
    Permission.INTERVIEWS_ALL: {OWNER, ADMIN},
    Permission.SESSIONS_VIEW: {OWNER, ADMIN, RECRUITER, REVIEWER},
    Permission.SESSIONS_REVIEW: {OWNER, ADMIN, RECRUITER, REVIEWER},
    Permission.SESSIONS_DECIDE: {OWNER, ADMIN, RECRUITER},
    Permission.MEDIA_REVIEW: {OWNER, ADMIN, RECRUITER, REVIEWER},
    Permission.TEAM_MANAGE: {OWNER, ADMIN},
    Permission.ORG_MANAGE: {OWNER, ADMIN},
    Permission.MAIL_VIEW: {OWNER, ADMIN},
    Permission.OPERATIONS_VIEW: {OWNER, ADMIN},
    Permission.AUDIT_VIEW: {OWNER, ADMIN},
    Permission.KEYS_MANAGE: {OWNER, ADMIN},
    Permission.WEBHOOKS_MANAGE: {OWNER, ADMIN},
    Permission.PRIVACY_MANAGE: {OWNER, ADMIN},
}


def actor(role):
    return Actor(new_id(), "Ada", "ada@example.com", role, Scope(new_id()))


def test_the_table_names_every_permission():
    assert set(WHO_MAY) == set(Permission)
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(role, permission):
    allowed = role in WHO_MAY[permission]
    assert actor(role).may(permission) is allowed
    if allowed:
        actor(role).require(permission)
    else:
        with pytest.raises(Forbidden):
            actor(role).require(permission)


@pytest.mark.parametrize(
    ("acting", "before", "after", "allowed"),
    [
        (OWNER, None, OWNER, True),
        (OWNER, ADMIN, OWNER, True),
        (OWNER, OWNER, None, True),
        (ADMIN, None, ADMIN, True),
        (ADMIN, RECRUITER, ADMIN, True),
        (ADMIN, REVIEWER, None, True),
        (ADMIN, None, OWNER, False),
        (ADMIN, ADMIN, OWNER, False),
        (ADMIN, OWNER, ADMIN, False),
        (ADMIN, OWNER, None, False),
        (RECRUITER, None, REVIEWER, False),
        (RECRUITER, REVIEWER, RECRUITER, False),
        (REVIEWER, REVIEWER, None, False),
    ],
)
def test_only_owners_make_and_unmake_owners(acting, before, after, allowed):
    assert may_appoint(actor(acting), before, after) is allowed


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        (OWNER, ["interviews", "waiting", "team", "mail", "operations", "settings"]),
        (ADMIN, ["interviews", "waiting", "team", "mail", "operations", "settings"]),
        (RECRUITER, ["interviews", "waiting"]),
        (REVIEWER, ["interviews", "waiting"]),
    ],
)
def test_the_navigation_shows_what_one_may_open(role, keys):
    assert [item["key"] for item in navigation(actor(role))] == keys
