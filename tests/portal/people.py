"""Every kind of person who may stand before a page, as the world of these tests knows them."""

from __future__ import annotations

STRANGER = "stranger"
OTHER = "another client's approver"
VIEWER = "viewer"
CONTRIBUTOR = "contributor"
APPROVER = "approver"
MAIN = "main contact"
AWAY = "member not on the project"
MEMBER = "member on the project"
MANAGER = "manager"
OWNER = "owner"

EVERYBODY = (
    STRANGER, OTHER, VIEWER, CONTRIBUTOR, APPROVER, MAIN, AWAY, MEMBER, MANAGER, OWNER,
)  # fmt: skip
SIGNED_IN = EVERYBODY[1:]
CLIENT = (VIEWER, CONTRIBUTOR, APPROVER, MAIN)
UPLOADERS = (CONTRIBUTOR, APPROVER, MAIN)
DECIDERS = (APPROVER, MAIN)
AGENCY = (AWAY, MEMBER, MANAGER, OWNER)
STAFF = (MEMBER, MANAGER, OWNER)
"""The agency's people who see the project."""
HEADS = (MANAGER, OWNER)
INSIDE = (*CLIENT, *STAFF)
"""Everybody for whom the client and its project exist."""
OUTSIDE = (OTHER, AWAY)
