"""respond(): the whole page, or the block of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page (not for a boosted or restored whole page)."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Request-Type") == "partial"
    )


def respond(
    template: str,
    block: str,
    *,
    status: int = 200,
    then: str = "",
    said: Any = "",
    into: str = "",
    **context: Any,
) -> Response:
    """Answer with `block` of `template` for htmx, else with the whole page.

    `then`: where a browser without htmx goes after a change that worked (303 See Other).
    `said`: a short sentence that the person sees as a toast, either way.
    `into`: what the block replaces, where that is not what the request was made for.
    """
    if wants_fragment():
        toast = render_block("layouts/toast.html", "toast", text=said) if said else ""
        response = make_response(render_block(template, block, **context) + toast, status)
    elif then and status < 400:
        if said:
            flash(str(said))
        response = make_response(redirect(then, 303))
    else:
        response = make_response(render_template(template, **context), status)
    if into:
        response.headers["HX-Retarget"] = into
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def go(address: str, said: Any = "") -> Response:
    """Send the browser to another page, also from an htmx request, which follows as a whole."""
    if said:
        flash(str(said))
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, 303))
