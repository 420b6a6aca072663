"""A portal in full use: two clients, each with all that a client can have, and every kind of person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.signin import SignInLink
from app.blueprints.approvals import log
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.items import seen_in
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.receipt import Receipt
from app.blueprints.approvals.sendings import send_drafts
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.links import InvitationLink
from app.blueprints.clients.models import Client
from app.blueprints.files.archivals import Archival
from app.blueprints.files.disposals import ARCHIVED_FOR, Disposal
from app.blueprints.files.enclosures import Enclosure
from app.blueprints.files.models import File
from app.blueprints.files.requests.models import FileRequest, Need
from app.blueprints.files.transfers import Transfer
from app.blueprints.notifications.announcements import DRAIN as ANNOUNCEMENTS
from app.blueprints.notifications.mail_links import unsubscribe_url
from app.blueprints.notifications.models import Notification
from app.blueprints.projects.feeds import CalendarFeed
from app.blueprints.projects.models import Project
from app.blueprints.projects.stages import Stage
from app.core import clock
from app.core.due import drain
from app.core.events import Device
from app.core.mail import Mail
from app.core.models import one
from app.core.unreached import Unreached
from app.extensions import db
from tests import builders
from tests.approvals.builders import print_all
from tests.files.builders import (
    a_file,
    a_folder,
    a_link,
    a_text,
    a_version,
    an_upload,
    draw_all,
    newest,
)
from tests.portal import people
from tests.projects.builders import a_milestone, a_note, an_update, happened

PHONE = Device("91.12.84.17", "Safari, iPhone")
LONG_AGO = timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """A client's part of the portal: the opaque ids and tokens that addresses and forms are made of."""

    client: str
    membership: str
    newcomer: str
    viewer: str
    unreached: str
    invitation: str
    join_token: str
    run_out_token: str
    project: str
    finished: str
    milestone: str
    enclosure: str
    shared: str
    shared_version: str
    internal: str
    internal_version: str
    given: str
    given_older: str
    link: str
    text: str
    folder: str
    inner_folder: str
    given_folder: str
    archived: str
    archival: str
    inner_archival: str
    disposal: str
    transfer: str
    other_transfer: str
    undecided: str
    request: str
    missing_item: str
    given_item: str
    seen_missing: str
    seen_given: str
    approval: str
    seen: str
    decided: str
    decision: str
    seal_token: str
    comment: str
    draft: str
    package: str
    packaged: str
    drafted: str
    drafted_version: str
    decider: str
    substitute: str
    device: str
    link_token: str
    calendar_token: str
    notification: str
    unsubscribe_token: str
    mail: str
    # The agency's own
    manager: str
    colleague: str
    stage: str
    team_invitation: str
    # What nobody may read
    names: tuple[str, ...]
    """Words that tell that this client exists."""
    inner: tuple[str, ...]
    """Words that are the agency's alone."""


@dataclass(frozen=True)
class Words:
    """What a client and its things are called."""

    client: str
    project: str
    file: str
    approver: str
    colleague: str


OURS = Words("Kornblume", "Erntedank", "Haferbild", "Henrike", "Gesine")
THEIRS = Words("Albatros", "Flottenbuch", "Takelage", "Wiebke", "Thorben")


@dataclass(frozen=True)
class World:
    """Both places, and who is signed in: a cookie for each kind of person."""

    ours: Place
    theirs: Place
    cookies: dict[str, str]


