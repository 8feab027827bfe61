"""Questions before a treatment: what speaks against it, and whether that needs a recorded decision.

The clinician decides; nothing here tells anyone to stop a medicine. Awaits clinical sign-off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tracker.healing.screening_texts import QUESTIONS, REASONS
from tracker.healing.symptoms import Answer
from tracker.healing.tables import rows


class Effect(StrEnum):
    """What an answer asks for: a clinician's recorded decision, or only care."""

    STOP = "stop"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `against` is the answer that speaks against treating; `reason` says why, for staff."""

    key: str
    text: str
    against: Answer
    effect: Effect
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One question as answered. `answer` None: not asked. `effect` None: the answer raises nothing.

    Not sure has the effect of the answer that speaks against. A question that was not asked has no
    effect of its own and is shown as not asked.
    """

    question: Question
    answer: Answer | None
    effect: Effect | None

    @property
    def not_asked(self) -> bool:
        """Whether nobody asked; never to be read as no."""
        return self.answer is None


@cache
def questions() -> tuple[Question, ...]:
    """All questions in the order of `evidence/screening.csv`."""
    return tuple(
        Question(
            key=row["key"],
            text=QUESTIONS[row["key"]],
            against=Answer(row["against"]),
            effect=Effect(row["effect"]),
            reason=REASONS[row["key"]],
            source=row["source"],
        )
        for row in rows("screening")
    )


def findings(answers: Mapping[str, Answer | None]) -> tuple[Finding, ...]:
    """One finding per question, in order. Keys of `answers` are question keys; a missing key was not asked.

    KeyError names keys that are no question.
    """
    unknown = sorted(set(answers) - {question.key for question in questions()})
    if unknown:
        raise KeyError(f"no screening question: {', '.join(unknown)}")
    return tuple(_finding(question, answers.get(question.key)) for question in questions())


def _finding(question: Question, answer: Answer | None) -> Finding:
    """One question with its answer and what that answer asks for."""
    speaks = answer in (question.against, Answer.UNSURE)
    return Finding(question, answer, question.effect if speaks else None)


def needs_decision(answers: Mapping[str, Answer | None]) -> bool:
    """Whether going on needs a clinician's recorded decision: something stops, or a stopper was not asked."""
    return any(
        found.effect is Effect.STOP or (found.not_asked and found.question.effect is Effect.STOP)
        for found in findings(answers)
    )
