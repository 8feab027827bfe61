"""What is not an infection but still matters: its own lane, its own cause, its own urgency.

The statistics of later editions weigh one question only, whether this is an infection. A recovery that
is slow, or that itches after a product, must not raise that alarm; a clinician still wants to hear of it
within about two days (evidence: tiers "message the clinic" and "within 48 hours"). So what the first
edition's rules say about those causes stands beside any edition, as something to watch.
"""

from collections.abc import Sequence
from dataclasses import replace

from tracker.healing.infection import rules
from tracker.healing.symptoms import Report
from tracker.healing.timelines import Learned
from tracker.healing.treatments import Facts
from tracker.healing.verdicts import Cause, Level, Verdict

ASIDE = frozenset({Cause.SLOW_HEALING, Cause.CONTACT_REACTION, Cause.LATE_LUMP, Cause.BURN})


def beside(verdict: Verdict, facts: Facts, reports: Sequence[Report], learned: Learned = ()) -> Verdict:
    """`verdict`, or when it finds nothing, what the other lanes find: WATCH with their cause and reasons.

    Never lowers a level and never touches the probability, which is that of an infection.
    """
    if verdict.level is not Level.NONE or verdict.edition == rules.NAME:
        return verdict
    other = rules.judge(facts, reports, learned)
    if other.cause not in ASIDE or other.level is Level.NONE:
        return verdict
    return replace(
        other, level=Level.WATCH, probability=verdict.probability, edition=verdict.edition, floor=False
    )
