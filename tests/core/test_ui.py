"""The components, the layouts and the mails that stand on them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask, flash, render_template, render_template_string
from flask_wtf import FlaskForm
from jinja2_fragments.flask import render_block
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired

from app.core.ui import attributes
from tests.core.frame import ROOT, Somebody, a_frame


class ReasonForm(FlaskForm):
    class Meta:
        csrf = False

    reason = StringField("Reason", [DataRequired("Please write why.")], description="One sentence.")
    when = RadioField("When", choices={"now": "At once", "off": "Off"}, default="now")


@pytest.fixture(scope="module")
def app() -> Flask:
    return a_frame()


def shown(app: Flask, template: str, **context: Any) -> str:
    with app.test_request_context():
        return render_template_string(template, **context)


def test_attributes_are_written_as_html() -> None:
    written = attributes({"hx_post": "/a?b&c", "class_": "x", "hidden": True, "aria_busy": True})
    assert written == ' hx-post="/a?b&amp;c" class="x" hidden aria-busy="true"'
    assert attributes({"id": None, "open": False, "rel": ""}) == ' rel=""'
    assert attributes({"type": "button"}, {"type": "submit"}) == ' type="submit"'


def test_what_a_condition_leaves_undefined_is_no_attribute(app: Flask) -> None:
    assert shown(app, "<a{{ attributes({'aria_current': 'page' if False}) }}>") == "<a>"


def test_names_of_people_and_files_are_text_everywhere(app: Flask) -> None:
    nasty = "<b>_\"'-&"
    calls = (
        "ui.button(n, n, icon='bell')", "ui.icon_button('bell', n)", "ui.state('ok', n)", "ui.meta([n, n])",
        "ui.filename(n)", "ui.row(n, n, meta=[n])", "ui.toast(n)", "ui.opening(n, crumb=(n, n), intro=n)",
        "ui.empty(n, n)", "ui.callout(n, title=n)", "ui.attachment(n, n)", "ui.facts([(n, n)])", "ui.phone(n)",
        "ui.mail_to(n)",
        "ui.steps_mini([(n, 'now')])", "ui.copy_button(n)", "ui.avatar({'initials': n, 'is_staff': n})",
        "ui.post_button(n, n, fields={n: n})", "ui.lead(n, n, n, text=n, picture=n, alt=n)",
    )  # fmt: skip
    for call in calls:
        html = shown(app, "{{ " + call + " }}", n=nasty)
        assert "<b>_" not in html.replace("<b>_</b>", "")
        assert re.search(r'="[^"]*[<>]', html) is None


def test_a_button_with_an_address_is_a_link(app: Flask) -> None:
    link = shown(app, "{{ ui.button('Look', '/a', 'primary', small=True, hx_get='/b') }}")
    assert link == '<a class="button button--primary button--small" href="/a" hx-get="/b">Look</a>'
    assert 'type="button"' in shown(app, "{{ ui.button('Look') }}")
    assert 'type="submit"' in shown(app, "{{ ui.submit('Send') }}")


def test_a_file_name_may_break_after_its_joints(app: Flask) -> None:
    assert shown(app, "{{ ui.filename('a_b-c.pdf') }}") == "a_<wbr>b-<wbr>c.pdf"


def test_a_secondary_line_leaves_out_what_is_empty(app: Flask) -> None:
    assert shown(app, "{{ ui.meta(['a', '', none, 'b']) }}") == (
        '<p class="meta"><span>a</span> <span>b</span></p>'
    )
    assert shown(app, "{{ ui.meta(['', none]) }}") == ""


def test_an_error_is_tied_to_its_field_and_named_on_top(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"when": "now"}):
        form = ReasonForm()
        assert not form.validate()
        page = render_template_string(
            "{{ ui.error_summary(form) }}{{ ui.field(form.reason) }}", form=form
        )
    assert '<a href="#reason">Please write why.</a>' in page
    assert 'role="alert"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="reason-hint reason-error"' in page
    assert 'id="reason-hint"' in page
    assert 'id="reason-error"' in page


def test_a_form_without_errors_has_no_summary(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ ui.error_summary(form) }}", form=ReasonForm()) == ""


def test_a_choice_is_a_group_with_a_name(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string(
            "{{ ui.choice(form.when, data_autosubmit=True) }}", form=ReasonForm()
        )
    assert "<legend>When</legend>" in page
    assert page.count('type="radio"') == 2
    assert page.count("data-autosubmit") == 2


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        (("done", "now", "next"), "Stage 2 of 3: b"),
        (("done", "done", "done"), "All 3 stages done"),
        (("next", "next", "next"), "0 of 3 stages done"),
    ],
)
def test_stages_are_said_in_words(app: Flask, states: tuple[str, ...], sentence: str) -> None:
    stages = list(zip("abc", states, strict=True))
    assert f'aria-label="{sentence}"' in shown(app, "{{ ui.steps_mini(s) }}", s=stages)
    assert sentence in shown(app, "{{ ui.steps_full(s) }}", s=stages)


def test_components_are_there_in_a_block_rendered_alone(app: Flask) -> None:
    with app.test_request_context():
        assert 'class="toast"' in render_block("layouts/toast.html", "toast", text="Saved.")


def test_every_component_is_on_the_components_page(app: Flask) -> None:
    page = (ROOT / "templates/components.html").read_text()
    names = app.jinja_env.globals["ui"].names()  # type: ignore[attr-defined]
    through_others = {"csrf", "bell"}
    assert {name for name in names if f"ui.{name}(" not in page} <= through_others
    answer = app.test_client().get("/components")
    assert answer.status_code == 200
    assert not re.search(r"<style|style=|<script>| on\w+=", answer.text)
    ids = re.findall(r' id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_an_unknown_component_is_named(app: Flask) -> None:
    with pytest.raises(AttributeError, match="carousel"):
        app.jinja_env.globals["ui"].carousel  # type: ignore[attr-defined]  # noqa: B018


def test_a_clients_page_says_whose_it_is_and_whom_to_ask() -> None:
    app = a_frame(for_client=Somebody(name="Bäckerei <Sonnenschein>"))
    page = shown(app, "{% extends 'layouts/page.html' %}{% block title %}Home{% endblock %}")
    assert "for Bäckerei &lt;Sonnenschein&gt;" in page
    assert "<b>Jana Petersen</b> is here for you" in page
    assert 'href="tel:04315566712"' in page
    assert "<title>Home – Studio Nordlicht</title>" in page
    assert '<form method="post" action="/out">' in page
    assert "top__nav" not in page
    assert 'id="bell"' not in page


def test_the_sections_are_for_staff() -> None:
    nav = [{"label": "Today", "url": "/", "current": True}, {"label": "Clients", "url": "/clients"}]
    app = a_frame(nav=nav, current_user=Somebody(is_staff=True), bell={"url": "/news", "count": 3})
    page = shown(app, "{% extends 'layouts/page.html' %}")
    assert '<a href="/" aria-current="page">Today</a><a href="/clients">Clients</a>' in page
    assert 'aria-label="News, 3 unread"' in page
    assert "avatar--agency" in page


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_error_page_stands_in_the_frame_that_fits(signed_in: bool) -> None:
    app = a_frame(current_user=Somebody(is_authenticated=signed_in))
    with app.test_request_context():
        page = render_template("layouts/error.html", title="Not here.", text="Sorry.", status=404)
    assert "<h1>Not here.</h1>" in page
    assert ('class="scene"' in page) is not signed_in
    assert ("top__tools" in page) is signed_in


def test_a_flashed_message_is_a_toast(app: Flask) -> None:
    with app.test_request_context():
        flash("Saved.")
        flash("<b>No.</b>", "error")
        page = render_template_string("{% extends 'layouts/page.html' %}")
    assert "data-toast><span>Saved.</span>" in page
    assert 'data-toast="stay" role="alert"><span>&lt;b&gt;No.' in page


def test_the_door_offers_the_other_language() -> None:
    page = shown(a_frame(language_url="/language"), "{% extends 'layouts/door.html' %}")
    assert 'name="language" value="de"' in page
    assert 'form="language" lang="de">Deutsch</button>' in page


MAIL = """{% extends 'mail/layout.html' %}{% block heading %}The <i>poster</i>&nbsp;waits.{% endblock %}
{% block body %}<p>Hello {{ who }}</p>{% endblock %}"""


def test_a_mail_has_one_button_and_says_why(app: Flask) -> None:
    more = {"why": "You decide on this.", "button_url": "https://a/b?c&d", "button_label": "Look"}
    html = shown(app, MAIL, who="<b>", colour="#fefefe", on_colour="#000000", language="en", **more)
    assert "<title>The poster" in html
    assert "Hello &lt;b&gt;" in html
    assert '<a class="do" href="https://a/b?c&amp;d">Look</a>' in html
    assert "You decide on this." in html
    assert "background: #fefefe" not in html
    assert "url(" not in html


def test_the_text_of_a_mail_does_not_repeat_its_subject(app: Flask) -> None:
    template = (
        "{% extends 'mail/layout.txt' %}{% block subject %}SUBJECT{% endblock %}"
        "{% block body %}Hello you{% endblock %}"
    )
    text = shown(app, template, button_url="https://a", button_label="Look", why="Because.")
    assert text.startswith("Hello you\n\nLook:\nhttps://a\n\n-- \nStudio Nordlicht\nBecause.")
    assert "SUBJECT" not in text
