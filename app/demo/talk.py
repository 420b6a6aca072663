"""What was said about an approval of the demo, told with the models' own words."""

from __future__ import annotations

from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals import comment_letters, comment_log
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.sendings import send_drafts
from app.core.models import one
from app.demo.story import DEVICES
from app.demo.work import Work


class Talk:
    """The conversation on one approval; each method writes a step of it into the story."""

    def __init__(self, work: Work, title: str) -> None:
        self.work, self.story, self.title = work, work.story, title

    def says(
        self, ago: int, at: str, by: str, body: str, answers: str = "", sends: bool = True
    ) -> None:
        """Somebody says something, or `answers` what begins with these words; without `sends`, as a draft."""

        def say() -> None:
            approval, person = self._approval, self.story.people[by]
            item = approval.current_items()[0]
            said = self._said(answers) if answers else None
            comment = Comment.write(
                approval, person, body, round=approval.round, item=item, answers=said
            )
            if sends:
                self._send([comment] if comment.is_sent else send_drafts(approval, person), by)

        self.story.then(ago, at, say)

    def ticks_off(self, ago: int, at: str, by: str, begins: str) -> None:
        """Somebody notes that what begins with these words is done."""

        def note() -> None:
            comment, person = self._said(begins), self.story.people[by]
            comment.resolve(self._approval, person)
            comment_log.happened("resolved", comment, self._approval, person, DEVICES[by])

        self.story.then(ago, at, note)

    @property
    def _approval(self) -> Approval:
        return self.work.approvals[self.title]

    def _send(self, comments: list[Comment], by: str) -> None:
        person: User = self.story.people[by]
        comment_log.commented(self._approval, person, comments, DEVICES[by])
        comment_letters.tell(self._approval, person, comments)

    def _said(self, begins: str) -> Comment:
        mine = (
            Comment.approval_id == self._approval.id,
            Comment.body.startswith(begins, autoescape=True),
        )
        comment = one(select(Comment).where(*mine))
        assert comment is not None, begins
        return comment
