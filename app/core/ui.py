"""The components of templates/ui/ as `ui.<name>` in every template, also where a block is rendered alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, current_app, render_template
from jinja2 import Environment, Undefined
from markupsafe import Markup, escape

from app.core.colour import mail_accent
from app.core.filenames import softly
from app.core.sample import SampleForm, sample

MODULES = (
    "icons", "buttons", "states", "forms", "rows", "projects", "opening", "notices", "words",
)  # fmt: skip


class Components:
    """Every macro of templates/ui/ by its name."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._homes: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in self._homes:
            self._look_around()
        if name not in self._homes:
            raise AttributeError(f"templates/ui/ has no component {name!r}")
        # The environment keeps the template, and reads it again where templates are reloaded.
        return getattr(self._environment.get_template(self._homes[name]).module, name)

    def names(self) -> list[str]:
        """All components, in the order of their files."""
        self._look_around()
        return list(self._homes)

    def _look_around(self) -> None:
        for module in MODULES:
            path = f"ui/{module}.html"
            for name, value in vars(self._environment.get_template(path).module).items():
                if callable(value) and not name.startswith("_"):
                    self._homes.setdefault(name, path)


def init_app(app: Flask) -> None:
    """Give templates the components; in development, show them all at /components."""
    app.jinja_env.globals.update(
        ui=Components(app.jinja_env),
        attributes=attributes,
        field_attributes=field_attributes,
        described_by=described_by,
        mail_accent=mail_accent,
        softly=softly,
    )
    settings = app.extensions.get("settings")
    if app.debug or (settings and settings.development):
        app.add_url_rule("/components", "components", show_components)


def attributes(*several: dict[str, Any]) -> Markup:
    """Attributes as HTML, from names as Python writes them: `hx_post`, `aria_label`, `data_new`.

    None and False leave an attribute out, True writes its name alone (`aria-*`: "true"); later ones win.
    """
    merged = {_html_name(name): value for each in several for name, value in each.items()}
    return Markup("").join(
        _attribute(name, value) for name, value in merged.items() if _is_there(value)
    )


def described_by(field: Any, hint: Any) -> str | None:
    """The ids of a field's hint and error, as far as they are on the page."""
    ids = [f"{field.id}-hint"] if hint else []
    ids += [f"{field.id}-error"] if field.errors else []
    return " ".join(ids) or None


def field_attributes(
    field: Any, hint: Any, own: dict[str, Any], given: dict[str, Any]
) -> dict[str, Any]:
    """The attributes of an input: the component's own, then what describes it, then those given."""
    about = {
        "aria-describedby": described_by(field, hint),
        "aria-invalid": "true" if field.errors else None,
    }
    merged = own | about | {_html_name(name): value for name, value in given.items()}
    return {name: value for name, value in merged.items() if _is_there(value)}


def show_components() -> str:
    form = SampleForm()
    form.validate()
    return render_template("components.html", form=form, **sample(Path(current_app.root_path)))


def _html_name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _is_there(value: Any) -> bool:
    # What a template writes as `'page' if current` is undefined, not None, when it is not so.
    return value is not None and value is not False and not isinstance(value, Undefined)


def _attribute(name: str, value: Any) -> Markup:
    if value is True and not name.startswith("aria-"):
        return Markup(" ") + escape(name)
    written = "true" if value is True else value
    return Markup(' {}="{}"').format(name, written)
