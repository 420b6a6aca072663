"""The home of the agency: what waits on us and on clients, what is late, who has become silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.clients.reach import whom_nothing_reaches
from app.blueprints.projects import set_up_list
from app.blueprints.projects.activity import news_of
from app.blueprints.projects.attention import late_dates, never_came, silent_clients
from app.blueprints.projects.models import Project
from app.blueprints.projects.table import chosen_show, project_table, today
from app.blueprints.projects.waiting import on_you, with_clients
from app.core.amounts import number_word
from app.core.models import every


def agency_home(user: User) -> dict[str, Any]:
    """What projects/agency_home.html needs."""
    show = chosen_show()
    only = _of_mine(user) if show == "mine" else None
    us, clients = on_you(user, only), with_clients(user, only)
    return {
        "sentence": sentence(clients.count, us.count),
        "us": us,
        "clients": clients,
        "late": late_dates(user, today(), mine=show == "mine"),
        "silent": silent_clients(user),
        "never_came": never_came(user),
        "news": news_of(user, request.args.get("news")),
        "lost": whom_nothing_reaches(user),
        "set_up": set_up_list.open_for(user, asked="set_up" in request.args),
        "date": f"{format_date(today(), 'EEEE')}, {format_date(today(), 'long')}",
        **project_table(user, show, "projects.home", us, clients),
    }


def sentence(clients: int, us: int) -> str:
    """How much waits on either side, the numbers in words."""
    number = number_word(clients, capital=True)
    theirs = ngettext(
        "One thing waits with clients",
        "%(number)s things wait with clients",
        clients,
        number=number,
    )
    ours = ngettext("one with us", "%(number)s with us", us, number=number_word(us))
    return str(
        _(
            "%(theirs)s, %(ours)s.",
            theirs=theirs if clients else _("Nothing waits with clients"),
            ours=ours if us else _("nothing with us"),
        )
    )


def _of_mine(user: User) -> Callable[[Any], bool]:
    mine = set(every(select(Project.id).where(Project.with_person(user))))
    return lambda project: project is not None and project.id in mine
