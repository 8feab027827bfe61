"""Finding a patient by how a name or one of its words begins, and by the year of birth.

That is what a front desk types, and what an index can answer: a word from inside a name would mean reading
every name of the clinic.
"""

import sys
from typing import Any, TypeVar

from django.db import connection
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


class Written(Value):
    """A sign written into the SQL: SQLite knows an indexed expression again only by its very words."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """As a text, or as the number that it is."""
        return (f"'{self.value}'" if isinstance(self.value, str) else str(self.value)), []


def from_word(number: int, sign: type[Value] = Value) -> Combinable:
    """The name from its word `number` on, 0 for all of it; a name of fewer words from an earlier one."""
    if number == 0:
        return Replace("name", sign("-"), sign(" "))
    before = from_word(number - 1, sign)
    return Substr(before, StrIndex(before, sign(" ")) + sign(1))


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
        field = f"from_{number}"
        if connection.vendor == "sqlite":  # its LIKE would read every name, so it is asked for a range
            patients = patients.alias(**{field: Upper(from_word(number, Written))})
            begins |= _between(field, name)
        else:
            patients = patients.alias(**{field: from_word(number)})
            begins |= Q(**{f"{field}__istartswith": name})
    return patients.filter(begins)


def _between(field: str, name: str) -> Q:
    """Whether `field`, which SQLite has put in capitals, those of ASCII only, begins with `name`."""
    capitals = "".join(letter.upper() if letter.isascii() else letter for letter in name)
    return Q(**{f"{field}__gte": capitals, f"{field}__lt": capitals + chr(sys.maxunicode)})
