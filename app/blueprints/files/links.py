"""Links: addresses that stand beside the files of a project, with versions as files have them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.files.blueprint import bp
from app.blueprints.files.forms import AddressForm, LinkForm
from app.blueprints.files.log import record_arrival
from app.blueprints.files.models import File
from app.blueprints.files.pages import file_page, file_to_add_to, open_folder, project_to_add_to
from app.blueprints.files.telling import told_by_mail
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import project_page
from app.core.filenames import typed_name
from app.core.fragments import go, respond
from app.extensions import db

TYPE = "text/uri-list"


@dataclass(frozen=True, slots=True)
class Link:
    """An address under a title, on its way to become a version. It must be one of `web_address`."""

    name: str
    url: str
    is_link: ClassVar[bool] = True

    @classmethod
    def to(cls, url: str, title: str) -> Self:
        """A link under a title, as it can stand among names of files."""
        return cls(typed_name(title), url)

    @classmethod
    def again(cls, version: Version) -> Self:
        """Where an older version of a link led to."""
        return cls(version.name, version.url or "")

    @property
    def kept(self) -> dict[str, Any]:
        """What its version keeps of it; the checksum is that of the address."""
        sha256 = hashlib.sha256(self.url.encode()).hexdigest()
        return {"url": self.url, "content_type": TYPE, "size": 0, "sha256": sha256}


@bp.get("/projects/<public_id>/links/new")
@login_required
def new_link(public_id: str) -> Response:
    return _form(project_to_add_to(public_id), LinkForm(formdata=None))


@bp.post("/projects/<public_id>/links")
@login_required
def create_link(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    form = LinkForm()
    if not form.validate_on_submit():
        return _form(project, form, 422)
    link, folder = Link.to(form.address.data, form.title.data), open_folder(project)
    version = File.add(project, link, current_user, folder, note=form.note.data)
    record_arrival(version)
    address = url_for("files.show", public_id=version.file.public_id)
    db.session.commit()
    return go(address, _("The link is here."))


@bp.post("/files/<public_id>/links")
@login_required
def create_link_version(public_id: str) -> Response:
    file = file_to_add_to(public_id, link=True)
    form = AddressForm()
    if not form.validate_on_submit():
        return respond("files/show.html", "file", status=422, **file_page(file, form))
    link = Link.to(form.address.data, file.name)
    version = file.add_version(link, current_user, form.note.data)
    record_arrival(version)
    said = _("Version %(number)s is here.", number=version.number)
    db.session.commit()
    return go(url_for("files.show", public_id=public_id), said)


def _form(project: Project, form: LinkForm, status: int = 200) -> Response:
    page = project_page(project, "files") | {"folder": open_folder(project)}
    page["told"] = told_by_mail(project, current_user)
    return respond("files/new_link.html", "link", status=status, form=form, **page)
