"""What files mean for clients: how much room they take up, on the client's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_login import current_user

from app.blueprints.clients import access, hooks
from app.blueprints.clients.models import Client
from app.blueprints.files.room import Room, room_of
from app.blueprints.files.storage_forms import QuotaForm
from app.core import features


@dataclass(frozen=True, slots=True)
class Storage:
    """The band of the page that tells of it."""

    room: Room
    form: QuotaForm
    template: str = "files/_client_storage.html"


def plug_in() -> None:
    """Take part in the pages of clients."""
    hooks.CLIENT_PARTS.append(_storage)


def _storage(client: Client, forms: dict[str, Any]) -> Storage | None:
    if not access.can(current_user, "run_client", client) or not features.is_on("files"):
        return None
    form = forms.get("quota_form") or QuotaForm(formdata=None, quota=client.quota)
    return Storage(room_of(client), form)
