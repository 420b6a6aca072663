"""The client's feedback as a file: Markdown to paste into a task list, CSV for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _

from app.blueprints.approvals.notes import Note
from app.core.addresses import full_url
from app.core.formats import moment


def as_markdown(title: str, notes: Sequence[Note]) -> str:
    """A list with check marks, by approval, with the answers below."""
    parts = [f"# {title}"]
    ordered = sorted(notes, key=lambda note: note.comment.approval_id)
    for _number, group in groupby(ordered, key=lambda note: note.comment.approval_id):
        several = list(group)
        lines = [line for note in several for line in _lines(note)]
        parts.append(f"## {several[0].comment.approval.title}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def as_table(notes: Sequence[Note]) -> Iterator[Sequence[Any]]:
    """A row for each comment, below the names of the columns."""
    yield (
        _("Approval"), _("Round"), _("About"), _("By"), _("On"), _("Comment"), _("Answers"),
        _("Resolved"), _("Address"),
    )  # fmt: skip
    for note in notes:
        comment = note.comment
        yield (
            comment.approval.title,
            comment.round,
            note.about,
            comment.author.name,
            format_datetime(comment.sent_at, "yyyy-MM-dd HH:mm"),
            comment.body,
            "\n".join(f"{each.author.name}: {each.body}" for each in note.answers),
            note.done,
            full_url(
                "approvals.show",
                public_id=comment.approval.public_id,
                comment=comment.public_id,
                _anchor=f"note-{comment.public_id}",
            ),
        )


def _lines(note: Note) -> Iterator[str]:
    comment = note.comment
    about = [comment.author.name, note.about, moment(comment.sent_at or comment.created_at)]
    mark = "x" if note.done else " "
    yield f"- [{mark}] {_indented(comment.body)} ({', '.join(filter(None, about))})"
    for each in note.answers:
        yield f"  - {each.author.name}: {_indented(each.body, 4)}"


def _indented(text: str, by: int = 2) -> str:
    return text.replace("\n", "\n" + " " * by)
