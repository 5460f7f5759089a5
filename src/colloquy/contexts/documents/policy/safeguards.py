"""Risks to candidates, what the system does about each, and the test that fails without it."""

from __future__ import annotations

from dataclasses import dataclass

from colloquy.kit.i18n import N_


@dataclass(frozen=True, slots=True)
class Safeguard:
    """A risk, the measure in the product, and the tests of the measure, as files of the repository."""

    risk: str
    measure: str
    tests: tuple[str, ...]


SAFEGUARDS = (
    Safeguard(
        N_("A program decides about somebody."),
        N_("Programs give levels with quotes and never decide; every decision is written by a person with a reason."),
        ("tests/architecture/test_people_decide.py::test_decisions_are_written_in_one_place_by_an_actor",),
    ),
    Safeguard(
        N_("A program evaluates without consent."),
        N_("Nothing of a candidate reaches an evaluator, a recogniser or a model before their consent to it."),
        (
            "tests/contexts/privacy/test_no_consent_no_call.py::test_candidates_words_are_read_for_a_session_or_not_at_all",
            "tests/contexts/media/test_consent_to_hearing.py::test_nobody_is_heard_without_consent",
        ),
    ),
    Safeguard(
        N_("Whoever does not want a program is at a disadvantage."),
        N_("People alone assess whoever refuses, by the same questions, and the report says so without a number."),
        (
            "tests/contexts/sessions/test_answering.py::test_refusing_the_program_leads_to_people_and_is_as_complete",
            "tests/contexts/scoring/test_settle_session.py::test_people_only_has_no_number_and_is_settled_all_the_same",
        ),
    ),
    Safeguard(
        N_("An answer gives the assessor orders."),
        N_("Such words are blanked before anything is judged, raise no level, and are shown to a person."),
        ("tests/contexts/analysis/injection/test_gains_nothing.py::test_on_average_nothing_is_gained",),
    ),
    Safeguard(
        N_("A level is made up."),
        N_("Each level needs quotes that stand in the answer; too little evidence gives no level, and never a zero."),
        ("tests/contexts/scoring/test_settle_session.py::test_nothing_to_go_by_is_no_number_and_never_a_zero",),
    ),
    Safeguard(
        N_("Somebody else's organisation sees candidates."),
        N_("The database keeps organisations apart by row-level security; strangers find nothing."),
        (
            "tests/attack/test_strangers.py::test_no_stranger_succeeds_learns_or_changes_anything",
            "tests/architecture/test_tenancy.py::test_every_table_is_a_tenants_or_says_why_not",
        ),
    ),
    Safeguard(
        N_("Recordings are stolen from the disk."),
        N_("Recordings and files are encrypted with AES-256-GCM under a key of the installation."),
        ("tests/providers/storage/test_encryption.py::test_the_disk_holds_no_word_of_it",),
    ),
    Safeguard(
        N_("Data are kept too long."),
        N_("Four clocks end recordings, words, records and traces by themselves; candidates can ask for erasure."),
        (
            "tests/contexts/retention/test_nothing_left.py::test_nothing_of_the_erased_is_anywhere_and_everything_of_the_other_is",
        ),
    ),
    Safeguard(
        N_("Nobody can tell who looked at what."),
        N_("Changes and looks are in an audit log whose entries cannot be changed unnoticed."),
        ("tests/contexts/audit/test_tampering.py::test_a_thousand_attacks_are_all_found",),
    ),
    Safeguard(
        N_("Candidates' files attack reviewers."),
        N_("Files are read in closed processes, handed over only to be saved, and scanned where there is a scanner."),
        ("tests/hostile/test_corpus.py::test_nothing_hostile_gets_anywhere",),
    ),
)
