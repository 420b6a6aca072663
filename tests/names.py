"""A real name server inside the tests: it answers over UDP on this machine, and knows what it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import dns.rrset


@contextmanager
def name_server(texts: dict[str, list[str]]) -> Iterator[dns.resolver.Resolver]:
    """Answer questions for TXT records with `texts`; gives a resolver that asks here, and nowhere else.

    A name that only stands above others exists without a record; any other does not exist. A name whose
    list is empty gets no answer at all.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            packet, caller = listener.recvfrom(4096)
            if packet == b"stop":
                return
            answer = _answer(dns.message.from_wire(packet), texts)
            if answer is not None:
                listener.sendto(answer.to_wire(), caller)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], listener.getsockname()[1]
    try:
        yield resolver
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knock:
            knock.sendto(b"stop", listener.getsockname())
        thread.join(5)
        listener.close()


def _answer(
    question: dns.message.Message, texts: dict[str, list[str]]
) -> dns.message.Message | None:
    name = question.question[0].name
    asked = name.to_text(omit_final_dot=True).lower()
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    if asked in texts:
        if not texts[asked]:
            return None
        quoted = [" ".join(f'"{part}"' for part in _cut(each)) for each in texts[asked]]
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
    elif not any(known.endswith(f".{asked}") for known in texts):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


def _cut(text: str) -> list[str]:
    """Long records are written in pieces of at most 255 characters."""
    return [text[start : start + 250] for start in range(0, len(text), 250)]
