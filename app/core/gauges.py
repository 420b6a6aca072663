"""Gauge: a number as it is now, for /metrics; slices bring their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number, what it is, and what it is of."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
