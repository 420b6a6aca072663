"""Approvals: the client is asked, decides on exactly what they see, and gets a receipt."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.blueprints.approvals import (
    asking,
    changing,
    checks,
    comment_log,
    commenting,
    deciding,
    feedback,
    following,
    on_files,
    packaging,
    printing,
    receipts,
    reminding,
    reviewing,
    routes,
    spells,
    waiting,
)
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.searched import APPROVALS, COMMENTS
from app.blueprints.approvals.tips import tips
from app.blueprints.approvals.verbs import VERBS
from app.blueprints.approvals.verification import wrong_decisions
from app.core.features import Feature

__all__ = [
    "FEATURE",
    "asking",
    "changing",
    "checks",
    "commenting",
    "deciding",
    "feedback",
    "following",
    "packaging",
    "receipts",
    "reviewing",
    "routes",
    "spells",
]

FEATURE = Feature(
    name="approvals",
    label=_l("Approvals"),
    about=_l("Clients approve versions of files, or say what is to be changed, and get a receipt."),
    blueprint=bp,
    optional=True,
    needs=("files",),
    section=True,
    tab=waiting.tab,
    waiting=waiting.on_reader,
    with_clients=waiting.with_clients,
    verbs=VERBS | comment_log.VERBS,
    drains=(reminding.DRAIN, printing.DRAIN),
    dates=waiting.dates,
    searched=(APPROVALS, COMMENTS),
    tips=tips,
    proofs=(wrong_decisions,),
)

on_files.plug_in()
