"""Assets: stylesheets, script, icons and brand, and what makes the portal installable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import get_locale
from werkzeug import Response

from app.core import brand
from app.core.agency import COLOUR, Agency
from app.core.bundles import Bundles, split_address
from app.core.colour import is_colour

FOR_EVER = "public, max-age=31536000, immutable"
ICONS = (("any", 192), ("any", 512), ("maskable", 192), ("maskable", 512))

bp = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Join the stylesheets and the scripts, and serve them with the brand."""
    settings = app.extensions.get("settings")
    watch = app.debug or bool(settings and settings.development)
    app.extensions["assets"] = Bundles(Path(app.root_path) / "static", watch=watch)
    app.jinja_env.globals.update(
        asset=asset,
        brand_url=brand.brand_url,
        letters_of=brand.letters_of,
        mark_url=brand.mark_url,
    )
    app.register_blueprint(bp)


def asset(name: str) -> str:
    """The address of a static file: `foyer.css`, `foyer.js`, `icons.svg`, or its path below static/."""
    return url_for("assets.show_asset", path=_bundles().address(name))


@bp.get("/assets/<path:path>")
def show_asset(path: str) -> Response:
    name, digest = split_address(path)
    found = _bundles().get(name) or abort(404)
    response = make_response(found.body)
    response.mimetype = found.mimetype
    response.set_etag(found.digest)
    # An address from before an update gets what is there now, but may not keep it.
    response.headers["Cache-Control"] = FOR_EVER if digest == found.digest else "no-cache"
    return response.make_conditional(request)


@bp.get("/brand/<colour>.css")
def show_brand(colour: str) -> Response:
    return _for_ever(brand.stylesheet(_colour_or_404(colour)), "text/css")


@bp.get("/brand/part/<colour>.css")
def show_brand_part(colour: str) -> Response:
    return _for_ever(brand.part_stylesheet(_colour_or_404(colour)), "text/css")


@bp.get("/brand/mark/<colour>/<letters>.svg")
def show_mark(colour: str, letters: str) -> Response:
    if not letters.isalnum() or len(letters) > 2:
        abort(404)
    return _for_ever(brand.mark(_colour_or_404(colour), letters), "image/svg+xml")


@bp.get("/manifest.webmanifest")
def show_manifest() -> Response:
    agency = Agency.current()
    name = agency.name if agency else "Foyer"
    response = jsonify(
        name=name,
        short_name=name[:30],
        lang=str(get_locale() or "de"),
        id="/",
        start_url="/",
        scope="/",
        display="standalone",
        theme_color=agency.colour if agency else COLOUR,
        background_color="#ffffff",
        icons=[_icon(purpose, size) for purpose, size in ICONS],
    )
    response.mimetype = "application/manifest+json"
    return response


@bp.get("/sw.js")
def show_service_worker() -> Response:
    agency = Agency.current()
    colour = agency.colour if agency else COLOUR
    addresses = [asset("foyer.css"), asset("foyer.js"), asset("icons.svg")]
    addresses += [brand.brand_url(colour), brand.mark_url(agency)]
    version = f"{_bundles().address('foyer.css')} {_bundles().address('foyer.js')} {get_locale()} {colour}"
    response = make_response(render_template("layouts/sw.js", addresses=addresses, version=version))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline")
def show_offline() -> str:
    """A page of the agency's alone: what a person's browser keeps shows no client's colour."""
    agency = Agency.current()
    return render_template("layouts/offline.html", brand_colour=agency.colour if agency else COLOUR)


def _bundles() -> Bundles:
    bundles: Bundles = current_app.extensions["assets"]
    return bundles


def _icon(purpose: str, size: int) -> dict[str, Any]:
    source = asset(f"icons/foyer-{purpose}-{size}.png")
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def _colour_or_404(digits: str) -> str:
    colour = f"#{digits}"
    return colour if is_colour(colour) else abort(404)


def _for_ever(body: str, mimetype: str) -> Response:
    response = make_response(body)
    response.mimetype = mimetype
    response.headers["Cache-Control"] = FOR_EVER
    response.add_etag()
    return response.make_conditional(request)
