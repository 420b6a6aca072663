"""Who can open an approval, and who of them is meant by an @ in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.models import Approval
from app.blueprints.clients import access
from app.blueprints.clients.models import Client, Membership
from app.blueprints.projects.models import Project, ProjectMember
from app.core.folding import forms, words_in
from app.core.models import one

AT = re.compile(r"(?<!\w)@(?=\w)")
LONGEST_NAME = 120


def who_sees(approval: Approval, reader: User) -> Select[User]:
    """Whom a reader can speak to here, by name: those who can open the approval.

    A client's people are not told of heads of the agency who have nothing to do with it.
    """
    team = select(ProjectMember.user_id).where(ProjectMember.project_id == approval.project_id)
    shown = select(Project.id).join(Client, Client.id == Project.client_id)
    shown = shown.where(Project.id == approval.project_id, Project.showing("approvals"))
    theirs = select(Membership.user_id).where(
        Membership.client_id == approval.client_id, shown.exists()
    )
    heads: ColumnElement[bool] = User.agency_role.in_(access.agency_roles_that("see_all"))
    if not reader.is_staff:
        heads = heads & _takes_part(approval)
    people = or_(User.id.in_(team), User.id.in_(theirs), heads)
    return User.present().where(people).order_by(User.name, User.id)


def sees(user: User, approval: Approval) -> bool:
    """Whether a person, who may have left the project since, can still open the approval."""
    return one(Approval.visible_to(user).where(Approval.id == approval.id)) is not None


def mentioned(text: str, people: Sequence[User]) -> set[int]:
    """The numbers of those whom a text mentions: an @, then a name, or a word of it that only one has."""
    called = [(_plain(user.name), user.id) for user in people]
    said = (_plain(text[at.end() : at.end() + LONGEST_NAME]) for at in AT.finditer(text))
    return {number for words in said if words for number in [_meant(words, called)] if number}


def _meant(words: list[str], called: Sequence[tuple[list[str], int]]) -> int | None:
    """The longest name that the words begin with, else the only one that has the first of them."""
    whole = [(len(name), number) for name, number in called if words[: len(name)] == name]
    if whole:
        longest = max(whole)[0]
        found = [number for length, number in whole if length == longest]
    else:
        found = [number for name, number in called if words[0] in name]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> list[str]:
    return [form for word in words_in(text) for form in forms(word)[:1]]


def _takes_part(approval: Approval) -> ColumnElement[bool]:
    said = select(Comment.author_id).where(
        Comment.approval_id == approval.id, Comment.sent_at.is_not(None)
    )
    return or_(User.id == approval.asked_by_id, User.id.in_(said))
