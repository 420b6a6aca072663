"""What the domain of the sender says about its mails: SPF, DKIM and DMARC, looked up and explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.resolver
import idna
from flask_babel import lazy_gettext as _l

from app.core.smtp import host_of
from app.settings import Settings

PATIENCE = 4.0  # seconds for each question
SELECTORS = (
    "default", "dkim", "mail", "selector1", "selector2", "google", "s1", "s2", "k1", "k2", "k3",
    "mxvault", "fm1", "protonmail", "zoho", "mandrill", "mailjet", "sendinblue", "brevo", "smtp",
    "hetzner", "ionos", "strato", "s42582890", "kundenserver", "mailbox", "mbo0001", "mta", "key1",
)  # fmt: skip
"""Names under which mail providers publish their keys; there is no way to ask for all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one of the three: whether it is right, the record, and what to write where if not."""

    name: str
    state: str
    says: Any
    record: str = ""
    place: str = ""
    advice: str = ""


class Unanswered(Exception):
    """The name servers of the domain did not answer."""


def a_resolver() -> dns.resolver.Resolver:
    """Whoever answers this machine's questions about names."""
    return dns.resolver.Resolver()


def domain_of(settings: Settings) -> str:
    """The domain that mails come from, as name servers know it."""
    domain = settings.sender.rpartition("@")[2]
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def findings(settings: Settings) -> list[Finding]:
    """What the world finds about the sender's domain; empty where it is no public one."""
    domain = domain_of(settings)
    if "." not in domain or domain.endswith((".localhost", ".local", ".test", ".internal")):
        return []
    resolver = a_resolver()
    resolver.lifetime = PATIENCE
    checks = {
        "SPF": lambda: _spf(resolver, domain, host_of(settings)),
        "DKIM": lambda: _dkim(resolver, domain),
        "DMARC": lambda: _dmarc(resolver, domain),
    }
    return [_asked(name, look) for name, look in checks.items()]


def _asked(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Unanswered:
        return Finding(name, "warn", _l("The name server did not answer. Please try again later."))


def _spf(resolver: dns.resolver.Resolver, domain: str, server: str) -> Finding:
    """Which servers may send for the domain."""
    records = [each for each in _texts(resolver, domain) if each.lower().startswith("v=spf1")]
    advice = f"v=spf1 a:{server} mx ~all" if server else "v=spf1 mx ~all"
    if not records:
        text = _l(
            "No record says which servers may send for this domain. Many mails will be taken for spam."
        )
        return Finding("SPF", "bad", text, place=domain, advice=advice)
    record = records[0]
    if len(records) > 1:
        text = _l(
            "There are several records, so that none of them counts. Leave one, with all servers in it."
        )
        return Finding("SPF", "bad", text, " | ".join(records), domain)
    if "+all" in record.split() or "all" in record.split():
        text = _l(
            "The record lets every server of the world send for this domain. Let it end with ~all."
        )
        return Finding("SPF", "bad", text, record, domain)
    if "all" not in record and "redirect=" not in record:
        text = _l(
            "The record does not say what becomes of mails from other servers. Let it end with ~all."
        )
        return Finding("SPF", "warn", text, record, domain)
    text = _l(
        "The domain says which servers may send for it. Your mail server has to be among them."
    )
    return Finding("SPF", "ok", text, record, domain)


def _dkim(resolver: dns.resolver.Resolver, domain: str) -> Finding:
    """Whether mails can be signed. The name of the key is known to who signs; the usual ones are tried."""
    parent = f"_domainkey.{domain}"
    if not _exists(resolver, parent):
        text = _l(
            "No key is published, so that no mail of this domain is signed. Your mail provider says which record"
            " to add: its name ends with ._domainkey."
        )
        return Finding("DKIM", "bad", text, place=f"….{parent}", advice="v=DKIM1; k=rsa; p=…")
    for selector in SELECTORS:
        keys = [each for each in _texts(resolver, f"{selector}.{parent}") if "p=" in each]
        if keys:
            return _key(f"{selector}.{parent}", keys[0])
    text = _l(
        "Keys are published, under a name of their own. Look into the head of a test mail: there it should"
        " say dkim=pass."
    )
    return Finding("DKIM", "ok", text, place=f"….{parent}")


def _key(place: str, record: str) -> Finding:
    if "p=" in record and not record.partition("p=")[2].split(";")[0].strip():
        text = _l("This key was withdrawn. Your mail provider says which one holds now.")
        return Finding("DKIM", "bad", text, record, place)
    text = _l(
        "A key is published. That your mail server signs with it shows in the head of a test mail: dkim=pass."
    )
    return Finding("DKIM", "ok", text, record, place)


def _dmarc(resolver: dns.resolver.Resolver, domain: str) -> Finding:
    """What others are to do with mails that fail both."""
    for place in _parents(domain):
        records = [
            each for each in _texts(resolver, f"_dmarc.{place}") if each.startswith("v=DMARC1")
        ]
        if records:
            return _policy(f"_dmarc.{place}", records[0])
    text = _l(
        "No record says what becomes of mails that only pretend to be yours. Large providers ask for one."
    )
    return Finding("DMARC", "bad", text, place=f"_dmarc.{domain}", advice="v=DMARC1; p=none")


def _policy(place: str, record: str) -> Finding:
    fields = dict(part.strip().partition("=")[::2] for part in record.split(";") if "=" in part)
    if fields.get("p", "").strip() in ("quarantine", "reject"):
        text = _l("Mails that only pretend to be yours are put aside or refused.")
        return Finding("DMARC", "ok", text, record, place)
    text = _l("There is a record. Once SPF and DKIM are right, p=quarantine protects your name.")
    return Finding("DMARC", "ok", text, record, place)


def _parents(domain: str) -> Iterator[str]:
    """The domain and those above it that somebody can own."""
    labels = domain.split(".")
    yield from (".".join(labels[index:]) for index in range(len(labels) - 1))


def _texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    try:
        answer = resolver.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unanswered from error
    return [b"".join(each.strings).decode(errors="replace") for each in answer]


def _exists(resolver: dns.resolver.Resolver, name: str) -> bool:
    """Whether there is anything at or below a name (RFC 8020)."""
    try:
        resolver.resolve(name, "TXT")
    except dns.resolver.NoAnswer:
        return True
    except dns.resolver.NXDOMAIN:
        return False
    except dns.exception.DNSException as error:
        raise Unanswered from error
    return True
