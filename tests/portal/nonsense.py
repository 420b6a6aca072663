"""What no person sends, but the internet does: values, files, bodies, ids and headers that make no sense."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

Pair = tuple[str, bytes, str | None]
"""A field's name, what is in it, and the name of the file if it is one."""
Request = dict[str, Any]

VALUES = (
    b"", b" \t\r\n", b"\0", b"a\0b", b"\x1b[31m\x07", b"x" * 100_000, b"x\n" * 6_000,
    "\u202eexe.nud".encode(), "\u200b\ufeff".encode(), "A\u0300" .encode() * 500, "\u2028".encode(),
    b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\U0001f469\u200d\U0001f680".encode(),
    b"-1", b"0", b"9" * 400, b"1e309", b"NaN", "٣".encode(), "²".encode(), b"0x10", b"2147483648",
    b"2026-02-30", b"0000-00-00", b"99999-12-31", b"2026-W01-1", b"20261224", b"24:61", b"-0001-01-01",
    b"true", b"null", b"[]", b"{}", b"' OR 1=1 --", b"1;DROP TABLE users", b"../../etc/passwd",
    b"{{7*7}}", b"%s%n%(name)s", b"<script>alert(1)</script>", b"javascript:alert(1)", b"#12345g",
    b"//evil.example.com", b"http://[::1", b"a@b", b"a@" + b"b." * 200 + b"de", b"\"<a@b.de>\"@c.de",
    b"=?utf-8?q?=0A?=", b"a@b.de\r\nBcc: c@d.de", b"2222222222222222", b"2" * 15_000,
)  # fmt: skip
FILE_NAMES = (
    "", ".", "..", "../../etc/passwd", "C:\\fakepath\\a.png", "a\0.png", "\u202egnp.exe", "x" * 5_000,
    "😀" * 300 + ".png", 'a"b.png', "a\r\nX-Evil: 1.png", "con.png", ".png", "a.svg", "%00.html",
)  # fmt: skip
IDS = (
    "0", "-1", "9" * 30, "1e3", "' OR '1'='1", "1;--", "..%2f..%2fetc", "%2e%2e", "%00", "a%00b", "%ff",
    "%ed%a0%80", "%0d%0aX: y", "\u202e", "x" * 3_000, "{{7*7}}", "<b>", "NULL", "2222222222222222", "%25",
)  # fmt: skip
TYPES = (
    "application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=other", "application/x-www-form-urlencoded; charset=utf-7", "",
    "multipart/mixed; boundary=x", ";;;", "text/html; charset=\xff",
)  # fmt: skip
BODIES = (
    b"[1]", b'{"name": 1, "title": {"a": []}, "email": null}', b"{", b"null", b"\xff\xfe\0", b"&&&=&=;=%",
    b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--", b"%FF%FE=%00", b"a=1&" * 400,
)  # fmt: skip
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
COSTUMES: tuple[dict[str, str], ...] = (
    {**PARTIAL, "HX-Target": "div#x", "HX-Source": "form#y", "HX-Current-URL": "http://[", "Range": "bytes=5-1"},
    {"HX-Request": "true", "HX-Request-Type": "full", "Referer": "http://[::1", "Accept-Language": "x" * 5_000},
    {"HX-Request": "yes", "HX-Request-Type": "\xff", "Accept-Language": "de;q=abc,,;;q=", "Range": "bytes=-"},
    {"Accept-Language": "\xff\xfe", "If-None-Match": "W/\"", "If-Modified-Since": "Yesterday", "Accept": "*/*;q=x"},
    {"Cookie": "foyer=" + "x" * 60_000, "User-Agent": "Safari/ " * 900, "If-Range": "x", "Range": "bytes=0-,1-"},
    {"Cookie": "foyer=.eJw.x.y; foyer=\xff; ;=;", "Purpose": "prefetch", "X-Forwarded-For": "::1, x" * 99},
    {"Accept-Encoding": "br;q=2, gzip;q=x, \xff", "Content-Length": "0", "Content-Type": "x", "Origin": "null"},
)  # fmt: skip
ARGUMENTS = (
    "at", "page", "projects", "activity", "updates", "dates", "notes", "show", "tour", "version", "client",
    "next", "hint", "to", "key", "comment",
)  # fmt: skip


def pairs_of(form: dict[str, Any]) -> list[Pair]:
    """The fields of a form one by one, in their order."""
    return [
        _pair(name, each)
        for name, value in form.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def _pair(name: str, value: Any) -> Pair:
    if isinstance(value, FileStorage):
        return name, value.read(), value.filename
    return name, value.encode(), None


def urlencoded(pairs: list[Pair]) -> Request:
    """A form as browsers send it."""
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value, _file in pairs)
    return {"data": body.encode(), "content_type": "application/x-www-form-urlencoded"}


def multipart(pairs: list[Pair]) -> Request:
    """A form as browsers send it when files are in it."""
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), b"" if file is None else b'; filename="%s"' % file.encode(), value)
        for name, value, file in pairs
    ]
    return {
        "data": b"".join(parts) + b"--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


def encoded(pairs: list[Pair]) -> Request:
    """A form as browsers send it."""
    has_files = any(file is not None for _name, _value, file in pairs)
    return multipart(pairs) if has_files else urlencoded(pairs)


@st.composite
def bad_forms(draw: st.DrawFn, form: dict[str, Any]) -> Request:
    """A right form, some of whose fields are changed, missing, or there twice; or sent as something else."""
    pairs: list[Pair] = []
    for pair in pairs_of(form) or [("nothing", b"", None)]:
        pairs += draw(_fates(pair))
    request = draw(st.sampled_from((encoded, encoded, urlencoded, multipart)))(pairs)
    if draw(st.integers(0, 4)) == 0:
        request["content_type"] = draw(st.sampled_from(TYPES))
        request["data"] = draw(st.sampled_from((request["data"], *BODIES)))
    if draw(st.integers(0, 9)) == 0:
        request["data"] = request["data"][: draw(st.integers(0, 200))]
    request["headers"] = draw(st.sampled_from(({}, PARTIAL)))
    return request


def _fates(pair: Pair) -> st.SearchStrategy[list[Pair]]:
    name, value, file = pair
    values = st.sampled_from(VALUES) | st.binary(max_size=40) | st.text(max_size=40).map(_bytes)
    files = st.none() if file is None else st.sampled_from(FILE_NAMES) | st.just(file)
    changed = st.tuples(st.just(name), values, files)
    as_file = st.tuples(st.just(name), st.just(b"x"), st.sampled_from(FILE_NAMES))
    return st.one_of(
        st.just([pair]),
        changed.map(lambda other: [other]),
        changed.map(lambda other: [other, pair]),
        changed.map(lambda other: [pair, other] * 20),
        as_file.map(lambda other: [other]),
        st.just([]),
        st.just([(f"{name}[]", value, file)]),
    )


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
