"""OpenID providers over HTTP, through the outbound guard: administrators type the addresses."""

from __future__ import annotations

import base64
import hmac
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _
from colloquy.providers.oidc import tokens
from colloquy.providers.oidc.port import Asked, Client, Discovered, Identity, SignOnFailed
from colloquy.providers.oidc.tokens import ASYMMETRIC, UnknownKey, UsableKey
from colloquy.providers.outbound.errors import AnswerTooLong, OutboundRefused
from colloquy.providers.outbound.guard import HTTPS, Guard

SCOPES: Final = "openid email profile"
KEPT_SECONDS: Final = 600.0
_SECONDS: Final = 10.0
_OK: Final = 200
_LONGEST_CODE: Final = 4000


@dataclass(frozen=True, slots=True)
class _Known:
    discovered: Discovered
    keys: tuple[UsableKey, ...]
    until: float


class HttpOpenId:
    """`OpenId` over HTTP. Keeps what providers say of themselves for ten minutes; one a process."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._known: dict[str, _Known] = {}

    def checked_address(self, address: str) -> str:
        """See `OpenId`."""
        try:
            return self._guard.check(address, schemes=HTTPS)
        except OutboundRefused as refused:
            raise SignOnFailed("address", refused.message) from refused

    async def test(self, issuer: str) -> Discovered:
        """See `OpenId`."""
        known = await self._ask(issuer)
        return known.discovered

    async def address(self, client: Client, asked: Asked, login_hint: str = "") -> str:
        """See `OpenId`."""
        discovered = (await self._of(client.issuer)).discovered
        challenge = base64.urlsafe_b64encode(sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
        parameters = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": asked.redirect_uri,
            "scope": SCOPES,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if asked.anew:
            # Whoever does not know `prompt` has to heed `max_age`, and to say when they asked (Core, 3.1.2.1).
            parameters |= {"prompt": "login", "max_age": "0"}
        if login_hint:
            parameters["login_hint"] = login_hint
        joint = "&" if "?" in discovered.authorization_endpoint else "?"
        return f"{discovered.authorization_endpoint}{joint}{urlencode(parameters)}"

    async def redeem(self, client: Client, asked: Asked, code: str, issuer: str | None) -> Identity:
        """See `OpenId`."""
        known = await self._of(client.issuer)
        if issuer != client.issuer and (issuer is not None or known.discovered.names_issuer):
            # Mix-up (RFC 9700, 4.4): the answer is another provider's, and its code must not be sent to this one.
            raise SignOnFailed("token", _("The answer did not come from your organisation's provider. Try again."))
        answer = await self._token(client, known.discovered, asked, code)
        claims = await self._claims(client, known, asked, answer)
        if "email" not in claims and known.discovered.userinfo_endpoint:
            claims = {**claims, **await self._userinfo(known.discovered, answer, claims["sub"])}
        email, name = claims.get("email"), claims.get("name")
        return Identity(
            claims["sub"],
            email if isinstance(email, str) else None,
            # Some say "true" in letters; whatever else it is, it is no yes.
            claims.get("email_verified") in (True, "true"),
            name if isinstance(name, str) else None,
            _moment(claims.get("auth_time")),
        )

    async def _claims(self, client: Client, known: _Known, asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
        token, algorithms = answer.get("id_token"), known.discovered.algorithms
        if not isinstance(token, str):
            raise SignOnFailed("exchange", _("The provider gave no id token. It has to know this as an OpenID client."))
        try:
            return tokens.read(token, known.keys, algorithms, client, asked.nonce)
        except UnknownKey:
            fresh = await self._ask(client.issuer)
        try:
            return tokens.read(token, fresh.keys, algorithms, client, asked.nonce)
        except UnknownKey:
            raise SignOnFailed("token", _("The provider signed with a key that it does not show.")) from None

    async def _token(self, client: Client, discovered: Discovered, asked: Asked, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code[:_LONGEST_CODE],
            "redirect_uri": asked.redirect_uri,
            "code_verifier": asked.verifier,
        }
        headers = {"accept": "application/json"}
        if client.secret is None:
            form["client_id"] = client.client_id
        elif "client_secret_basic" in discovered.token_auth or "client_secret_post" not in discovered.token_auth:
            # Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
            pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client.client_id, "client_secret": client.secret}
        status, answer = await self._fetch("POST", discovered.token_endpoint, headers=headers, data=form)
        if status != _OK or not isinstance(answer, dict):
            said = answer.get("error") if isinstance(answer, dict) else None
            shown = said[:80] if isinstance(said, str) else str(status)
            raise SignOnFailed("exchange", _("The provider refused the sign-in: %(reason)s.", reason=shown))
        return answer

    async def _userinfo(self, discovered: Discovered, answer: dict[str, Any], subject: str) -> dict[str, Any]:
        token = answer.get("access_token")
        assert discovered.userinfo_endpoint is not None  # noqa: S101 - the caller looked
        if not isinstance(token, str):
            return {}
        status, said = await self._fetch(
            "GET", discovered.userinfo_endpoint, headers={"authorization": f"Bearer {token}"}
        )
        # Another subject's particulars (OpenID Connect Core 1.0, 5.3.2) are nobody's here.
        if status != _OK or not isinstance(said, dict) or said.get("sub") != subject:
            return {}
        return {name: said[name] for name in ("email", "email_verified", "name") if name in said}

    async def _of(self, issuer: str) -> _Known:
        known = self._known.get(issuer)
        return known if known is not None and known.until > time.monotonic() else await self._ask(issuer)

    async def _ask(self, issuer: str) -> _Known:
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        status, said = await self._fetch("GET", address)
        if status != _OK or not isinstance(said, dict):
            raise _undiscovered(_("There is no OpenID configuration at %(address)s.", address=address))
        discovered = self._discovered(issuer, said)
        status, document = await self._fetch("GET", discovered.jwks_uri)
        try:
            keys = tokens.usable(document) if status == _OK else ()
        except ValueError:
            keys = ()
        if not keys:
            raise _undiscovered(_("The provider shows no keys that id tokens could be checked with."))
        known = _Known(replace(discovered, keys=len(keys)), keys, time.monotonic() + KEPT_SECONDS)
        self._known[issuer] = known
        return known

    def _discovered(self, issuer: str, said: dict[str, Any]) -> Discovered:
        named = said.get("issuer")
        if not isinstance(named, str) or not hmac.compare_digest(named.encode(), issuer.encode()):
            shown = str(named)[:200]
            raise _undiscovered(_("The provider calls itself %(issuer)s. Enter exactly that as issuer.", issuer=shown))
        announced = _words(said, "id_token_signing_alg_values_supported", "RS256")
        algorithms = tuple(one for one in announced if one in ASYMMETRIC)
        if not algorithms:
            raise _undiscovered(_("The provider signs with none of the methods that are accepted here, like RS256."))
        return Discovered(
            issuer,
            self._endpoint(said, "authorization_endpoint"),
            self._endpoint(said, "token_endpoint"),
            self._endpoint(said, "jwks_uri"),
            self._endpoint(said, "userinfo_endpoint") if "userinfo_endpoint" in said else None,
            algorithms,
            _words(said, "token_endpoint_auth_methods_supported", "client_secret_basic"),
            pkce="S256" in _words(said, "code_challenge_methods_supported", ""),
            names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
        )

    def _endpoint(self, said: dict[str, Any], name: str) -> str:
        address = said.get(name)
        if not isinstance(address, str):
            raise _undiscovered(_("The provider's configuration has no %(name)s.", name=name))
        return self.checked_address(address)

    async def _fetch(self, method: str, address: str, **given: Any) -> tuple[int, Any]:
        import httpx  # late: it is heavy, and few installations have a provider

        from colloquy.providers.outbound.client import guarded_client

        async with guarded_client(self._guard, schemes=HTTPS, seconds=_SECONDS) as http:
            try:
                response = await http.request(method, address, **given)
            except OutboundRefused as refused:
                raise SignOnFailed("address", refused.message) from refused
            except (httpx.HTTPError, httpx.InvalidURL, AnswerTooLong, OSError) as error:
                raise SignOnFailed(
                    "unreachable", _("The provider at %(address)s does not answer.", address=address)
                ) from error
        try:
            return response.status_code, response.json()
        except (ValueError, RecursionError):
            return response.status_code, None


def _words(said: dict[str, Any], name: str, default: str) -> tuple[str, ...]:
    value = said.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else (default,)


def _undiscovered(message: str) -> SignOnFailed:
    return SignOnFailed("discovery", message)


def _moment(seconds: Any) -> datetime | None:
    """The moment of a NumericDate, and never one to come: clocks differ. None for what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return min(datetime.fromtimestamp(seconds, UTC), clock.now())
    except (ValueError, OverflowError, OSError):
        return None
