"""Walk through the portal as a person does: from page to page by its links, each kind of page once."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

# Addresses that are not pages: what they give is downloaded, or drawn inside of a page.
NOT_PAGES = {
    "approvals.download_feedback",
    "approvals.download_copy",
    "assets.brand",
    "files.download",
    "files.download_all",
    "files.preview",
    "files.show_enclosure",
    "files.show_pages",
    "projects.calendar_feed",
    "static",
}


def pages(app: Flask, page: Page, base: str, start: str = "/") -> Iterator[str]:
    """Visit every kind of page that links lead to, and yield its endpoint while it is open."""
    adapter = app.url_map.bind("localhost")
    waiting, seen = [start], set()
    while waiting:
        path = waiting.pop(0)
        endpoint = endpoint_of(adapter, path)
        if endpoint is None or endpoint in seen:
            continue
        seen.add(endpoint)
        answer = page.goto(base + path, wait_until="load")
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        yield endpoint
        waiting += links(page, base)


def links(page: Page, base: str) -> list[str]:
    """The addresses within the portal that a page links to."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    parts = [urlsplit(href) for href in found if href.startswith(base + "/")]
    return [part.path + (f"?{part.query}" if part.query else "") for part in parts]


def endpoint_of(adapter: object, path: str) -> str | None:
    """The endpoint behind a path; None for what is not a page."""
    parts = urlsplit(path)
    try:
        endpoint, _values = adapter.match(parts.path, method="GET")  # type: ignore[attr-defined]
    except HTTPException:
        return None
    if endpoint in NOT_PAGES or endpoint.startswith("assets."):
        return None
    return (
        f"{endpoint}?{parts.query.partition('=')[0]}"
        if parts.query.startswith("tour")
        else endpoint
    )
