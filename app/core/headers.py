"""How names and addresses stand in the head of a mail: on one line, and as every mail server reads them."""

from __future__ import annotations

import re
from email.headerregistry import Address

import idna

FITS = 50  # characters of name and address that stay on one line, however they are written
NOT_IN_WORDS = re.compile(r"""[][()<>@,:;.\\"]""")


def line(text: str) -> str:
    """One line: a line break in a name must not become a header, not even one that is spelt "=?utf-8?q?=0A?="."""
    return " ".join(text.replace("\0", " ").split()).replace("=?", "= ?")


def address(name: str, email: str) -> Address:
    name = line(name)
    if len(name) + len(email) > FITS:
        # Where the line is cut, Python forgets the quotes, and a comma would begin another address.
        name = line(NOT_IN_WORDS.sub(" ", name))
    return Address(name, addr_spec=in_ascii(email))


def in_ascii(email: str) -> str:
    """The address as every mail server reads it: info@xn--mller-kva.de for info@müller.de."""
    local, _, domain = email.rpartition("@")
    return email if domain.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"
