"""What a course report says, in words and short lines, before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tracker.access import Case
from tracker.healing import symptoms
from tracker.healing.timelines import Timeline
from tracker.models import CheckIn, Flag, Member
from tracker.services import harm
from tracker.templatetags.aftercare import LEVEL_WORDS, reason
from tracker.views.clinician import adverse_words, banner, course, entries

REASONS = 3
"""So many reasons of a flag are printed; the record holds all."""


@dataclass(frozen=True, slots=True)
class Told:
    """One flag: its head line and the lines under it."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One check-in: day, when it was written, answers (text, whether it stands out), the rest in words.

    `quiet` ones may be left out where a course is too long for the page.
    """

    day: int
    written: str
    scores: tuple[tuple[str, bool], ...]
    temperature: str
    level: str
    text: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Everything on the two pages."""

    clinic: str
    name: str
    born: str
    number: int
    facts: tuple[tuple[str, str], ...]
    safety: str
    panels: tuple[course.Panel, ...]
    flags: tuple[Told, ...]
    check_ins: tuple[Line, ...]
    acts: tuple[str, ...]
    outcome: str
    sign_off: str
    printed: str
    demo: bool


def report(case: Case, member: Member, now: datetime) -> Report:
    """The report of one recovery as `member` prints it now."""
    found = case.recovery
    expected = found.timeline()
    daily = [c.report() for c in case.check_ins if c.kind != CheckIn.Kind.TAIL]
    told = entries.by_day(case.check_ins, near_eye=found.treatment.facts().near_eye)
    flags = sorted(case.flags, key=lambda flag: (flag.opened_at, flag.pk))
    return Report(
        clinic=f"{found.clinic.name}, {found.clinic.phone}",
        name=found.patient.name,
        born=str(found.patient.birth_year),
        number=found.patient_id,
        facts=tuple(adverse_words.facts(harm.facts_of(found))),
        safety=_safety(banner.safety(found.treatment.screening.answers)),
        panels=course.drawn(expected, daily).panels,
        flags=tuple(_flag(flag) for flag in flags),
        check_ins=tuple(
            _line(expected, entry) for day in reversed(told) for thread in day.told for entry in thread
        ),
        acts=tuple(_acts(flags)),
        outcome=_outcome(case, now),
        sign_off=_sign_off(case),
        printed=_("Printed by %(who)s, %(at)s (%(zone)s)")
        % {"who": member.name, "at": _at(now), "zone": timezone.get_current_timezone_name()},
        demo=found.clinic.is_demo,
    )


def _at(instant: datetime, pattern: str = "j M Y, H:i") -> str:
    return formats.date_format(timezone.localtime(instant), pattern)


def _safety(told: banner.Safety) -> str:
    parts = (
        (_("Not sure: %(facts)s"), told.unsure),
        (_("Not asked: %(facts)s"), told.not_asked),
    )
    return ". ".join(text % {"facts": ", ".join(facts)} for text, facts in parts if facts)


def _flag(flag: Flag) -> Told:
    head = _("%(level)s: %(cause)s, opened %(at)s") % {
        "level": LEVEL_WORDS[flag.level],
        "cause": flag.get_cause_display(),
        "at": _at(flag.opened_at),
    }
    lines = [str(reason(one)) for one in flag.reasons[:REASONS]]
    more = len(flag.reasons) - REASONS
    lines += [_("and %(number)d more reasons") % {"number": more}] if more > 0 else []
    against = " ".join(str(reason(one)) for one in flag.against[:REASONS])
    lines += [_("Speaks against: %(text)s") % {"text": against}] if against else []
    lines.append(_("Raised by %(edition)s; %(state)s.") % {"edition": flag.edition, "state": _state(flag)})
    return Told(head, tuple(lines))


def _state(flag: Flag) -> str:
    if flag.state != Flag.State.RESOLVED or flag.resolved_at is None:
        return str(flag.get_state_display()).lower()
    note = f' "{flag.outcome_note}"' if flag.outcome_note else ""
    return _("closed %(at)s by %(who)s: %(outcome)s") % {
        "at": _at(flag.resolved_at),
        "who": flag.resolved_by.name if flag.resolved_by else _("itself"),
        "outcome": f"{flag.get_outcome_display()}{note}",
    }


def _line(expected: Timeline, entry: entries.Entry) -> Line:
    check_in = entry.check_in
    said = [f"{word}." for word in entry.signs]
    said += [_("Not sure: %(what)s.") % {"what": ", ".join(entry.unsure)}] if entry.unsure else []
    said += [_("Fluid: %(what)s.") % {"what": entry.discharge}] if entry.discharge else []
    said += [_("Late question.")] if check_in.kind == CheckIn.Kind.TAIL else []
    said += [f"{one.what}: {one.before} -> {one.after}." for one in entry.changes]
    said = [_("Correction."), *said] if check_in.amends_id else said
    note = [f'"{check_in.note}"'] if check_in.note else []
    return Line(
        day=check_in.day,
        written=_at(check_in.recorded_at, "j M H:i"),
        scores=tuple(_score(expected, check_in, name) for name in symptoms.SYMPTOMS),
        temperature=entry.temperature.removesuffix(" °C"),
        level=str(LEVEL_WORDS.get(entry.level, "")) if entry.level else _("not judged"),
        text=" ".join([*said, *note]),
        quiet=not said and not note and entry.level == "none",
    )


def _score(expected: Timeline, check_in: CheckIn, name: str) -> tuple[str, bool]:
    score = getattr(check_in, name)
    if score is None:
        return "-", False
    return str(score), course.stands_out(expected, name, check_in.day, score)


def _acts(flags: Sequence[Flag]) -> list[str]:
    """Contacts in the order of time."""
    tries = [attempt for flag in flags for attempt in flag.contact_attempts.all() if not attempt.undone_at]
    return [
        f"{_at(one.at)}, {one.by.name}: {one.get_result_display()}" + (f'. "{one.note}"' if one.note else "")
        for one in sorted(tries, key=lambda one: one.at)
    ]


def _outcome(case: Case, now: datetime) -> str:
    found = case.recovery
    if found.state == found.State.OPEN:
        return _("Day %(day)d of %(last)d; still followed.") % {
            "day": banner.day_of(found, now),
            "last": found.edition.monitoring_days,
        }
    farewell = getattr(found, "farewell", None)
    ended = str(found.get_state_display())
    if farewell is None:
        return _("%(ended)s. The patient has not answered the last questions.") % {"ended": ended}
    return _("%(ended)s. Medicines, says the patient: %(medicines)s.") % {
        "ended": ended,
        "medicines": str(farewell.get_medicines_display()).lower(),
    }


def _sign_off(case: Case) -> str:
    edition, line = case.recovery.edition, banner.protocol_line(case.recovery)
    if not edition.signed_off_by:
        said = _("Rules and expected course are estimates awaiting clinical sign-off.")
    else:
        day = _at(edition.signed_off_at, "j M Y") if edition.signed_off_at else ""
        said = _("Signed off by %(who)s.") % {"who": ", ".join(filter(None, (edition.signed_off_by, day)))}
    return f"{line[:1].upper()}{line[1:]}. {said} " + _("They support a clinician's judgement; no diagnosis.")
