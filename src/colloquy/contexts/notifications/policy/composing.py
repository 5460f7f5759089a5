"""Making a letter: from plain values and the name of its templates to a finished `Letter`.

The words are in `templates/mail/<language>/`; the first line of a text template is the subject. Ids come from
`effect_id`, the kind of letter and the recipient, so that running a job twice makes the same letters and three
colleagues get three of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from colloquy.contexts.notifications.policy import wording
from colloquy.contexts.notifications.policy.wording import TITLE_LENGTH, one_line, person_name
from colloquy.providers.mail.port import Attachment, Letter, message_id_for

_TEMPLATES = Path(__file__).parent.parent / "templates" / "mail"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a letter is for. `language` is a tag like "ru" or "en-GB"; `zone` is where they read dates."""

    address: str
    name: str | None = None
    language: str = "en"
    zone: tzinfo = UTC


def compose(
    kind: str,
    effect_id: str,
    reader: Reader,
    *,
    company: str,
    from_name: str | None = None,
    reply_to: str | None = None,
    attachments: tuple[Attachment, ...] = (),
    **values: Any,
) -> Letter:
    """The letter `kind` for `reader`; `values` are the variables of its templates."""
    language = wording.language_of(reader.language)
    name = person_name(reader.name)
    values |= {
        "language": language,
        "name": name,
        "company": one_line(company, TITLE_LENGTH),
        "plural": partial(wording.plural, language),
    }
    subject, text = _TEXT.get_template(f"{language}/{kind}.txt").render(values).split("\n", 1)
    html = _HTML.get_template(f"{language}/{kind}.html").render(values, subject=subject)
    return Letter(
        to=reader.address,
        to_name=name or None,
        subject=subject,
        text=text.lstrip("\n"),
        html=html,
        message_id=message_id_for(effect_id, kind, reader.address.lower()),
        reply_to=reply_to,
        from_name=one_line(from_name, TITLE_LENGTH) if from_name else None,
        headers=(
            # No holiday notices back (RFC 3834; the second is what Exchange reads), and no wrong guess
            # at the language by screen readers and translators.
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Language", str(language)),
        ),
        attachments=attachments,
    )


def web_address(link: str) -> str:
    """Return `link` if a mail program can open it; raises ValueError for any other scheme or for spaces."""
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.netloc or one_line(link, len(link)) != link:
        raise ValueError("A link in a letter is a complete http or https address.")
    if " " in link:
        raise ValueError("A link in a letter has no spaces; percent-encode them.")
    return link


def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=autoescape,  # noqa: S701 - off for plain text only, where an escaped name would read wrong
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_TEXT = _environment(autoescape=False)
_HTML = _environment(autoescape=True)

# The same word in both kinds of template: a name that cannot turn the sentence around it.
_TEXT.filters["apart"] = wording.isolated
_HTML.filters["apart"] = lambda text: Markup("<bdi>{}</bdi>").format(text)
