"""What the components page shows its components with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

BRANDS = ("#f5b52e", "#12806f", "#0b2a6b", "#7fd6e8", "#e0218a", "#111111")


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Somebody on either side."""

    name: str
    initials: str
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class SampleItem:
    """An entry of tabs or of a menu."""

    label: str
    url: str = "#"
    icon: str = ""
    current: bool = False
    count: int | None = None
    waiting: int = 0


class SampleForm(FlaskForm):
    """A field of every kind; the change request is empty, and so wrong."""

    class Meta:
        csrf = False

    name = StringField(
        "Name",
        default="Annette Sonnenschein",
        description="This is how it is written on the receipt.",
    )
    reason = TextAreaField(
        "Your change request",
        [DataRequired("Please write what we should change. One sentence is enough.")],
    )
    role = SelectField(
        "Role",
        default="approver",
        choices={"approver": "Approves", "contributor": "Contributes", "viewer": "Reads"},
    )
    due = DateField("Due")
    code = StringField("Code", default="482")
    fixed = StringField("Can't be changed", default="RE-2026-0117")
    deciders = SelectMultipleField(
        "Who should decide?",
        choices={"a": "Annette Sonnenschein", "m": "Murat Yıldız"},
        default=["a"],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    quiet = BooleanField(
        "Share without a mail", default=True, description="It appears in the portal only."
    )
    agreed = BooleanField("I have seen both pages")
    when = RadioField(
        "When",
        choices={"now": "At once", "daily": "Daily", "off": "Off"},
        default="now",
    )
    pace = RadioField("Pace", choices={"one": "One", "two": "Two"}, default="one")


def sample(root: Path) -> dict[str, Any]:
    """People, stages and lists for the page, and the names of all icons."""
    icons = (root / "static/icons.svg").read_text()
    names = ("Kick-off", "Concept", "Design", "Production", "Launch")
    return {
        "jana": SamplePerson("Jana Petersen", "JP", is_staff=True),
        "annette": SamplePerson("Annette Sonnenschein", "AS"),
        "brands": BRANDS,
        "stages": list(zip(names, ("done", "done", "now", "next", "next"), strict=True)),
        "tab_items": [
            SampleItem("Overview", current=True),
            SampleItem("Files", count=7),
            SampleItem("Approvals", waiting=2),
            SampleItem("Messages"),
        ],
        "menu_items": [
            SampleItem("Upload a version", icon="upload"),
            SampleItem("Ask for approval", icon="approved"),
        ],
        "icons": re.findall(r'symbol id="([\w-]+)"', icons),
    }
