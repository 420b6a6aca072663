"""Where the floors above take part in updates. This slice knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from app.blueprints.accounts.models import User
    from app.blueprints.projects.models import Project
    from app.blueprints.projects.updates import Update

Bring = Callable[["Update", "Project"], None]


class Addition(Protocol):
    """What else can be put into an update that is being written: a part of its form, and what becomes of it.

    `template` draws the part; there it is called `addition`. Bytes may come with it, so the transaction
    ends when it is `brought`: in the block, things are found anew, and it is told of the update that it is for.
    """

    @property
    def template(self) -> str: ...

    @property
    def form(self) -> Any: ...

    def brought(self) -> AbstractContextManager[Bring]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """What goes with an update, for one reader. `template` draws `content` in the post; mails have `words` for it.

    `picture_of`: the number of what a mail shows a small picture of.
    """

    template: str
    content: Any
    words: Callable[[], str]
    picture_of: int | None = None


# What can be put into an update of a project by this person.
UPDATE_ADDITIONS: list[Callable[[Project, User], Iterable[Addition]]] = []

# What goes with some updates for a reader, by their numbers; in few queries, however many updates.
UPDATE_PARTS: list[Callable[[Sequence[Update], User], dict[int, Part]]] = []


def additions_to(project: Project, user: User) -> list[Addition]:
    """All that the floors above offer for an update."""
    return [each for source in UPDATE_ADDITIONS for each in source(project, user)]


@contextmanager
def all_brought(additions: Iterable[Addition]) -> Iterator[Bring]:
    """Bring all additions, or none if the block fails."""
    with ExitStack() as stack:
        brought = [stack.enter_context(each.brought()) for each in additions]

        def bring(update: Update, project: Project) -> None:
            for each in brought:
                each(update, project)

        yield bring


def parts_of(updates: Sequence[Update], user: User) -> dict[int, list[Part]]:
    """All that the floors above show with some updates."""
    found: dict[int, list[Part]] = {update.id: [] for update in updates}
    for source in UPDATE_PARTS:
        for number, part in source(updates, user).items():
            found[number].append(part)
    return found
