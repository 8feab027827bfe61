"""Drafting and publishing an edition."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tracker.healing import infection, policy
from tracker.models import ProtocolEdition, QualityCheck

LEVELS = ("watch", "review", "urgent")
PLAIN = (
    *("rules", "urgent_minutes", "review_minutes", "watch_minutes", "silence_days"),
    *("escalation_repeat_minutes", "unfinished_minutes", "monitoring_days"),
)
"""What the form holds as the model does."""

MOST_LATE, LATEST = 6, 365
"""Late questions at most, and the last day for one."""

RULES = {
    "rules-1": _("rules-1: warning signs, or a course that turns; no statistics"),
    "model-2": _("model-2: weighs the whole course, over the same warning signs"),
}

LEVELS_HELP = _(
    "From which probability of an infection a level begins. Leave all three empty for the published levels. "
    "Warning signs never depend on them."
)

SECTIONS = {
    "judging": _("How it judges"),
    "clocks": _("How fast somebody must answer"),
    "climbing": _("Who is told when nobody answers"),
    "following": _("How long it follows"),
    "course": _("What is shown as usual"),
}


def has_statistics(rules: str) -> bool:
    """Whether the rules have levels that a table can move."""
    return bool(policy.budgets(rules))


def _per_cent(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0.0001,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"size": 8, "step": "any", "inputmode": "decimal"}),
    )


def _minutes(label: Any, least: int = 1, most: int = 10080) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"size": 6})
    )


class DraftForm(forms.Form):
    """Everything of a draft that a clinic may set. Probabilities are asked in per cent.

    `edition` is the draft as it stands. `said` gives the fields as the model keeps them, `course` which
    expected course was chosen.
    """

    rules = forms.ChoiceField(label=_("Rules"), widget=forms.RadioSelect)
    watch = _per_cent(_("Watch from, %"))
    review = _per_cent(_("Review from, %"))
    urgent = _per_cent(_("Urgent from, %"))
    urgent_minutes = _minutes(_("Urgent, minutes"), 5)
    review_minutes = _minutes(_("Review, minutes of opening time"), 5)
    watch_minutes = _minutes(_("Watch, minutes of opening time"), 5)
    silence_days = _minutes(_("Silent after, days without an entry"), 1, 14)
    second_minutes = _minutes(_("Deputy or on duty after, minutes"))
    inbox_minutes = _minutes(_("Shared inbox after, minutes"))
    escalation_repeat_minutes = _minutes(_("Then again every, minutes"), 5)
    course = forms.ChoiceField(label=_("Expected course"), widget=forms.RadioSelect)
    unfinished_minutes = _minutes(_("Taken, not finished: open again after, minutes"), 30)
    monitoring_days = _minutes(_("Daily questions, days"), 7, 42)
    tail_days = forms.CharField(
        label=_("Late questions on days"),
        required=False,
        help_text=_("Such as 28, 60. Leave empty for none."),
        widget=forms.TextInput(attrs={"size": 16, "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, edition: ProtocolEdition, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(edition))
        super().__init__(*args, **kwargs)
        self.edition = edition
        if _second(edition) == "clinicians":
            self.fields["second_minutes"].label = _("Every clinician after, minutes")
        names = sorted({*RULES, *infection.EDITIONS})
        self.fields["rules"].choices = [(n, RULES.get(n, n)) for n in names]  # type: ignore[attr-defined]
        self.fields["course"].choices = list(_courses(edition))  # type: ignore[attr-defined]

    def clean_tail_days(self) -> list[int]:
        """Whole days, each once, in order."""
        said = self.cleaned_data["tail_days"].replace(",", " ").split()
        if not all(word.isdecimal() for word in said) or len(said) > MOST_LATE:
            raise forms.ValidationError(_("Give up to six whole days, such as 28, 60."))
        return sorted({int(word) for word in said})

    def clean(self) -> dict[str, Any]:
        """Levels in order and only where the rules have statistics; clocks in order."""
        said = super().clean() or {}
        self._check_levels(said)
        self._in_order(
            said,
            ("urgent_minutes", "review_minutes", "watch_minutes"),
            _("A milder level cannot be answered sooner than a graver one."),
        )
        days, late = said.get("monitoring_days"), said.get("tail_days")
        if days is not None and late and not days < late[0] <= late[-1] <= LATEST:
            text = _("Late questions come after the daily ones, and within a year.")
            self.add_error("tail_days", text)
        self._in_order(said, ("second_minutes", "inbox_minutes"), _("The shared inbox comes after people."))
        return said

    def _check_levels(self, said: dict[str, Any]) -> None:
        given = [name for name in LEVELS if said.get(name) is not None]
        if not given or any(name in self.errors for name in LEVELS):
            return
        if not has_statistics(said.get("rules", "")):
            self.add_error("watch", _("These rules have no statistics: leave the levels empty."))
        elif len(given) < len(LEVELS):
            missing = next(name for name in LEVELS if name not in given)
            self.add_error(missing, _("Give all three levels, or none."))
        else:
            self._in_order(said, LEVELS, _("A graver level cannot begin below a milder one."))

    def _in_order(self, said: dict[str, Any], names: tuple[str, ...], text: Any) -> None:
        values = [said.get(name) for name in names]
        if None not in values and values != sorted(values):  # type: ignore[type-var]
            self.add_error(names[-1], text)

    @property
    def said(self) -> dict[str, Any]:
        """The fields as ProtocolEdition keeps them."""
        clean = self.cleaned_data
        table = {name: float(clean[name]) / 100 for name in LEVELS if clean[name] is not None}
        return {
            **{name: clean[name] for name in (*PLAIN, "tail_days")},
            "policy": table,
            "escalation": [
                {"after_minutes": 0, "to": "operator"},
                {"after_minutes": clean["second_minutes"], "to": _second(self.edition)},
                {"after_minutes": clean["inbox_minutes"], "to": "inbox"},
            ],
        }

    @property
    def helper(self) -> FormHelper:
        """In sections; the three levels and the clocks stand side by side."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            _heading("judging"),
            "rules",
            HTML(format_lazy('<p class="soft">{}</p>', LEVELS_HELP)),
            Div(*LEVELS, css_class="row ends"),
            _heading("course"),
            "course",
            _heading("clocks"),
            Div("urgent_minutes", "review_minutes", "watch_minutes", css_class="row ends"),
            _heading("climbing"),
            Div("second_minutes", "inbox_minutes", "escalation_repeat_minutes", css_class="row ends"),
            "unfinished_minutes",
            _heading("following"),
            Div("monitoring_days", "silence_days", "tail_days", css_class="row ends"),
        )
        return helper


