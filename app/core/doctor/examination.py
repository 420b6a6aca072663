"""Asks all questions at once, waits for none too long, and takes no answer for granted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from app.core.checks import Check, Outcome, problem, warning
from app.core.database import reading
from app.core.errors import DomainError
from app.extensions import db

PATIENCE = 15.0  # seconds for all of it


@dataclass(slots=True)
class Examined:
    """A check, and what it has found until now."""

    check: Check
    outcomes: list[Outcome] = field(default_factory=list)


def examine(checks: Iterable[Check], language: str) -> Iterator[Examined]:
    """Give what each check finds, in their order and in this language."""
    deadline = time.monotonic() + PATIENCE
    for examined, thread in [_begin(check, language) for check in checks]:
        thread.join(max(0, deadline - time.monotonic()))
        if thread.is_alive():
            yield Examined(examined.check, [*examined.outcomes, _too_late(language)])
        else:
            yield examined


def _begin(check: Check, language: str) -> tuple[Examined, threading.Thread]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    examined = Examined(check)
    # What hangs must not keep the command from ending.
    thread = threading.Thread(target=_look, args=(app, examined, language), daemon=True)
    thread.start()
    return examined, thread


def _look(app: Flask, examined: Examined, language: str) -> None:
    with app.app_context(), force_locale(language), reading():
        try:
            for outcome in examined.check.look():
                examined.outcomes.append(outcome)
        except SQLAlchemyError as error:
            examined.outcomes.append(_unanswered(error, examined.check.name == "database"))
        except DomainError as error:
            examined.outcomes.append(problem(error.message, _("The log of the portal says more.")))
        except Exception as error:  # Whatever it is, the other checks go on.
            says = _("This could not be looked at (%(why)s).", why=_line(error))
            examined.outcomes.append(problem(says, _("Please report this to Foyer.")))
        finally:
            db.session.remove()


def _unanswered(error: SQLAlchemyError, is_about_it: bool) -> Outcome:
    if is_about_it:
        says = _("The database can't be reached (%(why)s).", why=_line(error))
        return problem(says, _("See that it runs, and that FOYER_DATABASE_URL is right."))
    says = _("Not looked at: the database did not answer.")
    return warning(says, _("See what is said of the database and its tables."))


def _too_late(language: str) -> Outcome:
    with force_locale(language):
        says = _("There was no answer within %(num)s seconds.", num=int(PATIENCE))
        advice = _("Is it overloaded, or does a firewall keep us from reaching it?")
        return problem(says, advice)


def _line(error: Exception) -> str:
    """The error in a line; what the database driver says is inside of SQLAlchemy's."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return said[0][:200] if said else type(error).__name__
