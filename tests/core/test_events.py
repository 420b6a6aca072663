"""The log: one chain, whatever happens, and every change to it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from app.blueprints.clients.models import Client
from app.core.events import Device, Event, EventChain, record, verify
from app.core.models import every
from tests.builders import a_client, an_owner


@pytest.fixture
def log(db: Any) -> list[Event]:
    """Four lines by an owner about a client."""
    owner, client = an_owner(), a_client()
    for number in range(4):
        where = Device("192.0.2.7", "Firefox, Linux")
        record("client.changed", client, by=owner, where=where, client=client, number=number)
        db.session.commit()
    return lines()


def test_a_line_joins_the_chain_when_its_transaction_commits(db: Any) -> None:
    owner, client = an_owner(), a_client("Werft Holm")
    record("client.added", client, by=owner, client=client, name="Werft Holm")
    assert count() == 0
    db.session.commit()
    [line] = lines()
    assert (line.verb, line.actor_name, line.facts) == (
        "client.added",
        "Ole Brandt",
        {"name": "Werft Holm"},
    )
    assert (line.subject_type, line.subject_id, line.actor_id) == ("client", client.id, owner.id)
    assert problems() == []


def test_a_line_knows_its_subject_even_if_that_had_no_number_yet(db: Any) -> None:
    client = a_client()
    record("client.added", client, by=None)
    db.session.commit()
    assert lines()[0].subject_id == client.id


def test_facts_are_kept_as_they_read_in_json(db: Any) -> None:
    facts = {"on": date(2026, 9, 1), "size": 0.1, "names": ("Yıldız", "Ø"), 7: None}
    record("client.added", a_client(), by=None, facts=facts)
    db.session.commit()
    assert lines()[0].facts["facts"]["on"] == "2026-09-01"
    assert problems() == []


def test_a_rollback_leaves_nothing(db: Any) -> None:
    record("client.added", a_client(), by=None)
    db.session.rollback()
    db.session.commit()
    assert count() == 0


def test_a_rollback_leaves_nothing_even_if_only_the_line_was_noted(db: Any) -> None:
    client = a_client()
    db.session.commit()
    record("client.changed", client, by=None)
    db.session.rollback()
    a_client()
    db.session.commit()
    assert count() == 0


def test_a_savepoint_that_is_rolled_back_takes_its_own_lines_only(db: Any) -> None:
    client = a_client()
    record("client.added", client, by=None)
    with db.session.begin_nested():
        record("client.changed", client, by=None)
    savepoint = db.session.begin_nested()
    record("client.removed", client, by=None)
    savepoint.rollback()
    db.session.commit()
    assert [line.verb for line in lines()] == ["client.added", "client.changed"]
    assert problems() == []


def test_lines_of_the_past_may_be_written_with_their_time(db: Any) -> None:
    then = datetime(2025, 5, 4, 3, 2, 1, 987654, UTC)
    record("client.added", a_client(), by=None, at=then)
    db.session.commit()
    assert lines()[0].at == then
    assert problems() == []


def test_an_untouched_log_is_sound(log: list[Event]) -> None:
    assert problems() == []
    assert log[3].previous == log[2].hash


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "client.removed"},
        {"actor_id": None},
        {"client_id": None},
        {"internal": True},
        {"facts": {"number": 8}},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"people": {"name": "Somebody else", "address": "", "device": ""}},
        {"salt": None},
        {"people_digest": "0" * 64},
        {"hash": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_line_shows(db: Any, log: list[Event], change: dict[str, Any]) -> None:
    changed = log[1].id
    execute(db, update(Event).where(Event.id == changed).values(change))
    assert any(f"Event {changed} (" in problem for problem in problems())


@pytest.mark.only("sqlite")  # PostgreSQL does not take what does not fit its columns.
@pytest.mark.parametrize(
    "change",
    ["facts = '{'", "people = '{'", "at = 'gestern'", "verb = x'ff'", "verb = cast(x'ff' as text)"],
)
def test_a_line_that_can_not_be_read_any_more_shows(db: Any, log: list[Event], change: str) -> None:
    statement = text(f"UPDATE events SET {change} WHERE id = :id")  # noqa: S608 - our own words
    execute(db, statement.bindparams(id=log[1].id))
    assert len(problems()) == 1
    assert "can't even be read" in problems()[0]


def test_a_removed_line_shows(db: Any, log: list[Event]) -> None:
    execute(db, delete(Event).where(Event.id == log[1].id))
    assert problems()[0] == f"Event {log[2].id}: a line before it is missing or was replaced."


def test_a_cut_tail_shows(db: Any, log: list[Event]) -> None:
    execute(db, delete(Event).where(Event.id >= log[2].id))
    assert problems() == ["The log ends after 2 lines, but 4 were written, or others."]


def test_an_emptied_log_shows(db: Any, log: list[Event]) -> None:
    execute(db, delete(Event))
    assert problems() == ["The log ends after 0 lines, but 4 were written, or others."]


def test_a_log_whose_end_was_forgotten_shows(db: Any, log: list[Event]) -> None:
    execute(db, delete(EventChain))
    assert problems() == ["The log has 4 lines; some were added behind its back."]


def test_a_line_put_in_between_shows(db: Any, log: list[Event]) -> None:
    forge(db, log[0], previous=log[3].hash, number=log[3].id + 1)
    last = log[3].id
    execute(db, update(Event).where(Event.id == last).values(id=last + 9))
    assert any("a line before it is missing or was replaced" in problem for problem in problems())


def test_a_line_appended_by_hand_shows_even_if_it_fits(db: Any, log: list[Event]) -> None:
    forge(db, log[0], previous=log[3].hash, number=log[3].id + 1)
    assert problems() == ["The log has 5 lines; some were added behind its back."]


def test_a_last_line_that_was_replaced_by_a_fitting_one_shows(db: Any, log: list[Event]) -> None:
    last = log[3].id
    execute(db, delete(Event).where(Event.id == last))
    forge(db, log[0], previous=log[2].hash, number=last)
    assert problems() == ["The log ends after 4 lines, but 4 were written, or others."]


def test_two_connections_at_once_keep_one_chain(app: Any, db: Any) -> None:
    a_client()
    db.session.commit()

    def write_ten(writer: int) -> None:
        with app.app_context():
            for number in range(10):
                [client] = every(select(Client))
                record("client.changed", client, by=None, writer=writer, number=number)
                db.session.commit()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write_ten, range(3)))
    db.session.rollback()
    assert count() == 30
    assert problems() == []


def test_the_line_of_an_erased_person_still_verifies(db: Any, log: list[Event]) -> None:
    db.session.execute(update(Event).values(people=None, salt=None))
    db.session.commit()
    assert [line.actor_name for line in lines()] == ["", "", "", ""]
    assert problems() == []


def test_a_line_cannot_be_changed_through_the_application(db: Any, log: list[Event]) -> None:
    log[0].verb = "client.removed"
    with pytest.raises(RuntimeError, match="part of the log"):
        db.session.commit()
    db.session.rollback()


def lines() -> list[Event]:
    return list(every(select(Event).order_by(Event.id)))


def count() -> int:
    from app.extensions import db

    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def problems() -> list[str]:
    return list(verify())


def forge(db: Any, like: Event, *, previous: str, number: int) -> None:
    """Insert a line that is right in itself, without telling the end of the chain."""
    names = [column.key for column in Event.__table__.columns if column.key not in {"id", "hash"}]
    line = Event(**{name: getattr(like, name) for name in names})
    line.id, line.previous, line.public_id = number, previous, "forged" + str(number)
    line.hash = line.expected_hash()
    db.session.add(line)
    db.session.commit()


def execute(db: Any, statement: Any) -> None:
    """Change the tables past the application, which has nothing of it in memory afterwards."""
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.commit()
    db.session.expire_all()
