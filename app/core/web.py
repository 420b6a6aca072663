"""Addresses on the web that people give: checked, written in one way, and named so that nobody is deceived.

Nothing here, or anywhere, asks the server to go to such an address.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import quote, urlsplit

import idna

LONGEST_ADDRESS = 2000
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
BARE = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]|$)")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
KEPT = "%/:?#[]@!$&'()*+,;=-._~"
# Letters with marks that can be told from those without: ä, ö, ü, ß, é. Others could pose as a known name.
READABLE = re.compile(r"[a-z0-9._\u00df-\u00f6\u00f8-\u00ff-]+")


class NoWebAddress(ValueError):
    """This is no address that a browser could be sent to."""


def web_address(raw: str) -> str:
    """The address as it is kept: with its scheme, in ASCII; `www.figma.com/x` becomes `https://www.figma.com/x`.

    Raises NoWebAddress for all but http and https, and for what hides where it leads to.
    """
    text = raw.strip()
    if BARE.match(text):
        text = f"https://{text}"
    if any(character.isspace() or not character.isprintable() for character in text):
        raise NoWebAddress
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise NoWebAddress from error
    # A browser reads a backslash as a slash, and what stands before an @ looks like the host.
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or "\\" in text:
        raise NoWebAddress
    place = _host(host) + (f":{port}" if port else "")
    rest = quote(text.partition("//")[2][len(parts.netloc) :], safe=KEPT)
    address = f"{parts.scheme}://{place}{rest or '/'}"
    if len(address) > LONGEST_ADDRESS:
        raise NoWebAddress
    return address


def host_of(address: str) -> str:
    """Where an address leads to, for people; letters that could pose as others stay in their code: xn--…."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        read = idna.decode(host) if "xn--" in host else host
    except idna.IDNAError:
        read = host
    shown = read if READABLE.fullmatch(read) else host
    return f"{shown}:{parts.port}" if parts.port else shown


def _host(host: str) -> str:
    if ":" in host:
        return _ipv6(host)
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise NoWebAddress from error
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise NoWebAddress
    return name


def _ipv6(host: str) -> str:
    try:
        return f"[{IPv6Address(host)}]"
    except AddressValueError as error:
        raise NoWebAddress from error
