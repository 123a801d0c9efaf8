"""What somebody sends who wants to break something: texts for fields and addresses, headers, bodies that are no forms."""

from random import Random
from urllib.parse import quote_from_bytes
from uuid import UUID

TEXTS: tuple[bytes, ...] = tuple(
    text if isinstance(text, bytes) else text.encode()
    for text in (
        *("", " ", "\t", "\n", "\r\nSet-Cookie: a=b", "\0", "a\0b", "\ufffe", "\u202e", "\u2028", "é" * 400, "😀", "e\u0301"),
        *(b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80", "Ünïcödé".encode("latin-1"), b"%", b"%zz"),
        *("0", "-1", "1", "²", "٣", "१२", "1" * 5_000, "9" * 20, "2147483648", "9223372036854775808", "1_000", "+1", "1e999999", "0x10"),
        *("NaN", "-Infinity", "sNaN", "1e-999999", "0," + "0" * 5_000 + "1", "3h99", "99999h", "1.234.567", "−5", "1/2"),
        *("0000-00-00", "2008-13-45", "2008-02", "2008-99", "9999-12", "0001-01", "31/02/2008", "9999-12-31", "0001-01-01", "²/²/2008"),
        *("oui", "non", "on", "true", "null", "[]", '{"a":1}', "None", "unknown_code", "other", "M", "accepter", "rejeter"),
        *(
            "supprimer",
            "ajouter",
            "ouvrir",
            "verifier",
            "supprimer .",
            "ajouter s.absences.0",
            "importer",
            "remplacer",
            "supprimer entreprise.²",
        ),
        *(
            "month:2008-01",
            "monthly:2008-01,2008-01",
            "monthly:²",
            "balance:",
            "quarter:2008-01,,2008-02",
            ":",
            "monthly:" + "2008-01," * 2_000,
        ),
        *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "urn:uuid:", str(UUID(int=2**128 - 1))),
        *(
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/\t/elsewhere.example",
            "http://[",
            "javascript:alert(1)",
            "../../etc/passwd",
            "/",
        ),
        *(
            "<script>alert(1)</script>",
            "\"'><img src=x onerror=alert(1)>",
            "{{ 7*7 }}",
            "{0}",
            "{a.b}",
            "%s%n",
            "' OR 1=1 --",
            "\\",
            "%",
            "_",
        ),
        *("34000", "99999", "x@y.z", "a" * 301, "a" * 20_001, "x " * 9_000, "," * 3_000, "." * 3_000),
    )
)
"""Each is put, alone, where something else is expected."""
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    *(
        (b"hx-current-url", url)
        for url in (b"http://[", b"http://[::1", b"//", b"\xff\xfe", b"http://a:99999999/", b"/%00", b"javascript:x")
    ),
    *((b"region", name) for name in (b"etapes", b"avis", b"content", b"\xff", b"a" * 3_000, b"__class__", b"grille")),
    *((b"cookie", text) for text in (b"__Host-sesame=", b"__Host-sesame=%00", b"__Host-sesame=\xff", b"=;=;=", b'__Host-sesame="\\000"')),
    *((b"accept", text) for text in (b"application/json", b"*/*;q=nan", b"text/", b"\xff")),
    *((b"content-length", text) for text in (b"0", b"99999999999", b"-1", b"x")),
    *((b"range", b"bytes=5-1"), (b"if-modified-since", b"never"), (b"if-none-match", b"\xff"), (b"accept-encoding", b"br;q=x")),
    *((b"sec-fetch-site", b"cross-site"), (b"origin", b"null"), (b"origin", b"http://["), (b"host", b"["), (b"host", b"\xff")),
    *((b"x-forwarded-for", b"\xff, ["), (b"forwarded", b'for="['), (b"hx-request", b"true"), (b"hx-target", b"\xff")),
)
FORM = b"application/x-www-form-urlencoded"
KINDS: tuple[bytes, ...] = (
    *(FORM + b"; charset=" + name for name in (b"utf-16", b"latin-1", b"nothing", b"base64", b"\xff", b'"', b"utf-8")),
    *(b"multipart/form-data" + rest for rest in (b"", b"; boundary=", b"; boundary=x", b"; boundary=x; charset=rot13", b"; boundary=\xff")),
    *(b"application/json", b"text/plain", b"", b"/", b"application/xml", b"\xff", b"application/x-www-form-urlencoded, text/plain"),
)
BODIES: tuple[bytes, ...] = (
    *(
        b"",
        b"=",
        b"&",
        b"&" * 50_000,
        b"a=b&" * 50_000,
        b"=&=&",
        b"\0",
        b"\xff\xfe",
        b"%",
        b"%ff=%ff",
        b"a=%ed%a0%80",
        b"{}",
        b"[" * 50_000,
    ),
    *(b"texte=" + b"a" * 3_000_000, b"_commande=" + b"%00" * 20_000, b"+" * 300_000),
    b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="a.xlsx"\r\n\r\nPK\x03\x04\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="fichier"; filename="\0\xff"\r\n\r\nPK\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="\xff"\r\nContent-Type: text/plain; charset=nothing\r\n\r\n\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 2_000 + b"--x--\r\n",
    *(b"--x\r\n", b"--x--", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n"),
)


def encoded(text: bytes) -> bytes:
    """As it stands in an address or a form."""
    return quote_from_bytes(text, safe="").encode()


def form(fields: list[tuple[bytes, bytes]]) -> bytes:
    """The body of a form, or a query."""
    return b"&".join(encoded(name) + b"=" + encoded(value) for name, value in fields)


def tampered(fields: list[tuple[bytes, bytes]], others: list[bytes], random: Random) -> list[tuple[bytes, bytes]]:
    """The fields with one to three of them changed: another text, somebody else's id, another name, once more, or not at all."""
    fields = list(fields) or [(b"a", b"")]
    for _ in range(random.choice((1, 1, 2, 3))):
        place = random.randrange(len(fields)) if fields else 0
        name, value = fields[place] if fields else (b"a", b"")
        changed = [
            [(name, random.choice(TEXTS))],
            [(name, random.choice(TEXTS))],
            [(name, random.choice(others))],
            [(name, value), (name, random.choice(TEXTS))],
            [(random.choice((name + b".0", name + "²".encode(), b"s.absences.9.hours", b"centre.9.debut", b"\0", b"")), value)],
            [(name, value)] * random.choice((2, 200)),
            [],
        ]
        fields[place : place + 1] = random.choice(changed)
    return fields
