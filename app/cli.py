"""The commands of an installation: `flask worker`, `flask owner`, `flask backup`, `flask mail` ..."""

from __future__ import annotations

import signal
import threading
from itertools import chain
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.blueprints.accounts.models import User
from app.blueprints.accounts.signin import SignInLink
from app.core import events, features, mail_commands, search, worker
from app.core.agency import Agency
from app.core.backup.commands import backup, restore
from app.core.doctor.commands import doctor
from app.extensions import db
from app.settings import Settings

audit = AppGroup("audit", help="The log of all that happened.")
index = AppGroup("search", help="The index that the search looks into.")


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (run_worker, run_cron, owner, demo, backup, restore, doctor):
        app.cli.add_command(command)
    app.cli.add_command(audit)
    app.cli.add_command(index)
    app.cli.add_command(mail_commands.mail)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
def run_worker(once: bool) -> None:
    """Do background work: send mails, and whatever else is due. Stops on Ctrl-C."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    if once:
        worker.run_once()
    elif settings.redis_url:
        worker.run_rq(app)
    else:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        worker.run_loop(app, stop)


@click.command("cron")
def run_cron() -> None:
    """With Redis: wake the drains every minute, for what has become due. One is enough."""
    worker.run_cron(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("owner")
@click.argument("email")
@click.option(
    "--name", default="", help="Makes a new owner of this name, if the address is not known."
)
def owner(email: str, name: str) -> None:
    """Print a sign-in link for an owner of the agency, who may be new."""
    agency = Agency.current()
    if agency is None:
        raise click.ClickException("The portal is not set up yet. Open it in a browser first.")
    user = User.with_email(email)
    if user is None and name:
        user = User.join_agency(name, email, "owner", agency.language, agency.time_zone)
    if user is None or not user.is_owner:
        raise click.ClickException("No owner has this address. Give --name to make a new owner.")
    click.echo(SignInLink.made_for(user))
    db.session.commit()


@click.command("demo")
@click.option("--links", is_flag=True, help="Only print fresh sign-in links.")
def demo(links: bool) -> None:
    """Fill an empty portal with a demo agency, and print sign-in links."""
    from app.demo import fill, sign_in_links

    if not links:
        if Agency.current() is not None:
            raise click.ClickException("This portal is in use; the demo needs an empty one.")
        fill()
        db.session.commit()
    for label, link in sign_in_links():
        click.echo(f"{label}: {link}")
    db.session.commit()


@audit.command("verify")
def verify() -> None:
    """Check that no line of the log was changed, removed or added, and that the tables say the same."""
    proofs = [proof() for feature in features.every_feature() for proof in feature.proofs]
    is_sound = True
    for problem in chain(events.verify(), *proofs):
        click.echo(problem)
        is_sound = False
    if not is_sound:
        raise click.exceptions.Exit(1)
    end = db.session.get(events.EventChain, 1)
    length, head = (end.length, end.head) if end else (0, events.START)
    click.echo(f"The log is sound: {length} lines, head {head}.")


@index.command("rebuild")
def rebuild() -> None:
    """Read everything that can be found into the index again."""
    count = search.rebuild()
    db.session.commit()
    click.echo(f"The search knows {count} things.")
