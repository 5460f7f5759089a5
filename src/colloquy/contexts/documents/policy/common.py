"""Blocks that several documents have: who is named, what is configured, where data go, how long they stay."""

from __future__ import annotations

from colloquy.contexts.documents.policy.document import Block, Points, Table, Text
from colloquy.contexts.documents.policy.facts import Facts, InterviewFact
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

TASKS = {"evaluate": N_("evaluates answers"), "converse": N_("words conversations"), "draft": N_("drafts questions")}


def yes(whether: bool) -> str:
    """Yes or no, in words."""
    return _("yes") if whether else _("no")


def models(facts: Facts) -> Block:
    """The language models that may be asked, with the hosts that are asked; or that there is none."""
    around = facts.surroundings
    rows = [
        (
            one.name,
            one.host or _("the vendor's own"),
            ", ".join(_(TASKS[task]) for task in one.tasks if task in TASKS),
            yes(one.enabled),
        )
        for one in facts.models
    ]
    if around.language_model and not rows:
        rows = [
            (
                around.language_model,
                around.model_host or _("the vendor's own"),
                _("whatever a model is asked for, as the installation's"),
                yes(whether=True),
            )
        ]
    if not rows:
        return Text(_("No language model is configured: the built-in rules do all of it."))
    return Table((_("Model"), _("Host that is asked"), _("What for"), _("On")), tuple(rows))


def recipients(facts: Facts) -> Block:
    """Where personal data go from this installation, by what is configured."""
    around = facts.surroundings
    found = [
        _("Speech is turned into text by %(name)s, on %(host)s.", name=around.recogniser, host=around.speech_host)
        if around.speech_host
        else _("Speech is turned into text by %(name)s, on this installation's own machines.", name=around.recogniser),
        _("Letters leave by the mail server %(host)s.", host=around.mail_host)
        if around.mail_host
        else _("Letters are kept in a folder of this machine; none is sent."),
    ]
    names = [one.name for one in facts.models if one.enabled]
    if not facts.models and around.language_model:
        names = [around.language_model]
    found += [_("Words of answers go to the language model %(name)s.", name=name) for name in names]
    found += [
        _("Identifiers of what happens, without names or answers, go to the webhook at %(host)s.", host=host)
        for host in facts.receivers
    ]
    if around.spans_host:
        found.append(
            _("Notes of calls of models, with what was said, go to the collector at %(host)s.", host=around.spans_host)
            if around.spans_content
            else _("Notes of calls of models, without words, go to the collector at %(host)s.", host=around.spans_host)
        )
    return Points(tuple(found))


def clocks(facts: Facts) -> Block:
    """How long what is kept, interview by interview, for whoever begins on the day of the facts."""
    if not facts.interviews:
        return Text(_("There is no interview yet."))
    return Table(
        (_("Interview"), _("Recordings, days"), _("Words, days"), _("Record, days"), _("Traces of access, days")),
        tuple((one.title, *map(str, one.days)) for one in facts.interviews),
    )


def oversight(facts: Facts) -> tuple[Block, ...]:
    """What people see and decide, interview by interview."""
    said = Points(
        (
            _("A person decides about every candidate, with a reason that is kept. There is no automatic rejection."),
            _("Each level stands beside the quotes that show it; reviewers can correct it, which is kept."),
            _("Several colleagues can be asked for scorecards of their own, as a panel."),
            _("Candidates can ask for a person, object to a level, and have everything explained to them."),
        )
    )
    if not facts.interviews:
        return said, Text(_("There is no interview yet."))
    blind = sum(one.blind_review for one in facts.interviews)
    return (
        said,
        Text(_("Reviewed blind: %(some)s of %(all)s interviews.", some=blind, all=len(facts.interviews))),
        Table(
            (
                _("Interview"),
                _("State"),
                _("Own scorecard first (blind)"),
                _("People only"),
                _("Places whose rules hold"),
            ),
            tuple(
                (one.title, _(STATES[one.state]), yes(one.blind_review), yes(one.people_only), places(one))
                for one in facts.interviews
            ),
        ),
    )


STATES = {"draft": N_("draft"), "published": N_("published"), "closed": N_("closed")}


def places(interview: InterviewFact) -> str:
    """The places whose rules hold, in words."""
    return ", ".join(_(name) for name in interview.places) or _("none chosen")


def evaluated(facts: Facts) -> Block:
    """Which evaluator works with which version of what it goes by."""
    if not facts.interviews:
        return Text(_("There is no interview yet."))
    return Table(
        (_("Interview"), _("Language"), _("Questions"), _("Kinds of answers"), _("Rubric version")),
        tuple(
            (one.title, one.language, str(one.questions), ", ".join(one.kinds), one.rubric_version)
            for one in facts.interviews
        ),
    )


def misuse() -> Block:
    """What the product must not be used for."""
    return Points(
        (
            _("To infer emotions, character, health or origin from voice, face or words: nothing in it does."),
            _("To reject or advance candidates without a person's decision."),
            _("To rank people across interviews with different questions."),
            _("To watch employees, or for anything but interviews for a role."),
        )
    )


def logging() -> Block:
    """What is logged."""
    return Points(
        (
            _("Every change, decision and look at what candidates gave is in a chained audit log, signed daily."),
            _("Every judgement keeps its evaluator, prompt version, rubric version and the hash of what was read."),
            _("Requests and jobs are lines of JSON with an id; personal values are left out of them."),
        )
    )
