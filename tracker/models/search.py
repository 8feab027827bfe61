"""Finding a patient by how a name or one of its words begins, and by the year of birth.

That is what a front desk types, and what an index can answer: a word from inside a name would mean reading
every name of the clinic.
"""

from typing import Any, TypeVar

from django.db.models import F, Func, Index, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace, StrIndex, Substr, Upper

M = TypeVar("M", bound=Model)
WORDS = 4
"""So many words of a name are found by their beginning. A hyphen parts words too."""


class Pattern(Func):
    """Inside an index: PostgreSQL uses it for beginnings, whatever the language of the database."""

    template = "%(expressions)s text_pattern_ops"

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        """SQLite knows no such classes."""
        return compiler.compile(self.get_source_expressions()[0])


def from_word(number: int) -> Combinable:
    """The name from its word `number` on, 0 for all of it; a name of fewer words from an earlier one."""
    if number == 0:
        return Replace("name", Value("-"), Value(" "))
    before = from_word(number - 1)
    return Substr(before, StrIndex(before, Value(" ")) + 1)


def indexes() -> list[Index]:
    """One for each word, within a clinic."""
    return [
        Index(F("clinic"), Pattern(Upper(from_word(number))), name=f"patient_by_word_{number}")
        for number in range(WORDS)
    ]


def found(patients: QuerySet[M], typed: str) -> QuerySet[M]:
    """Those of `patients` whom somebody means who typed "sou", "ana so", "sousa 1991" or "1991"."""
    words = typed.replace("-", " ").split()
    years = [word for word in words if len(word) == 4 and word.isdecimal()]
    name = " ".join(word for word in words if word not in years)
    if years:
        patients = patients.filter(birth_year=int(years[-1]))
    if not name:
        return patients
    begins = Q()
    for number in range(WORDS):
        patients = patients.alias(**{f"from_{number}": from_word(number)})
        begins |= Q(**{f"from_{number}__istartswith": name})
    return patients.filter(begins)
