"""The table of all routes: how an address is filled in, who may go there, and what a right form says.

A new route needs a row here, or the suite fails. `thing` names the attribute of `Place` (world.py) that
fills the address in; an address without one is the same for everybody. Of the people who are not in
`may`, strangers are sent to sign in; those for whom the thing does not exist get 404; the others get 403.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.portal.forms import FORMS
from tests.portal.people import (
    AGENCY,
    APPROVER,
    CLIENT,
    CONTRIBUTOR,
    DECIDERS,
    EVERYBODY,
    HEADS,
    INSIDE,
    MAIN,
    MEMBER,
    OUTSIDE,
    OWNER,
    SIGNED_IN,
    STAFF,
    STRANGER,
    UPLOADERS,
)  # fmt: skip
from tests.portal.world import Place

OK, SIGN_IN = "ok", "sign in"
PUBLIC, MEMBERS_ONLY = EVERYBODY, SIGNED_IN
Answer = str | int


@dataclass(frozen=True)
class Route:
    """A row of the table."""

    method: str
    endpoint: str
    thing: str = ""
    may: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """For whom the thing does not exist, beside those outside."""
    all: Answer = ""
    """What everybody gets, where the table's rule does not fit."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What else an address is made of."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What a right request says beside its form."""
    records: bool | str = False
    """A GET that leaves exactly one line in the log; "each": one for each thing that it gives."""
    signed: bool = False
    """Its address says who asks: it takes a POST from a mail program, without a form's token."""
    sighted: bool = False
    """A GET that leaves a line in the log when somebody of a client sees it for the first time."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}" + (f" ({self.thing})" if self.thing else "")

    @property
    def is_of_a_client(self) -> bool:
        """Whether the thing exists for some people only: stages, colleagues and disposals are the agency's own."""
        return self.thing not in ("", "stage", "colleague", "disposal")

    @property
    def is_secret(self) -> bool:
        """Whether who knows the address may see what is there."""
        return self.thing.endswith("_token")

    @property
    def form(self) -> Callable[[Place], dict[str, Any]]:
        """A form that the route takes as right."""
        return FORMS.get(self.endpoint, lambda _place: {})

    def answer_to(self, person: str) -> Answer:
        """What this person gets: OK, SIGN_IN, or a status."""
        if self.all:
            answer: Answer = self.all
        elif person in self.may:
            answer = OK
        elif person == STRANGER:
            answer = SIGN_IN
        elif self.is_of_a_client and person in (*OUTSIDE, *self.hidden):
            answer = 404
        else:
            answer = 403
        return answer

    def refuses(self, person: str) -> bool:
        """Whether a person gets no further than this answer."""
        answer = self.answer_to(person)
        return answer in (403, 404) or (person == STRANGER and answer == SIGN_IN)


def get(endpoint: str, thing: str = "", **more: Any) -> Route:
    return Route("GET", endpoint, thing, **more)


def post(endpoint: str, thing: str = "", **more: Any) -> Route:
    return Route("POST", endpoint, thing, **more)


def tus(method: str, endpoint: str, thing: str, **more: Any) -> Route:
    """A route of resumable uploads; one's own transfers exist for nobody else."""
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Offset": "0"}
    headers |= {"Content-Type": "application/offset+octet-stream"} if "_to_" in endpoint else {}
    headers["X-HTTP-Method-Override"] = "DELETE"
    return Route(method, endpoint, thing, headers=headers, **more)