def a_world(sign_in: Any) -> World:
    """Fill the empty portal. `sign_in` gives the browser in which a person is signed in."""
    owner, manager = builders.an_owner(), builders.a_manager()
    member, away = builders.a_member(), builders.a_member("Fenja Away")
    ours, client_people = _a_place(OURS, owner, manager, away)
    theirs, (other, *_rest) = _a_place(THEIRS, owner, manager, away)
    project = db.session.scalars(db.select(Project).where(Project.public_id == ours.project)).one()
    project.staff_with([member.id, manager.id])
    db.session.commit()
    users = {
        people.OTHER: other,
        people.AWAY: away,
        people.MEMBER: member,
        people.MANAGER: manager,
        people.OWNER: owner,
        **dict(zip((people.APPROVER, people.MAIN, people.CONTRIBUTOR, people.VIEWER), client_people, strict=True)),
    }  # fmt: skip
    cookies = {kind: sign_in(user).get_cookie("foyer").value for kind, user in users.items()}
    # A device is noted as seen every few minutes; no page may seem to write because the tests are slow.
    db.session.execute(db.update(UserSession).values(seen_at=clock.now() + timedelta(hours=1)))
    db.session.commit()
    return World(ours, theirs, {people.STRANGER: "", **cookies})


def _a_place(words: Words, owner: User, manager: User, away: User) -> tuple[Place, list[User]]:
    client = builders.a_client(words.client, note=f"Innen über {words.client}", lead_id=manager.id)
    approver = builders.an_approver(client, words.approver)
    main = builders.an_approver(client, f"Hauptkontakt {words.client}", main=True)
    contributor = builders.a_contributor(client, f"Mitarbeit {words.client}")
    viewer = builders.a_viewer(client, words.colleague)
    newcomer = builders.a_viewer(client, f"Neuling {words.client}")
    project = builders.a_project(client, words.project, lead_id=manager.id, words="Läuft")
    place = Place(
        client=client.public_id,
        membership=_public_id(client.membership_of(viewer)),
        newcomer=_public_id(client.membership_of(newcomer)),
        viewer=viewer.public_id,
        unreached=_unreached(newcomer),
        project=project.public_id,
        finished=_finished(words, client, manager),
        decider=approver.public_id,
        substitute=builders.an_approver(client, f"Vertretung {words.client}").public_id,
        manager=manager.public_id,
        colleague=away.public_id,
        stage=Stage.in_order()[-1].public_id,
        names=(words.client, words.project, words.file, words.approver, words.colleague),
        inner=(f"Innen über {words.client}", f"Innen in {words.project}", f"Innen {words.file}"),
        **_invitations(words, client, owner, manager),
        **_told(words, project, manager),
        **_files(words, project, manager, contributor),
        **_requests(words, project, manager, contributor),
        **_approvals(words, project, manager, [approver, main], contributor),
        **_package(words, project, manager, [approver, main]),
        **_draft(words, project, manager, [approver], owner),
        **_of_a_person(approver),
        **_heard(approver),
    )
    return place, [approver, main, contributor, viewer]


def _unreached(person: User) -> str:
    """Mails to somebody come back."""
    Unreached.note(person.email, "550 5.1.1 User unknown")
    db.session.commit()
    return _public_id(Unreached.at(person.email))


def _finished(words: Words, client: Client, manager: User) -> str:
    project = builders.a_project(client, f"{words.project} damals", lead_id=manager.id)
    project.finish()
    db.session.commit()
    return project.public_id


def _invitations(words: Words, client: Client, owner: User, manager: User) -> dict[str, str]:
    at = words.client.lower()
    asked = Invitation.to_client(
        client, "viewer", manager, name=f"Gast {words.client}", email=f"gast@{at}.de", language="en"
    )
    late = Invitation.to_client(
        client, "viewer", manager, name=f"Spät {words.client}", email=f"spaet@{at}.de", language="en"
    )  # fmt: skip
    team = Invitation.to_agency(
        "member", owner, name=f"Neu für {words.client}", email=f"{at}@studio-nordlicht.de", language="en"
    )  # fmt: skip
    for each in (asked, late, team):
        each.sent_at -= LONG_AGO
    late.expires_at -= LONG_AGO
    db.session.commit()
    return {
        "invitation": asked.public_id,
        "join_token": InvitationLink.made_for(asked),
        "run_out_token": InvitationLink.made_for(late),
        "team_invitation": team.public_id,
        "mail": db.session.scalars(db.select(Mail).order_by(Mail.id.desc())).first().public_id,
    }


