"""The verdict that the page after sending shows, before any job has run."""

import logging

from tracker.healing import infection
from tracker.healing.verdicts import Cause, Level, Verdict
from tracker.models import CheckIn, Recovery
from tracker.services import checkins

log = logging.getLogger(__name__)


def judged(recovery: Recovery, check_in: CheckIn, known: list[CheckIn]) -> Verdict:
    """The verdict on what was known when it came; rules that fail never look like "nothing wrong"."""
    try:
        to_its_day = [c for c in known if c.day <= check_in.day]
        courses = [to_its_day] if to_its_day == known else [to_its_day, known]
        verdicts = [checkins.verdict_now(recovery, course) for course in courses]
        return max(verdicts, key=lambda verdict: verdict.level.rank)
    except Exception:
        log.exception("check-in %s could not be judged for its page", check_in.pk)
        return Verdict(
            level=Level.REVIEW,
            cause=Cause.UNCLEAR,
            probability=0.5,
            edition=recovery.edition.rules,
            reasons=(infection.COULD_NOT_ASSESS,),
        )
