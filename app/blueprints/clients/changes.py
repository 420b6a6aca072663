"""Changing several columns of a row at once, and knowing which of them are different now."""

from __future__ import annotations

from typing import Any


def change(row: Any, **values: Any) -> list[str]:
    """Set columns of a row. Returns the names of those whose value has changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
