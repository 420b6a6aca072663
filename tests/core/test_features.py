"""Features: what is optional can be switched on and off while the portal runs."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Blueprint

from app.core import features
from app.core.due import Drain
from app.core.features import Feature, Verb, Waiting
from app.core.mail import Mail
from app.extensions import db


@pytest.fixture
def extras(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three features: hours can be left out, invoices need them, the rest is always there."""
    drain = Drain("hours", Mail, lambda row: None)
    verb = Verb("%(who)s noted hours", "You noted hours")
    known = [
        a_feature("files"),
        a_feature("hours", optional=True, drains=(drain,), verbs={"hours.noted": verb}),
        a_feature("invoices", optional=True, starts_on=False, needs=("hours",)),
    ]
    monkeypatch.setitem(app.extensions, "features", {each.name: each for each in known})


def test_a_new_installation_starts_with_what_starts_on(extras: None) -> None:
    assert names() == ["files", "hours"]


def test_a_switch_is_effective_at_once_for_everybody(app: Any, db: Any, extras: None) -> None:
    features.switch("hours", False)
    assert names() == ["files"]
    db.session.commit()
    with app.app_context():
        assert names() == ["files"]
        features.switch("hours", True)
        db.session.commit()
    with app.app_context():
        assert names() == ["files", "hours"]


def test_what_is_off_does_no_work_and_says_nothing(extras: None) -> None:
    assert [each.name for each in features.drains()] == ["hours"]
    assert features.verb("hours.noted") is not None
    features.switch("hours", False)
    assert features.drains() == []
    assert features.verb("hours.noted") is None
    assert [each.name for each in features.every_drain()] == ["hours"]


def test_what_needs_another_is_there_only_with_it(extras: None) -> None:
    features.switch("invoices", True)
    assert names() == ["files", "hours", "invoices"]
    features.switch("hours", False)
    assert names() == ["files"]
    features.switch("hours", True)
    assert names() == ["files", "hours", "invoices"]


def test_what_every_portal_has_cannot_be_switched_off(extras: None) -> None:
    with pytest.raises(KeyError):
        features.switch("files", False)
    assert features.is_on("files")


def test_what_nobody_knows_is_off(extras: None) -> None:
    assert not features.is_on("quantum")
    with pytest.raises(KeyError):
        features.switch("quantum", True)


def test_pages_of_a_feature_exist_only_while_it_is_on(
    app: Any, db: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = app.extensions["features"]
    optional = dataclasses.replace(known["accounts"], optional=True)
    monkeypatch.setitem(app.extensions, "features", {**known, "accounts": optional})
    assert client.get("/sign-in").status_code == 200
    features.switch("accounts", False)
    assert client.get("/sign-in").status_code == 404
    features.switch("accounts", True)
    assert client.get("/sign-in").status_code == 200


def test_what_is_due_comes_before_what_only_waits() -> None:
    from datetime import UTC, datetime

    early, late = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 9, tzinfo=UTC)
    due_late = a_waiting("due late", since=early, due_at=late)
    due_early = a_waiting("due early", since=late, due_at=early)
    waits = a_waiting("waits", since=early)
    new = a_waiting("new", since=late)
    found = sorted([new, waits, due_late, due_early], key=lambda each: each.order)
    assert [each.title for each in found] == ["due early", "due late", "waits", "new"]


def a_feature(name: str, **more: Any) -> Feature:
    return Feature(name, name.title(), Blueprint(name, __name__), **more)


def a_waiting(title: str, **more: Any) -> Waiting:
    plain = {"url": "/", "icon": "check", "action": "Open", "project": None}
    return Waiting(title, **plain, project_name="Herbst", client_name="Holm", **more)


def names() -> list[str]:
    return [each.name for each in features.active()]


@pytest.mark.only("postgresql")  # SQLite lets one write after the other anyway.
def test_a_switch_that_is_pressed_often_at_once_is_fine_each_time(
    app: Any, agency: Any, extras: None
) -> None:
    db.session.commit()
    start = threading.Barrier(8)

    def press(_number: int) -> str:
        with app.app_context():
            features.is_on("hours")
            start.wait()
            feature = features.switch("hours", False)
            db.session.commit()
            return feature.name

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(press, range(8))) == ["hours"] * 8