def _heading(section: str) -> HTML:
    return HTML(format_lazy("<h3>{}</h3>", SECTIONS[section]))


def _second(edition: ProtocolEdition) -> str:
    """Who is told second: the deputy, unless the edition was made to tell every clinician."""
    told = {step["to"] for step in edition.escalation}
    return "clinicians" if "clinicians" in told and "deputy" not in told else "deputy"


def _initial(edition: ProtocolEdition) -> dict[str, Any]:
    """The draft as the form shows it."""
    after = {step["to"]: step["after_minutes"] for step in edition.escalation}
    return {
        **{name: getattr(edition, name) for name in PLAIN},
        "tail_days": ", ".join(map(str, edition.tail_days)),
        **{
            name: f"{edition.policy[name] * 100:.4f}".rstrip("0").rstrip(".")
            for name in LEVELS
            if name in edition.policy
        },
        "second_minutes": after.get(_second(edition), 30),
        "inbox_minutes": after.get("inbox", 60),
        "course": "kept" if edition.learned else "published",
    }


def _courses(edition: ProtocolEdition) -> Any:
    yield "published", _("The published course")
    if edition.learned:
        text = _("The course learned from {count} of your recoveries, as it is")
        yield "kept", format_lazy(text, count=edition.learned_from.get("courses", "?"))
    yield "learn", _("Learn it now from your own recoveries without complications")


class FindingForm(forms.Form):
    """What a look at an unflagged recovery showed. The finding is the button that was pressed."""

    finding = forms.ChoiceField(choices=QualityCheck.Finding.choices)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
