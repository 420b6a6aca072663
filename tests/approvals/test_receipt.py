"""What a receipt says, and that a changed byte in the database shows."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.blueprints.approvals import log
from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.receipt import Receipt
from app.blueprints.approvals.retractions import Retraction
from app.blueprints.approvals.verification import holds
from app.blueprints.clients.models import ROLE_NAMES
from app.blueprints.files.versions import Version
from app.core.events import Device, record
from app.extensions import db
from tests.approvals.builders import IPHONE, Asked, a_decision, an_open_approval
from tests.builders import a_client, a_manager
from tests.files.builders import a_version, newest

pytestmark = pytest.mark.usefixtures("agency")


def test_a_receipt_says_who_decided_as_they_were_then() -> None:
    asked = an_open_approval()
    asked.client.legal_name = "Bäckerei Sonnenschein GmbH"
    decision = a_decision(asked)
    asked.annette.name, asked.client.legal_name = "Annette Mond", "Mond AG"
    asked.approval.title = "Etwas anderes"
    a_client("Werft Petersen").welcome(asked.annette, "viewer")
    membership = asked.client.membership_of(asked.annette)
    assert membership is not None
    membership.end(asked.jana)
    db.session.commit()
    receipt = Receipt.of(decision)
    assert (receipt.name, receipt.role) == ("Annette Sonnenschein", ROLE_NAMES["approver"])
    assert receipt.company == "Bäckerei Sonnenschein GmbH"
    assert receipt.title == "Plakat „Kürbiskernbrot“"
    line = log.line_of(decision)
    assert line is not None and (line.at, line.hash) == (decision.created_at, receipt.hash)


def test_each_round_has_the_line_of_its_own_decision() -> None:
    asked = an_open_approval()
    first = a_decision(asked, "changes", "Größer")
    a_version(asked.file, asked.jana)
    second = a_decision(asked)
    hashes = [Receipt.of(decision).hash for decision in (first, second)]
    assert len(set(hashes)) == 2
    assert [holds(decision) for decision in (first, second)] == [True, True]


def test_what_nobody_touched_is_what_the_log_says(app: Flask) -> None:
    a_decided_approval()
    code, told = verify(app)
    assert (code, told.startswith("The log is sound: 3 lines")) == (0, True), told


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"outcome": "changes"}, "outcome"),
        ({"reason": "Gut!"}, "reason"),
        ({"reference": "F-2026-0009"}, "reference"),
        ({"address": "91.12.84.18"}, "address"),
        ({"device": "Safari, iPhona"}, "device"),
        ({"round": 2}, "round"),
    ],
)
def test_one_changed_byte_of_a_decision_names_its_row(
    app: Flask, change: dict[str, Any], named: str
) -> None:
    decision = a_decided_approval()
    execute(update(Decision).values(**change))
    code, told = verify(app)
    reference = change.get("reference", decision.reference)
    assert code == 1
    assert told.startswith(f"Decision {decision.id} ({reference}): not what event ")
    assert told.endswith(f" says, in {named}.\n")


def test_a_changed_hash_in_what_was_seen_names_the_decision(app: Flask) -> None:
    decision = a_decided_approval()
    seen = [dict(each) for each in decision.seen]
    seen[0]["sha256"] = "0" + seen[0]["sha256"][1:]
    execute(update(Decision).values(seen=seen))
    assert "in versions." in verify(app)[1]


@pytest.mark.only("sqlite")
def test_a_decision_that_can_not_be_read_any_more_is_named(app: Flask) -> None:
    number = a_decided_approval().id
    execute(db.text("UPDATE decisions SET seen = '{' || substr(seen, 2)"))
    assert f"Decision {number}: what is written can't even be read" in verify(app)[1]


def test_a_decision_that_was_put_in_or_taken_out_shows(app: Flask) -> None:
    decision = a_decided_approval()
    number, reference = decision.id, decision.reference
    execute(update(Decision).values(public_id="2" * 16))
    told = verify(app)[1].splitlines()
    assert told[0] == f"Decision {number} ({reference}): the log does not know it."
    assert told[1].startswith(f"Decision {reference}: event ")
    execute(delete(ReceiptCopy))
    execute(delete(Decision))
    assert "tells of it, but it is gone." in verify(app)[1]


def test_a_changed_byte_of_a_version_names_its_row(app: Flask) -> None:
    asked = an_open_approval()
    noted(newest(asked.file), asked, "file.uploaded", asked.file)
    second = a_version(asked.file, asked.jana)
    noted(second, asked, "version.uploaded", second)
    assert verify(app)[0] == 0
    number = second.id
    execute(update(Version).where(Version.id == number).values(sha256="0" * 64))
    assert f"Version {number} (Plakat.png): not what event 3 says, in SHA-256." in verify(app)[1]
    execute(update(Version).where(Version.id != number).values(size=7))
    assert "says, in size." in verify(app)[1]


@pytest.mark.parametrize("change", [{"reason": "Versehen?"}, {"by_id": 1}])
def test_a_changed_byte_of_a_retraction_names_its_decision(
    app: Flask, change: dict[str, Any]
) -> None:
    decision = a_retracted_decision()
    assert (verify(app)[0], holds(decision)) == (0, True)
    execute(update(Retraction).values(**change))
    assert verify(app)[1].endswith(", in retraction.\n")
    assert not holds(decision)


def test_a_retraction_that_was_taken_out_shows(app: Flask) -> None:
    a_retracted_decision()
    execute(update(Decision).values(retraction_id=None))
    assert verify(app)[1].endswith(", in retraction.\n")


def a_decided_approval() -> Decision:
    """A decision after which other things were noted."""
    asked = an_open_approval(message="Passt das so?")
    log.note("approval.seen", asked.approval, asked.annette, Device("91.12.84.17"))
    decision = a_decision(asked)
    record("client.changed", asked.client, by=asked.jana)
    db.session.commit()
    return decision


def a_retracted_decision() -> Decision:
    """A decision that the agency has taken back."""
    asked = an_open_approval()
    by = a_manager("Tom Lindner")
    decision = a_decision(asked)
    decision.take_back(by, "Versehen")
    log.taken_back(decision, by, IPHONE, "Versehen")
    db.session.commit()
    return decision


def noted(version: Version, asked: Asked, verb: str, subject: Any) -> None:
    facts = {"sha256": version.sha256, "size": version.size, "version": version.number}
    record(verb, subject, by=asked.jana, **facts)
    db.session.commit()


def verify(app: Flask) -> tuple[int, str]:
    """What `flask audit verify` says, and how it ends."""
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    db.session.expire_all()
    return result.exit_code, result.output


def execute(statement: Any) -> None:
    """Change the tables past the application, which has nothing of it in memory afterwards."""
    db.session.execute(statement)
    db.session.commit()
    db.session.expire_all()
