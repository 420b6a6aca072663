"""What mail servers answer, in words for people who never saw a status code."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from app.core.returned import STATUS

CODE = re.compile(r"^(?:[245]\d\d|[245]\.\d+\.\d+)\b")


def why_refused(answer: str) -> str:
    """Why a mail was not taken or came back, for people; what the server said itself follows."""
    words = _words(answer)
    return f"{words} ({answer})" if answer and CODE.match(answer) else words


def _words(answer: str) -> str:
    found = STATUS.search(answer)
    detail = found[0].partition(".")[2] if found else ""
    if re.fullmatch(r"1\.(1|3|6|10)|4\.1", detail):
        text = _("Nobody has this address any more, or it was mistyped.")
    elif detail in ("1.2", "4.4"):
        text = _("What stands behind the @ does not exist, or takes no mail.")
    elif detail == "2.1":
        text = _("The mailbox is closed.")
    elif detail == "2.2":
        text = _("The mailbox is full.")
    elif answer.startswith("4"):
        text = _("The mail server was busy.")
    elif answer.startswith("535"):
        text = _("The mail server did not take the name and password of FOYER_MAIL_URL.")
    elif detail.startswith("7."):
        text = _(
            "Their mail server refuses mails from this portal. SPF, DKIM and DMARC may be wrong."
        )
    elif answer.startswith("5"):
        text = _("The mail server refused it.")
    else:
        text = _in_network(answer)
    return str(text)


def _in_network(answer: str) -> str:
    if "CERTIFICATE" in answer or "SSL" in answer:
        words = _(
            "The connection to the mail server could not be made safe (%(said)s).", said=answer
        )
    elif answer:
        words = _("The mail server could not be reached (%(said)s).", said=answer)
    else:
        words = ""
    return str(words)
