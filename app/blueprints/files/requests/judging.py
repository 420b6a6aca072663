"""Looking at what was given: accepted, returned, or not needed any more."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from app.blueprints.clients.access import require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.requests import letters, log
from app.blueprints.files.requests.forms import ReturnForm
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.pages import find_item, find_request
from app.blueprints.files.requests.routes import not_yet, shown


@bp.post("/items/<public_id>/acceptance")
@login_required
def accept(public_id: str) -> Response:
    item = _item_to_judge(public_id)
    if item.accept(current_user, request.form.get("seen", "")):
        log.note("item.accepted", item)
    return shown(item.request, _("Ticked off."))


@bp.post("/requests/<public_id>/acceptance")
@login_required
def accept_all(public_id: str) -> Response:
    asked = find_request(public_id)
    require(current_user, "ask", asked)
    seen = request.form.getlist("seen")
    items = [item for item in asked.given_items if item.seen in seen]
    for item in items:
        if item.accept(current_user, item.seen):
            log.note("item.accepted", item)
    said = ngettext("One thing is ticked off.", "%(num)s things are ticked off.", len(items))
    return shown(asked, said)


@bp.post("/items/<public_id>/return")
@login_required
def send_back(public_id: str) -> Response:
    item = _item_to_judge(public_id)
    form = ReturnForm(prefix=public_id)
    if not form.validate_on_submit():
        return not_yet(item, form)
    item.send_back(current_user, form.reason.data, request.form.get("seen", ""))
    log.note("item.returned", item, reason=item.reason)
    letters.tell_what_came_back(item, current_user)
    return shown(item.request, _("Returned. The client is asked once more."))


@bp.post("/items/<public_id>/withdrawal")
@login_required
def withdraw_item(public_id: str) -> Response:
    item = _item_to_judge(public_id)
    item.withdraw()
    log.note("item.withdrawn", item)
    return shown(item.request, _("Taken back."))


def _item_to_judge(public_id: str) -> RequestedItem:
    item = find_item(public_id)
    require(current_user, "ask", item)
    return item