def _told(words: Words, project: Project, manager: User) -> dict[str, str]:
    update = an_update(project, manager, f"Neues zu {words.project}")
    picture = newest(a_file(project, manager, f"Bild {words.file}.png", shared=True))
    enclosure = Enclosure.show(update, picture, f"Was {words.file} zeigt")
    a_note(project, manager, f"Innen in {words.project}")
    happened(
        "update.posted", project, manager, name=f"Neues zu {words.project}", update=update.public_id
    )
    milestone = a_milestone(project, f"Termin {words.project}")
    return {"milestone": milestone.public_id, "enclosure": enclosure.public_id}


def _transfer(project: Project, by: User, name: str) -> str:
    """An upload that has been begun."""
    public_id = Transfer.begin(project, by, name, 5).public_id
    db.session.commit()
    return public_id


def _undecided(file: File, by: User) -> str:
    """An upload of the same name as a file, that waits for a choice."""
    public_id = Transfer.set_aside(an_upload(file.name), file, None, by).public_id
    db.session.commit()
    return public_id


def _files(words: Words, project: Project, manager: User, contributor: User) -> dict[str, str]:
    shared = a_file(project, manager, f"{words.file}.png", shared=True)
    internal = a_file(project, manager, f"Innen {words.file}.png")
    given = a_file(project, contributor, f"Foto {words.file}.png")
    older = newest(given)
    a_version(given, contributor)
    link = a_link(project, manager, f"Innen {words.file} im Netz")
    text = a_text(project, manager, f"Innen {words.file}.md")
    folders = _folders(words, project, manager, contributor)
    draw_all()
    return {
        **folders,
        "shared": shared.public_id,
        "shared_version": newest(shared).public_id,
        "internal": internal.public_id,
        "internal_version": newest(internal).public_id,
        "given": given.public_id,
        "given_older": older.public_id,
        "link": link.public_id,
        "text": text.public_id,
        "transfer": _transfer(project, contributor, f"{words.file} 3.png"),
        "other_transfer": _transfer(project, contributor, f"{words.file} 4.png"),
        "undecided": _undecided(given, contributor),
    }


def _requests(words: Words, project: Project, manager: User, contributor: User) -> dict[str, str]:
    """A request of which one thing is missing and another is there."""
    needs = [Need(f"{words.file} als Vektor"), Need("Fotos", "Querformat")]
    asked = FileRequest.ask(project, manager, f"Material für {words.project}", needs)
    missing, given = asked.current_items()
    given.give(a_file(project, contributor, f"Blick {words.file}.png"), contributor)
    db.session.commit()
    return {
        "request": asked.public_id,
        "missing_item": missing.public_id,
        "given_item": given.public_id,
        "seen_missing": missing.seen,
        "seen_given": given.seen,
    }


def _folders(words: Words, project: Project, manager: User, contributor: User) -> dict[str, str]:
    """One that holds something shared, an internal one, an empty one of the client; and what is archived."""
    folder = a_folder(project, manager, f"Ordner {words.file}")
    inner = a_folder(project, manager, f"Innen {words.file}")
    given = a_folder(project, contributor, f"Von uns {words.file}")
    a_file(project, manager, f"{words.file} 2.png", folder=folder, shared=True)
    a_file(project, manager, f"Innen {words.file} 2.png", folder=inner)
    archived = a_file(project, manager, f"{words.file} alt.png", shared=True)
    away = a_folder(project, manager, f"Innen {words.file} alt")
    a_file(project, manager, f"Innen {words.file} alt.png", folder=away)
    archival = Archival.put_away(archived, manager)
    inner_archival = Archival.put_folder_away(away, manager)
    db.session.commit()
    return {
        "folder": folder.public_id,
        "inner_folder": inner.public_id,
        "given_folder": given.public_id,
        "archived": archived.public_id,
        "archival": archival.public_id,
        "inner_archival": inner_archival.public_id,
        "disposal": _disposal(project, manager, f"Innen {words.file} fort.png"),
    }


