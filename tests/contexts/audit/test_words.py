"""Everything that can be noted has words, in every language (`tests/architecture/test_messages.py` sees to that)."""

from colloquy.contexts.audit.policy.actions import ACTIONS, READS
from colloquy.kit.audit import action_of, operations
from colloquy.kit.audit.cause import SAFE_METHODS
from colloquy.kit.audit.routes import QUIET
from colloquy.kit.events import Event
from colloquy.kit.http.audited import Reads

NOTED_OTHERWISE = {
    "account.organisations.one": "account.moved",
    "account.sessions.end": "account.session_ended",
    "account.sessions.end_others": "account.sessions_ended",
    "auth.login": "sign_in.succeeded, sign_in.failed",
    "auth.logout": "sign_out",
    "auth.refresh": "nothing but a new token for the same sign-in; a stolen one is sign_in.token_reused",
    "auth.register": "organisation.created",
    "join.one": "team.joined",
    "set_up": "organisation.created",
    "settings.audit.check": "audit.checked",
    "sign_in": "sign_in.succeeded, sign_in.failed",
}
"""Operations whose use case notes them by a name of its own."""


def kinds_of_events(parent=Event):
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds_of_events(kind)


def test_every_operation_has_words(app):
    named = {
        action_of(method, path) for _endpoint, method, path in operations(app.routes) if method not in SAFE_METHODS
    }
    missing = named - ACTIONS.keys() - QUIET - NOTED_OTHERWISE.keys()
    assert missing == set(), "say them in contexts/audit/policy/actions.py"


def test_every_event_has_words(app):
    missing = {
        kind.routing_key for kind in kinds_of_events() if kind.__module__.startswith("colloquy.")
    } - ACTIONS.keys()
    assert missing == set(), "say them in contexts/audit/policy/actions.py"


def test_every_reading_has_words(app):
    marked = {found.what for _path, found in marks(app)}
    assert marked <= READS.keys(), "say it in contexts/audit/policy/actions.py"


def marks(app):
    """(address, mark) of every route that says what is read there."""
    from fastapi.routing import iter_route_contexts

    for route in iter_route_contexts(app.routes):
        for depends in getattr(route, "dependencies", None) or ():
            if isinstance(depends.dependency, Reads):
                yield route.path, depends.dependency
