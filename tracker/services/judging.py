"""How an edition judges: its rules, with its own table of levels and its learned course where it has them."""

import hashlib
import json
from collections.abc import Sequence

from tracker.healing import infection, policy
from tracker.healing.infection import Edition
from tracker.healing.policy import Policy
from tracker.healing.symptoms import Report
from tracker.healing.timelines import as_learned
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Verdict
from tracker.models import ProtocolEdition

JUDGING = ("rules", "policy", "learned")
"""What can change a verdict; the other fields move clocks."""


def verdict(edition: ProtocolEdition, facts: Facts, reports: Sequence[Report]) -> Verdict:
    """What `edition` says about a course, for its newest day. ValueError when its levels are not in order."""
    levels, learned = own_levels(edition), as_learned(edition.learned)
    found = infection.judge(facts, reports, edition.rules, policy=levels, learned=learned)
    return infection.beside(found, facts, reports, learned)


def own_levels(edition: ProtocolEdition) -> Policy | None:
    """The edition's own table of levels; None where the published one holds."""
    return policy.ordered(edition.policy) if edition.policy else None


def levels_of(edition: ProtocolEdition) -> Policy | None:
    """The edition's table of levels, its own or the published one; None for rules without statistics."""
    if own := own_levels(edition):
        return own
    try:
        return policy.policy(edition.rules)
    except KeyError:
        return None


def rules_of(edition: ProtocolEdition) -> Edition:
    """The rules as this edition uses them: with its own table of levels and its learned course."""
    learned = as_learned(edition.learned)
    return infection.edition_named(edition.rules, policy=own_levels(edition), learned=learned)


def mark(edition: ProtocolEdition) -> str:
    """A short name for everything in `edition` that can change a verdict."""
    judging = {name: getattr(edition, name) for name in JUDGING}
    return hashlib.sha256(json.dumps(judging, sort_keys=True).encode()).hexdigest()