def _disposal(project: Project, manager: User, name: str) -> str:
    """A file that was archived long ago and will be deleted."""
    file = a_file(project, manager, name)
    archival = Archival.put_away(file, manager)
    archival.created_at -= 2 * ARCHIVED_FOR
    Disposal.mark(db.select(File.id).where(File.id == file.id), manager)
    db.session.commit()
    return _public_id(one(db.select(Disposal).where(Disposal.file_id == file.id)))


def _approvals(
    words: Words, project: Project, manager: User, deciders: list[User], contributor: User
) -> dict[str, str]:
    asked = []
    for what in ("offen", "fertig"):
        version = newest(a_file(project, manager, f"{words.file} {what}.png"))
        title = f"{words.file}, {what}"
        asked.append((Approval.ask(project, [version], deciders, manager, title=title), version))
    (waiting, version), (decided, decided_version) = asked
    decision, _new = Decision.make(
        decided, deciders[0], "approved", "", decided_version.public_id, PHONE
    )
    log.decided(decision, deciders[0], PHONE)
    print_all()
    return {
        "approval": waiting.public_id,
        "seen": version.public_id,
        "decided": decided.public_id,
        "decision": decision.public_id,
        "seal_token": Receipt.of(decision).seal,
        **_comments(words, waiting, contributor, deciders[0]),
    }


def _comments(words: Words, approval: Approval, author: User, other: User) -> dict[str, str]:
    said = Comment.write(approval, author, f"{words.file} bitte größer", round=1)
    send_drafts(approval, author)
    draft = Comment.write(approval, other, f"Entwurf zu {words.file}", round=1)
    return {"comment": said.public_id, "draft": draft.public_id}


def _package(words: Words, project: Project, manager: User, deciders: list[User]) -> dict[str, str]:
    files = [a_file(project, manager, f"{words.file} {number}.png") for number in (1, 2)]
    versions, title = [newest(file) for file in files], f"{words.file} als Reihe"
    package = Package.ask(project, versions, deciders, manager, title=title)
    approvals = db.session.scalars(package.every_approval())
    seen = [f"{each.public_id}:{seen_in(each.current_items())}" for each in approvals]
    return {"package": package.public_id, "packaged": ";".join(seen)}


def _draft(
    words: Words, project: Project, manager: User, deciders: list[User], reviewer: User
) -> dict[str, str]:
    """What a colleague looks at before the client does."""
    version = newest(a_file(project, manager, f"Innen {words.file} Entwurf.png"))
    title, reviewers = f"Innen {words.file}, Entwurf", [reviewer]
    drafted = Approval.ask(project, [version], deciders, manager, title=title, reviewers=reviewers)
    return {"drafted": drafted.public_id, "drafted_version": version.public_id}


def _of_a_person(user: User) -> dict[str, str]:
    device, _secret = UserSession.begin(user, PHONE)
    return {
        "device": device.public_id,
        "link_token": SignInLink.made_for(user).rpartition("/")[2],
        "calendar_token": CalendarFeed.make(user).token,
    }


def _heard(user: User) -> dict[str, str]:
    """What a person has heard of since something happened in the project, and read."""
    db.session.commit()  # What is not written yet, a drain would forget.
    drain(ANNOUNCEMENTS)
    db.session.execute(db.update(Notification).values(read_at=clock.now()))
    notification = one(Notification.of(user).order_by(Notification.id).limit(1))
    return {
        "notification": _public_id(notification),
        "unsubscribe_token": unsubscribe_url(user, ["files"]).rpartition("/")[2],
    }


def _public_id(row: Any) -> str:
    public_id: str = row.public_id
    return public_id
