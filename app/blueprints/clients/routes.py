"""HTTP of clients: the list, a client's page, and what the agency settles there."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.models import User
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.changes import change
from app.blueprints.clients.forms import ClientForm, ColourForm, NoteForm, SectionsForm
from app.blueprints.clients.models import Client
from app.blueprints.clients.overview import clients_page
from app.blueprints.clients.page import TEMPLATE, page_of
from app.blueprints.clients.sections import sections
from app.core.agency import Agency
from app.core.events import record
from app.core.fragments import go, respond
from app.core.models import add, one
from app.extensions import db


@bp.get("/clients")
@login_required
def index() -> Response:
    require(current_user, "see_internal")
    entries = clients_page(current_user, request.args.get("at"))
    return respond("clients/index.html", "list", page=entries)


@bp.get("/clients/new")
@login_required
def new() -> Response:
    require(current_user, "run_client")
    agency = Agency.current()
    language = agency.language if agency else None
    form = ClientForm(formdata=None, lead=current_user.public_id, language=language)
    return respond("clients/form.html", "form", form=form, client=None)


@bp.post("/clients")
@login_required
def create() -> Response:
    require(current_user, "run_client")
    form = ClientForm()
    if not form.validate_on_submit():
        return respond("clients/form.html", "form", status=422, form=form, client=None)
    client = Client(**_answers(form))
    add(client)
    _record("client.created", client)
    db.session.commit()
    return go(
        _address(client), _("%(name)s is here. Invite the first person now.", name=client.name)
    )


@bp.get("/clients/<public_id>")
@login_required
def show(public_id: str) -> Response:
    client = find_or_404(Client.visible_to(current_user), public_id)
    require(current_user, "see_people", client)
    return respond(TEMPLATE, "people", **page_of(client))


@bp.route("/clients/<public_id>/edit", methods=["GET", "POST"])
@login_required
def edit(public_id: str) -> Response:
    client = _client_to_run(public_id)
    form = ClientForm(data=_values(client))
    if form.validate_on_submit():
        return _done(client, change(client, **_answers(form)), "opening", _("Saved."))
    status = 422 if form.is_submitted() else 200
    return respond("clients/form.html", "form", status=status, form=form, client=client)


@bp.post("/clients/<public_id>/sections")
@login_required
def update_sections(public_id: str) -> Response:
    client, form = _client_to_run(public_id), SectionsForm()
    if not form.validate_on_submit():
        return respond(
            TEMPLATE, "visibility", status=422, **page_of(client, problem=form.first_error)
        )
    wanted = set(form.sections.data or [])
    changed = [each.name for each in sections() if client.shows(each.name) != (each.name in wanted)]
    for name in changed:
        client.show(name, name in wanted)
    changed += change(client, contacts_invite=form.contacts_invite.data)
    return _done(client, changed, "visibility", _("Saved. It holds from now on."))


@bp.post("/clients/<public_id>/colour")
@login_required
def update_colour(public_id: str) -> Response:
    client, form = _client_to_run(public_id), ColourForm()
    if not form.validate_on_submit():
        return respond(TEMPLATE, "branding", status=422, **page_of(client, colour_form=form))
    changed = [] if form.chosen is None else change(client, colour=form.chosen or None)
    return _done(client, changed, "branding", _("Saved. The client sees it with the next page."))


@bp.post("/clients/<public_id>/note")
@login_required
def update_note(public_id: str) -> Response:
    client, form = find_or_404(Client.visible_to(current_user), public_id), NoteForm()
    require(current_user, "note", client)
    if not form.validate_on_submit():
        return respond(TEMPLATE, "note", status=422, **page_of(client, note_form=form))
    return _done(client, change(client, note=form.note.data), "note", _("Saved."))


def _client_to_run(public_id: str) -> Client:
    client: Client = find_or_404(Client.visible_to(current_user), public_id)
    require(current_user, "run_client", client)
    return client


def _values(client: Client) -> dict[str, Any]:
    """The columns of the client, as its form shows them."""
    lead = one(User.staff().where(User.id == client.lead_id))
    names = ("name", "legal_name", "language", "since", "help")
    return {
        **{name: getattr(client, name) for name in names},
        "lead": lead.public_id if lead else "",
    }


def _answers(form: ClientForm) -> dict[str, Any]:
    """What the form says, as columns of the client."""
    lead = one(User.staff().where(User.public_id == form.lead.data))
    return {
        "name": form.name.data,
        "legal_name": form.legal_name.data,
        "language": form.language.data,
        "since": form.since.data,
        "help": form.help.data,
        "lead_id": lead.id if lead else None,
    }


def _done(client: Client, changed: list[str], block: str, said: str) -> Response:
    """Record what has changed, keep it, and show that part of the page again."""
    if changed:
        _record("client.changed", client, changed=changed)
    db.session.commit()
    return respond(TEMPLATE, block, then=_address(client), said=said, **page_of(client))


def _record(verb: str, client: Client, **facts: Any) -> None:
    where = device_of(request)
    facts |= {"name": client.name, "page": client.public_id}
    record(verb, client, by=current_user, where=where, client=client, internal=True, **facts)


def _address(client: Client) -> str:
    return url_for("clients.show", public_id=client.public_id)