ROUTES = (
    # At the door
    get("accounts.show_sign_in", may=PUBLIC),
    post("accounts.create_link", may=PUBLIC),
    get("accounts.show_sent", all=SIGN_IN),  # nobody has asked in these browsers
    get("accounts.show_code", may=PUBLIC),
    post("accounts.create_session_by_code", all=422),  # so there is no code to match
    get("accounts.show_link", "link_token", may=PUBLIC),
    post("accounts.create_session", "link_token", may=PUBLIC),
    post("accounts.renew_link", "link_token", may=PUBLIC),
    post("accounts.delete_session", all=SIGN_IN),
    post("accounts.end_viewing", may=PUBLIC, signed=True),  # nobody looks as somebody else there
    post("accounts.set_language", may=PUBLIC),
    get("accounts.show_set_up", all=404),  # it is set up
    post("accounts.create_set_up", all=404),
    get("clients.show_invitation", "join_token", may=PUBLIC),
    post("clients.accept_invitation", "join_token", may=PUBLIC),
    post("clients.renew_invitation", "run_out_token", may=PUBLIC),
    # What every page needs
    get("assets.show_asset", may=PUBLIC, parts={"path": "foyer.css"}),
    get("assets.show_brand", may=PUBLIC, parts={"colour": "12806f"}),
    get("assets.show_brand_part", may=PUBLIC, parts={"colour": "12806f"}),
    get("assets.show_mark", may=PUBLIC, parts={"colour": "12806f", "letters": "SN"}),
    get("assets.show_manifest", may=PUBLIC),
    get("assets.show_service_worker", may=PUBLIC),
    get("assets.show_offline", may=PUBLIC),
    # One's own account
    get("accounts.show_account", may=MEMBERS_ONLY),
    post("accounts.update_account", may=MEMBERS_ONLY),
    get("accounts.list_sessions", may=MEMBERS_ONLY),
    post("accounts.end_session", "device", may=(APPROVER,), hidden=INSIDE),
    post("accounts.end_other_sessions", may=MEMBERS_ONLY),
    get("projects.show_calendar", may=MEMBERS_ONLY),
    post("projects.create_calendar", may=MEMBERS_ONLY),
    get("projects.calendar_feed", "calendar_token", may=PUBLIC),
    # The mailbox of the demo: this portal is none
    get("accounts.list_mails", all=404),
    get("accounts.show_mail", "mail", all=404),
    get("accounts.show_mail_html", "mail", all=404),
    # What somebody hears of, and how
    get("notifications.index", may=MEMBERS_ONLY),
    get("notifications.list_my_mails", may=MEMBERS_ONLY),
    get("notifications.show_bell", may=MEMBERS_ONLY),
    post("notifications.read_all", may=MEMBERS_ONLY),
    post("notifications.note_presence", may=MEMBERS_ONLY),
    post("notifications.read", "notification", may=(APPROVER,), hidden=INSIDE),
    get("notifications.show_settings", may=MEMBERS_ONLY),
    post("notifications.update_often", may=MEMBERS_ONLY),
    post("notifications.update_quiet_hours", may=MEMBERS_ONLY),
    post("notifications.update_projects", may=MEMBERS_ONLY),
    get("notifications.show_unsubscribing", "unsubscribe_token", may=PUBLIC),
    post("notifications.create_unsubscribing", "unsubscribe_token", may=PUBLIC, signed=True),
    get("notifications.show_unsubscribed", "unsubscribe_token", may=PUBLIC),
    # Home
    get("projects.home", may=MEMBERS_ONLY),
    get("projects.show_help", may=MEMBERS_ONLY),
    get("search.show", may=MEMBERS_ONLY),
    post("projects.end_tour", may=MEMBERS_ONLY),
    # Clients
    get("clients.index", may=AGENCY),
    get("clients.new", may=HEADS),
    post("clients.create", may=HEADS),
    get("clients.show", "client", may=(MAIN, *STAFF)),
    get("clients.edit", "client", may=HEADS),
    post("clients.edit", "client", may=HEADS),
    post("clients.update_sections", "client", may=HEADS),
    post("clients.update_colour", "client", may=HEADS),
    post("clients.update_note", "client", may=STAFF),
    # Their people
    get("clients.new_invitation", "client", may=(MAIN, *HEADS)),
    post("clients.create_invitation", "client", may=(MAIN, *HEADS)),
    post("clients.resend_invitation", "invitation", may=(MAIN, *HEADS)),
    post("clients.withdraw_invitation", "invitation", may=(MAIN, *HEADS)),
    post("clients.resend_invitation", "team_invitation", may=(OWNER,), hidden=INSIDE),
    post("clients.withdraw_invitation", "team_invitation", may=(OWNER,), hidden=INSIDE),
    post("clients.update_membership", "membership", may=(MAIN, *HEADS)),
    post("clients.remind_member", "newcomer", may=(MAIN, *HEADS)),
    post("clients.end_membership", "membership", may=(MAIN, *HEADS)),
    post("clients.create_viewing", "membership", may=STAFF),
    # The owner's settings
    get("clients.show_settings", may=(OWNER,)),
    post("clients.update_settings", may=(OWNER,)),
    get("clients.show_mail", may=(OWNER,)),
    get("clients.show_mail_domain", may=(OWNER,)),
    post("clients.create_test_mail", may=(OWNER,)),
    get("clients.edit_address", "membership", may=HEADS),
    post("clients.update_address", "membership", may=HEADS),
    get("clients.edit_invited_address", "invitation", may=HEADS),
    post("clients.update_invited_address", "invitation", may=HEADS),
    post("clients.end_unreached", "unreached", may=HEADS),
    get("notifications.list_mails", "viewer", may=HEADS),
    get("clients.list_features", may=(OWNER,)),
    post("clients.switch_feature", may=(OWNER,), parts={"name": "files"}),
    get("clients.list_team", may=(OWNER,)),
    post("clients.create_team_invitation", may=(OWNER,)),
    post("clients.update_team_member", "colleague", may=(OWNER,)),
    post("clients.remove_team_member", "colleague", may=(OWNER,)),
    get("files.show_storage", may=(OWNER,)),
    post("files.update_storage", may=(OWNER,)),
    post("files.update_quota", "client", may=(OWNER,)),
    get("projects.list_stages", may=(OWNER,)),
    post("projects.create_stage", may=(OWNER,)),
    post("projects.update_retention", may=(OWNER,)),
    post("projects.update_stage", "stage", may=(OWNER,)),
    post("projects.remove_stage", "stage", may=(OWNER,)),
    get("files.list_clean_up", may=(OWNER,)),
    post("files.create_disposals", may=(OWNER,)),
    post("files.revoke_disposal", "disposal", may=(OWNER,)),
    # Projects
    get("projects.index", may=MEMBERS_ONLY),
    get("projects.new", may=HEADS),
    post("projects.create", may=HEADS),
    get("projects.show", "project", may=INSIDE),
    get("projects.edit", "project", may=HEADS),
    post("projects.update", "project", may=HEADS),
    post("projects.update_team", "project", may=HEADS),
    post("projects.update_sections", "project", may=HEADS),
    post("projects.create_finish", "project", may=HEADS),
    post("projects.delete_finish", "project", may=HEADS),
    post("projects.keep", "finished", may=HEADS, hidden=(MEMBER,)),
    post("projects.update_status", "project", may=STAFF),
    get("projects.list_updates", "project", may=INSIDE),
    get("projects.new_update", "project", may=STAFF),
    post("projects.create_update", "project", may=STAFF),
    post("projects.create_note", "project", may=STAFF),
    post("projects.create_milestone", "project", may=STAFF),
    post("projects.update_milestone", "milestone", may=STAFF),
    post("projects.delete_milestone", "milestone", may=STAFF),
    # Files: one that is shared, one that is internal, one that the client gave
    get("files.index", "project", may=INSIDE),
    post("files.create", "project", may=(*UPLOADERS, *STAFF)),
    get("files.show", "shared", may=INSIDE),
    get("files.show", "internal", may=STAFF, hidden=CLIENT),
    post("files.create_version", "shared", may=STAFF),
    post("files.create_version", "given", may=(*UPLOADERS, *STAFF)),
    post("files.create_version", "internal", may=STAFF, hidden=CLIENT),
    post("files.restore", "given_older", may=(*UPLOADERS, *STAFF)),
    get("files.new_link", "project", may=(*UPLOADERS, *STAFF)),
    post("files.create_link", "project", may=(*UPLOADERS, *STAFF)),
    get("files.show_enclosure", "enclosure", may=INSIDE),
    get("files.new_text", "project", may=(*UPLOADERS, *STAFF)),
    post("files.create_text", "project", may=(*UPLOADERS, *STAFF)),
    post("files.preview_text", "project", may=(*UPLOADERS, *STAFF)),
    get("files.edit_text", "text", may=STAFF, hidden=CLIENT),
    post("files.create_text_version", "text", may=STAFF, hidden=CLIENT),
    get("files.show", "link", may=STAFF, hidden=CLIENT),
    post("files.create_link_version", "link", may=STAFF, hidden=CLIENT),
    post("files.share", "shared", may=STAFF),
    post("files.share", "internal", may=STAFF, hidden=CLIENT),
    post("files.unshare", "shared", may=STAFF),
    post("files.unshare", "internal", may=STAFF, hidden=CLIENT),
    # Folders: one that holds something shared, an internal one, one of the client
    get("files.show_folder", "folder", may=INSIDE),
    get("files.show_folder", "inner_folder", may=STAFF, hidden=CLIENT),
    get("files.new_folder", "project", may=(*UPLOADERS, *STAFF)),
    post("files.create_folder", "project", may=(*UPLOADERS, *STAFF)),
    get("files.edit_folder", "folder", may=STAFF),
    get("files.edit_folder", "given_folder", may=(*UPLOADERS, *STAFF)),
    post("files.update_folder", "given_folder", may=(*UPLOADERS, *STAFF)),
    post("files.update_folder", "inner_folder", may=STAFF, hidden=CLIENT),
    post("files.delete_folder", "given_folder", may=(*UPLOADERS, *STAFF)),
    get("files.edit", "shared", may=STAFF),
    post("files.update", "given", may=(*UPLOADERS, *STAFF)),
    post("files.update", "internal", may=STAFF, hidden=CLIENT),
    get("files.new_move", "project", may=(*UPLOADERS, *STAFF)),
    post("files.create_move", "project", may=(*UPLOADERS, *STAFF)),
    # The archive: of a file that is shared, and of a folder that is internal
    get("files.list_archive", "project", may=INSIDE),
    get("files.show_archival", "archival", may=INSIDE),
    get("files.show_archival", "inner_archival", may=STAFF, hidden=CLIENT),
    get("files.new_archival", "project", may=(*UPLOADERS, *STAFF)),
    post("files.create_archival", "project", may=(*UPLOADERS, *STAFF)),
    post("files.restore_archival", "archival", may=STAFF),
    post("files.restore_archival", "inner_archival", may=STAFF, hidden=CLIENT),
    post("files.restore_file", "archived", may=STAFF),
    tus("POST", "files.create_upload", "project", may=(*UPLOADERS, *STAFF)),
    get("files.list_undecided", "project", may=(*UPLOADERS, *STAFF)),
    post("files.create_choice", "undecided", may=(CONTRIBUTOR,), hidden=INSIDE),
    tus("PATCH", "files.append_to_upload", "transfer", may=(CONTRIBUTOR,), hidden=INSIDE),
    tus("DELETE", "files.delete_upload", "transfer", may=(CONTRIBUTOR,), hidden=INSIDE),
    tus("POST", "files.override_method", "other_transfer", may=(CONTRIBUTOR,), hidden=INSIDE),
    get("files.download", "shared_version", may=INSIDE, records=True),
    get("files.download", "internal_version", may=STAFF, hidden=CLIENT, records=True),
    get("files.download_all", "project", may=INSIDE, records="each"),
    get("files.preview", "shared_version", may=INSIDE),
    get("files.preview", "internal_version", may=STAFF, hidden=CLIENT),
    get("files.show_pages", "shared_version", may=INSIDE),
    get("files.show_pages", "internal_version", may=STAFF, hidden=CLIENT),
    # Requests for files: one thing is missing, another is there
    get("files.list_requests", "project", may=INSIDE),
    get("files.new_request", "project", may=STAFF),
    post("files.create_request", "project", may=STAFF),
    get("files.show_request", "request", may=INSIDE),
    get("files.edit_request", "request", may=STAFF),
    post("files.update_request", "request", may=STAFF),
    post("files.close_request", "request", may=STAFF),
    post("files.reopen_request", "request", may=STAFF),
    post("files.create_request_reminder", "request", may=STAFF),
    post("files.accept_all", "request", may=STAFF),
    post("files.give", "missing_item", may=(*UPLOADERS, *STAFF)),
    post("files.lack", "missing_item", may=(*UPLOADERS, *STAFF)),
    post("files.accept", "given_item", may=STAFF),
    post("files.send_back", "given_item", may=STAFF),
    post("files.withdraw_item", "given_item", may=STAFF),
    # Approvals: one that is open, one that is decided
    get("approvals.index", "project", may=INSIDE),
    get("approvals.new", "project", may=STAFF),
    get("approvals.recipients", "project", may=STAFF),
    post("approvals.create", "project", may=STAFF),
    get("approvals.show", "approval", may=INSIDE, sighted=True),
    get("approvals.show", "decided", may=INSIDE, sighted=True),
    get("approvals.new_changes", "approval", may=INSIDE),
    post("approvals.create_decision", "approval", may=DECIDERS),
    post("approvals.withdraw", "approval", may=STAFF),
    get("approvals.edit_terms", "approval", may=STAFF),
    post("approvals.update_terms", "approval", may=STAFF),
    get("approvals.show_package", "package", may=INSIDE),
    post("approvals.approve_package", "package", may=DECIDERS),
    post("approvals.withdraw_package", "package", may=STAFF),
    get("approvals.edit_package_terms", "package", may=STAFF),
    post("approvals.update_package_terms", "package", may=STAFF),
    get("approvals.show", "drafted", may=STAFF, hidden=CLIENT),
    get("approvals.new_review", "drafted", may=STAFF, hidden=CLIENT),
    post("approvals.create_review", "drafted", may=(OWNER,), hidden=CLIENT),
    post("approvals.release", "drafted", may=STAFF, hidden=CLIENT),
    get("approvals.edit_deciders", "approval", may=STAFF),
    post("approvals.update_deciders", "approval", may=STAFF),
    get("approvals.new_delegation", "approval", may=DECIDERS),
    post("approvals.create_delegation", "approval", may=DECIDERS),
    post("approvals.create_reminder", "approval", may=STAFF),
    post("approvals.update_rhythm", "approval", may=STAFF),
    get("approvals.show_usual_rhythm", may=(OWNER,)),
    post("approvals.update_usual_rhythm", may=(OWNER,)),
    get("approvals.new_retraction", "decision", may=STAFF),
    post("approvals.create_retraction", "decision", may=STAFF),
    # Receipts: of those inside, and for whoever has one
    get("approvals.show_receipt", "decision", may=INSIDE),
    get("approvals.download_copy", "decision", may=INSIDE),
    post("approvals.send_receipt", "decision", may=INSIDE),
    get("approvals.list_receipts", "project", may=INSIDE),
    get("approvals.new_verification", may=PUBLIC),
    post("approvals.create_verification", may=PUBLIC),
    get("approvals.show_verification", "seal_token", may=PUBLIC),
    post("approvals.check_file", "seal_token", may=PUBLIC),
    # What is said about them: sent by a contributor, and a draft of an approver
    post("approvals.create_comment", "approval", may=(*UPLOADERS, *STAFF)),
    post("approvals.create_sending", "approval", may=(*UPLOADERS, *STAFF)),
    post("approvals.update_comment", "draft", may=(APPROVER,), hidden=INSIDE),
    post("approvals.delete_comment", "draft", may=(APPROVER,), hidden=INSIDE),
    post("approvals.delete_comment", "comment", may=(CONTRIBUTOR,)),
    post("approvals.resolve_comment", "comment", may=(*UPLOADERS, *STAFF)),
    post("approvals.reopen_comment", "comment", may=(*UPLOADERS, *STAFF)),
    get("approvals.list_feedback", "project", may=STAFF),
    get("approvals.download_feedback", "project", may=STAFF, parts={"kind": "csv"}),
)
PAGES = tuple(route for route in ROUTES if route.method == "GET")
CHANGES = tuple(route for route in ROUTES if route.method != "GET")
