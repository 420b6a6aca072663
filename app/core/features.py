"""Feature: the one way in which a slice plugs in, and the owner's switches for the optional ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, request
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.agency import Agency
from app.core.checks import Check
from app.core.due import Drain
from app.core.gauges import Gauge
from app.core.models import Instant
from app.core.searched import Searched
from app.extensions import Base, db


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the agency's navigation or of the account menu; a small `order` stands first."""

    label: Any
    url: str
    icon: str = ""
    current: bool = False
    order: int = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the project page: what it is called, where it leads, how much is there or waits."""

    name: str
    label: Any
    url: str
    count: int | None = None
    waiting: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture of something, with the proportions that it takes up."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Press:
    """An act of one tap, a POST to `url`; `done` is said in its place once there is nothing to press."""

    label: Any
    url: str
    done: Any = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for somebody, as the home pages and the project page show it."""

    title: str
    url: str
    icon: str
    action: Any
    project: Any
    project_name: str
    client_name: str
    since: datetime
    due_at: datetime | None = None
    kind: Any = ""
    message: str = ""
    who: str = ""
    picture: Picture | None = None
    press: Press | None = None

    @property
    def order(self) -> tuple[bool, datetime]:
        """Sorts what is due first, then what has waited longest."""
        return (self.due_at is None, self.due_at or self.since)


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """An entry of a person's calendar feed: a whole day, or an instant."""

    uid: str
    title: str
    url: str
    on: date | datetime
    project_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """Who hears of an event. `kind` is what people choose by.

    `who(event)` gives those whom it concerns at the moment of asking. `letter(event, user)` queues a mail
    that is about this alone, and returns it; None if there is nothing to say any more. Without `by_mail`
    it is only shown in the portal: whoever records the event writes the mail. `words` is how it reads to
    them where the line in the log is not for their eyes; clients then hear of it although it is internal.
    """

    kind: str
    who: Callable[[Any], Iterable[Any]]
    letter: Callable[[Any, Any], Any] | None = None
    by_mail: bool = True
    words: Any = None


@dataclass(frozen=True, slots=True)
class Bell:
    """What the bell in the head of the page shows: where it leads, and how much is unread."""

    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Tip:
    """What a person can do here, in a few words, for the help page; `url`: where they do it or choose it."""

    title: Any
    text: Any
    url: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Verb:
    """How an event reads. `sentence` has the placeholders %(who)s and %(what)s; `you` is for the actor."""

    sentence: Any
    you: Any
    what: Callable[[Any], str] = lambda event: str(event.facts.get("name", ""))
    url: Callable[[Any], str | None] = lambda event: None
    shown: bool = True
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """What a slice brings. The core and the home page know this list, and never a slice.

    `tab(project, user)` gives the project's tab, or None if the person doesn't see it.
    `waiting(user)` gives what waits for the person; `with_clients(user)` what the agency waits for.
    `nav(user)` and `menu(user)` give entries of the agency's navigation and of the account menu;
    `dates(user)` gives what belongs into the person's calendar. `section` says that each project
    decides whether its client sees this part of it; `searched` says what of it the search finds.
    `tips(user)` says on the help page what the person can do with it.
    `bell(user)` says how much is new for the person, for the head of each page.
    Each of `proofs` gives a sentence for every row that is not as the log says.
    `checks` is what `flask doctor` asks about it, and `gauges()` gives its numbers for /metrics.
    """

    name: str
    label: Any
    blueprint: Blueprint
    about: Any = ""
    optional: bool = False
    starts_on: bool = True
    needs: Sequence[str] = ()
    section: bool = False
    tab: Callable[[Any, Any], Tab | None] | None = None
    waiting: Callable[[Any], Iterable[Waiting]] | None = None
    with_clients: Callable[[Any], Iterable[Waiting]] | None = None
    verbs: dict[str, Verb] = field(default_factory=dict)
    drains: Sequence[Drain] = ()
    nav: Callable[[Any], Iterable[Link]] | None = None
    menu: Callable[[Any], Iterable[Link]] | None = None
    dates: Callable[[Any], Iterable[CalendarDate]] | None = None
    searched: Sequence[Searched] = ()
    tips: Callable[[Any], Iterable[Tip]] | None = None
    bell: Callable[[Any], Bell] | None = None
    proofs: Sequence[Callable[[], Iterable[str]]] = ()
    checks: Sequence[Check] = ()
    gauges: Callable[[], Iterable[Gauge]] | None = None


class FeatureSwitch(Base):
    """What the owner has decided on an optional feature, and when."""

    __tablename__ = "feature_switches"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    on: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


def init_app(app: Flask, features: Sequence[Feature]) -> None:
    """Register the blueprints of all features; those that are off answer 404 from the next request on."""
    app.extensions["features"] = {feature.name: feature for feature in features}
    for feature in features:
        app.register_blueprint(feature.blueprint)
    app.before_request(only_what_is_on)


def every_feature() -> Sequence[Feature]:
    """All features in their order, on or off."""
    return list(current_app.extensions["features"].values())


def active() -> Sequence[Feature]:
    """The features that are on, in their order."""
    return [feature for feature in every_feature() if is_on(feature.name)]


def is_on(name: str) -> bool:
    """Whether a feature is there now: not optional, or switched on, and so is all that it needs."""
    feature = current_app.extensions["features"].get(name)
    if feature is None:
        return False
    chosen = _switches().get(name, feature.starts_on) if feature.optional else True
    return chosen and all(is_on(needed) for needed in feature.needs)


def switch(name: str, on: bool) -> Feature:
    """Turn an optional feature on or off, for everybody and at once. Raises KeyError for others."""
    feature: Feature = current_app.extensions["features"][name]
    if not feature.optional:
        raise KeyError(name)
    db.session.execute(select(Agency.id).with_for_update())  # Of two at once, the second waits.
    db.session.merge(FeatureSwitch(name=name, on=on, changed_at=clock.now()))
    db.session.flush()
    g.pop("feature_switches", None)
    return feature


def verb(name: str) -> Verb | None:
    """How an event of this name reads; None if nothing that is on declares it."""
    for feature in active():
        if name in feature.verbs:
            return feature.verbs[name]
    return None


def drains() -> list[Drain]:
    """The background work of all features that are on."""
    return [drain for feature in active() for drain in feature.drains]


def every_drain() -> list[Drain]:
    """The background work of all features, on or off."""
    return [drain for feature in every_feature() for drain in feature.drains]


def _switches() -> dict[str, bool]:
    if "feature_switches" not in g:
        rows = db.session.execute(select(FeatureSwitch.name, FeatureSwitch.on))
        g.feature_switches = dict(rows.all())
    found: dict[str, bool] = g.feature_switches
    return found


def only_what_is_on() -> None:
    """Answer 404 where the request is for a feature that is off."""
    name = request.blueprint or ""
    if name in current_app.extensions["features"] and not is_on(name):
        abort(404)
