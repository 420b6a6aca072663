"""`flask mail`: a test mail, and what the world finds about the sender's domain, on the command line."""

from __future__ import annotations

import smtplib

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from app.core import clock, sender, smtp
from app.core.agency import Agency
from app.core.delivering import problem_of
from app.core.headers import in_ascii
from app.core.mail import Recipient, compose
from app.core.refusals import why_refused
from app.settings import Settings

mail = AppGroup("mail", help="The way that mails take.")


@mail.command("test")
@click.argument("email")
def send_test(email: str) -> None:
    """Send a test mail now, and print what the mail server says."""
    settings, agency = _settings(), Agency.current()
    if not settings.mail_url:
        raise click.ClickException("FOYER_MAIL_URL names no mail server.")
    letter = compose("test", Recipient(email, "", agency.language if agency else "en"))
    letter.created_at = clock.now()
    message = letter.as_message(settings, agency.name if agency else "Foyer")
    try:
        smtp.send(settings, message, in_ascii(email))
    except (smtplib.SMTPException, OSError) as error:
        with force_locale("en"):
            raise click.ClickException(why_refused(problem_of(error))) from error
    finally:
        smtp.hang_up()
    click.echo(f"{smtp.host_of(settings)} took the mail to {email}.")


@mail.command("domain")
def show_domain() -> None:
    """Look up SPF, DKIM and DMARC of the sender's domain, and say what is missing."""
    settings = _settings()
    found = sender.findings(settings)
    if not found:
        click.echo(f"{sender.domain_of(settings)} is no public domain.")
    with force_locale("en"):
        for each in found:
            click.echo(f"{each.name}: {each.state}. {each.says}")
            if each.record:
                click.echo(f"  {each.place}  {each.record}")
            if each.advice:
                click.echo(f"  Add at {each.place}: {each.advice}")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
