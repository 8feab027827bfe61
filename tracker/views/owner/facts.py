"""An edition in words, and what one changes against another."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.forms.protocols import RULES
from tracker.healing import policy
from tracker.models import ProtocolEdition
from tracker.services import judging
from tracker.templatetags.aftercare import LEVEL_WORDS

TOLD = {
    "operator": gettext_lazy("who treated the patient"),
    "deputy": gettext_lazy("the deputy and whoever is on duty"),
    "clinicians": gettext_lazy("every clinician"),
    "inbox": gettext_lazy("the shared inbox"),
}


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level: from which probability, whether that is the clinic's own, and what it is meant to cost."""

    level: str
    at_least: str
    own: bool
    budget: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison, in words."""

    label: str
    before: str
    after: str


def levels(edition: ProtocolEdition) -> list[LevelRow]:
    """The table of levels, most urgent first; empty for rules without statistics."""
    table, budgets = judging.levels_of(edition), policy.budgets(edition.rules)
    if table is None:
        return []
    return [
        LevelRow(
            name,
            per_cent(getattr(table, name)),
            bool(edition.policy),
            formats.number_format(round(budgets[name])) if name in budgets and not edition.policy else "–",
        )
        for name in ("urgent", "review", "watch")
    ]


def per_cent(share: float, digits: int = 4) -> str:
    """ "0.55 %", without zeros that say nothing."""
    shown = f"{share * 100:.{digits}f}".rstrip("0").rstrip(".")
    return _("%(number)s %%") % {"number": formats.localize_input(shown)}


def facts(edition: ProtocolEdition) -> list[tuple[str, str]]:
    """Everything that an edition says, as term and value."""
    return list(_facts(edition))


def _facts(edition: ProtocolEdition) -> Iterator[tuple[str, str]]:
    yield _("Rules"), str(RULES.get(edition.rules, edition.rules))
    yield _("Levels"), _levels_line(edition)
    yield _("Expected course"), course_line(edition)
    minutes = {"u": edition.urgent_minutes, "r": edition.review_minutes, "w": edition.watch_minutes}
    yield (
        _("Answered within"),
        _("urgent %(u)d min, review %(r)d min, watch %(w)d min of opening time") % minutes,
    )
    yield _("If nobody answers"), _climb(edition)
    yield (
        _("Followed"),
        _("%(days)d days; silent after %(silence)d days without an entry")
        % {"days": edition.monitoring_days, "silence": edition.silence_days},
    )
    yield _("Late questions"), ", ".join(_("day %(day)d") % {"day": day} for day in edition.tail_days) or "–"
    yield (
        _("Taken, and not finished"),
        _("open again after %(minutes)d min") % {"minutes": edition.unfinished_minutes},
    )
    yield _("Sign-off"), sign_off_line(edition)


def sign_off_line(edition: ProtocolEdition) -> str:
    """ "Dr Ito, 12 March 2026", or that it is awaited."""
    if not edition.signed_off_by:
        return _("awaiting clinical sign-off")
    if edition.signed_off_at is None:
        return edition.signed_off_by
    day = formats.date_format(timezone.localtime(edition.signed_off_at), "j F Y")
    return f"{edition.signed_off_by}, {day}"


def _levels_line(edition: ProtocolEdition) -> str:
    rows = levels(edition)
    if not rows:
        return _("by the rules themselves, without statistics")
    named = ", ".join(f"{LEVEL_WORDS[row.level]} {row.at_least}" for row in rows)
    return _("%(levels)s (this clinic's own)") % {"levels": named} if edition.policy else named


def course_line(edition: ProtocolEdition) -> str:
    """ "evidence 80 %, your clinic 20 %, 31 courses"."""
    if not edition.learned:
        return _("published")
    local = round(100 * edition.learned_from.get("local", 0))
    return _("evidence %(evidence)d %%, your clinic %(local)d %%, %(courses)d courses") % {
        "evidence": 100 - local,
        "local": local,
        "courses": edition.learned_from.get("courses", 0),
    }


def _climb(edition: ProtocolEdition) -> str:
    steps = ", ".join(
        _("%(who)s after %(minutes)d min")
        % {"who": TOLD.get(step["to"], step["to"]), "minutes": step["after_minutes"]}
        for step in edition.escalation
    )
    again = _("then again every %(minutes)d min") % {"minutes": edition.escalation_repeat_minutes}
    return f"{steps}, {again}"


def changes(draft: ProtocolEdition, in_force: ProtocolEdition) -> list[Change]:
    """What `draft` would change against the edition in force, line by line."""
    pairs = zip(facts(in_force), facts(draft), strict=True)
    return [Change(label, before, after) for (label, before), (_same, after) in pairs if before != after]
