"""How far a share counted on few cases can be trusted."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, with the interval (0–1) that holds the true share in 95 of 100 such counts."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing is 0."""
        return self.count / self.of if self.of else 0.0


def share(count: int, of: int) -> Share:
    """`count` of `of` with Wilson's score interval; of nothing, anything is possible.

    ValueError unless 0 <= count <= of. Source: Wilson 1927, J Am Stat Assoc 22:209.
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    p, square = count / of, z * z
    middle = (p + square / (2 * of)) / (1 + square / of)
    reach = z * sqrt(p * (1 - p) / of + square / (4 * of * of)) / (1 + square / of)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return Share(count, of, 0.0 if count == 0 else low, 1.0 if count == of else high)
