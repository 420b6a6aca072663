"""For each route that takes a form, one that is right: what a person would fill in and send."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import FileStorage

from app.core import clock
from tests.files.builders import a_picture
from tests.portal.world import Place

Form = dict[str, Any]


def _file(name: str = "Entwurf.png") -> FileStorage:
    return FileStorage(io.BytesIO(a_picture()), filename=name)


def _person(place: Place) -> Form:
    return {"name": "Neue Person", "email": "neu@kunde.de", "language": "de"}


def _project(place: Place) -> Form:
    return {
        "name": "Neue Website",
        "about": "Zwölf Seiten",
        "starts_on": "2026-10-01",
        "due_on": "2026-12-01",
        "lead": place.manager,
    }


def _agency(place: Place) -> Form:
    return {
        "name": "Studio Nordlicht",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "city": "Flensburg",
        "phone": "0461 123",
        "email": "post@studio-nordlicht.de",
        "imprint": "Studio Nordlicht GmbH",
        "imprint_url": "https://studio-nordlicht.de/impressum",
        "privacy_url": "https://studio-nordlicht.de/datenschutz",
        "written": "#0b2a6b",
    }


def _client(place: Place) -> Form:
    return {
        "name": "Holm & Söhne",
        "legal_name": "Holm & Söhne GmbH",
        "language": "de",
        "lead": place.manager,
        "since": "2024-02-01",
    }


def _later() -> str:
    return f"{clock.now() + timedelta(days=3):%Y-%m-%d}"


def _ask(place: Place) -> Form:
    return {
        "versions": [place.shared_version],
        "title": "Anzeige",
        "message": "Passt das so?",
        "due_on": _later(),
        "due_time": "12:00",
        "deciders": [place.decider],
        "mode": "order",
        "places": [f"{place.decider}:2"],
        "left_out": [place.decider],
        "rounds_agreed": "3",
        "apart": "each",
        "by_mail": "y",
    }


def _request(place: Place) -> Form:
    return {
        "title": "Fotos",
        "message": "Für das Plakat",
        "needs-0-title": "Drei Fotos",
        "needs-0-hint": "Querformat",
        "due_on": f"{clock.now() + timedelta(days=3):%Y-%m-%d}",
    }


FORMS: dict[str, Callable[[Place], Form]] = {
    "accounts.create_link": lambda place: {"email": "wer@kunde.de", "next": "/projects"},
    "accounts.create_session_by_code": lambda place: {"code": "123456"},
    "accounts.set_language": lambda place: {"language": "en", "next": "/help"},
    "accounts.update_account": lambda place: {
        "name": "Annette S.", "salutation": "Ms S.", "phone": "0461 99", "language": "en",
        "time_zone": "Europe/Vienna",
    },
    "notifications.update_often": lambda place: {
        "asked": "now", "decided": "daily", "update": "weekly", "files": "off", "reminder": "now",
    },
    "notifications.update_quiet_hours": lambda place: {
        "at_night": "y", "begins": "19:00", "ends": "07:00", "time_zone": "Europe/Vienna",
    },
    "clients.create": _client,
    "clients.edit": _client,
    "clients.update_sections": lambda place: {"sections": ["updates"], "contacts_invite": "y"},
    "clients.update_colour": lambda place: {"written": "#0b2a6b"},
    "clients.update_note": lambda place: {"note": "Ruft gern an."},
    "clients.create_invitation": lambda place: {
        **_person(place), "salutation": "Frau Neu", "role": "viewer",
    },
    "clients.update_address": lambda place: {"email": "neu@kunde.de"},
    "clients.update_invited_address": lambda place: {"email": "neu@kunde.de"},
    "clients.update_membership": lambda place: {"role": "viewer"},
    "clients.update_settings": _agency,
    "clients.switch_feature": lambda place: {"on": "y"},
    "clients.create_team_invitation": lambda place: {**_person(place), "role": "member"},
    "clients.update_team_member": lambda place: {"role": "manager"},
    "projects.update_retention": lambda place: {"after": "12"},
    "projects.create_stage": lambda place: {"name": "Druck", "colour": "#0b2a6b"},
    "projects.update_stage": lambda place: {
        f"{place.stage}-name": "Druck", f"{place.stage}-colour": "#0b2a6b",
    },
    "projects.create": lambda place: {
        **_project(place), "client": place.client, "stage": place.stage,
    },
    "projects.update": _project,
    "projects.update_team": lambda place: {"people": [place.manager, place.colleague]},
    "projects.update_sections": lambda place: {
        "updates": "", "files": "show", "approvals": "hide",
    },
    "projects.update_status": lambda place: {
        "stage": place.stage, "health": "at_risk", "words": "Es fehlt noch ein Foto.",
    },
    "projects.create_update": lambda place: {"title": "Plakat fertig", "body": "Es ist **da**."},
    "projects.create_note": lambda place: {"body": "Zahlt immer spät."},
    "projects.create_milestone": lambda place: {"title": "Druckdaten", "on": "2026-12-24"},
    "projects.update_milestone": lambda place: {"reached": "yes"},
    "files.create": lambda place: {"files": [_file(), _file("Foto.png")]},
    "files.update_storage": lambda place: {"quota": "20", "refused": "bat exe"},
    "files.update_quota": lambda place: {"quota": "2.5"},
    "files.create_choice": lambda place: {"becomes": "version", "note": "Der Titel ist größer"},
    "files.create_version": lambda place: {"file": _file(), "note": "Der Titel ist größer"},
    "files.create_text": lambda place: {"title": "Über uns", "text": "Wir backen seit **1911**."},
    "files.preview_text": lambda place: {"title": "Über uns", "text": "## Von Hand"},
    "files.create_text_version": lambda place: {"text": "Neu", "note": "Kürzer", "base": "1"},
    "files.create_link": lambda place: {
        "title": "Testseite", "address": "https://neu.kunde.de/start", "note": "Noch ohne Shop",
    },
    "files.create_link_version": lambda place: {"address": "https://neu.kunde.de/", "note": "Neu"},
    "files.create_request": lambda place: {**_request(place), "by_mail": "y"},
    "files.update_request": _request,
    "files.accept_all": lambda place: {"seen": place.seen_given},
    "files.give": lambda place: {"files": [_file(), _file("Foto.png")]},
    "files.lack": lambda place: {
        "seen": place.seen_missing,
        f"{place.missing_item}-excuse": "Das gibt es nicht",
    },
    "files.accept": lambda place: {"seen": place.seen_given},
    "files.send_back": lambda place: {
        "seen": place.seen_given,
        f"{place.given_item}-reason": "Bitte schärfer",
    },
    "files.create_folder": lambda place: {"name": "Logos", "folder": place.given_folder},
    "files.update_folder": lambda place: {"name": "Marke", "place": place.folder},
    "files.update": lambda place: {"name": "Marke.png", "place": place.folder},
    "files.create_move": lambda place: {
        "file": place.given, "folder": place.given_folder, "place": place.folder,
    },
    "files.create_archival": lambda place: {"file": place.given, "folder": place.given_folder},
    "files.create_disposals": lambda place: {"all": "y"},
    "approvals.create": _ask,
    "approvals.create_decision": lambda place: {
        "outcome": "changes", "seen": place.seen, "reason": "Bitte größer",
    },
    "approvals.update_deciders": lambda place: {"deciders": [place.decider], "mode": "all"},
    "approvals.approve_package": lambda place: {"seen": place.packaged},
    "approvals.create_review": lambda place: {
        "outcome": "returned", "seen": place.drafted_version, "reason": "Das Logo fehlt",
    },
    "approvals.create_delegation": lambda place: {"to": place.substitute, "words": "Bin im Urlaub"},
    "approvals.create_retraction": lambda place: {"reason": "Aus Versehen freigegeben"},
    "approvals.update_rhythm": lambda place: {"rhythm": "daily"},
    "approvals.update_usual_rhythm": lambda place: {
        "before": "3", "on_the_day": "y", "every": "2", "at_most": "5", "undated": "7",
    },
    "approvals.create_comment": lambda place: {"body": "Bitte **größer**", "round": "1"},
    "approvals.update_comment": lambda place: {"body": "Bitte kleiner"},
    "approvals.update_terms": lambda place: {"title": "Marke", "seen": place.seen, "due_on": _later()},
    "approvals.update_package_terms": lambda place: {"title": "Anzeigen", "due_on": _later()},
    "approvals.withdraw": lambda place: {"reason": "Ein Foto fehlt"},
    "approvals.create_verification": lambda place: {
        "reference": place.seal_token.rpartition("-")[0],
        "code": place.seal_token.rpartition("-")[2],
    },
    "approvals.check_file": lambda place: {"file": _file(), "sha256": ""},
}  # fmt: skip
