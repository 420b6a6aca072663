"""Giving what is needed, or saying that there is nothing to give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from app.blueprints.clients.access import require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.forms import parts_of
from app.blueprints.files.log import record_arrival
from app.blueprints.files.models import File
from app.blueprints.files.requests import log
from app.blueprints.files.requests.forms import GiveForm, LackForm
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.pages import find_item
from app.blueprints.files.requests.place import folder_to_fill
from app.blueprints.files.requests.routes import not_yet, shown
from app.blueprints.files.room import must_hold_body, take_room
from app.blueprints.files.uploads import received
from app.blueprints.files.versions import Version
from app.core.security import asks_first, takes_files


@bp.post("/items/<public_id>/files")
@login_required
@takes_files
@asks_first(lambda public_id: must_hold_body(find_item(public_id).request.project))
def give(public_id: str) -> Response:
    item = _item_to_give(public_id)
    form = GiveForm()
    if not form.validate_on_submit():
        return not_yet(item, form.first_error)
    with received(parts_of(form.files)) as uploads:
        item = _item_to_give(public_id)
        take_room(item.request.project, uploads, current_user)
        folder = folder_to_fill(item.request, current_user)
        versions = [File.add(item.request.project, each, current_user, folder) for each in uploads]
        said = given_for(item, versions)
        for version in versions:
            record_arrival(version)
        return shown(item.request, said)


@bp.post("/items/<public_id>/lack")
@login_required
def lack(public_id: str) -> Response:
    item = _item_to_give(public_id)
    form = LackForm(prefix=public_id)
    if not form.validate_on_submit():
        return not_yet(item, form)
    item.lack(current_user, form.excuse.data, request.form.get("seen", ""))
    log.note("item.lacking", item, excuse=item.excuse)
    return shown(item.request, _("Thank you for telling us."))


def given_for(item: RequestedItem, versions: Sequence[Version]) -> Any:
    """Take what has just come for an item. Returns what is said to who brought it."""
    item.hold()
    state = item.state
    taken = [item.give(version.file, current_user) for version in versions]
    if not all(taken):
        return _("This is not needed any more. What you gave is among the files of the project.")
    if item.state != state:
        log.note("item.accepted" if item.is_accepted else "item.given", item)
    return ngettext(
        "Thank you, the file is here.", "Thank you, %(num)s files are here.", len(taken)
    )


def _item_to_give(public_id: str) -> RequestedItem:
    item = find_item(public_id)
    require(current_user, "upload", item)
    return item
