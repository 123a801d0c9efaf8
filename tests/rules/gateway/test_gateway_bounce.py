"""Mails that come back, as mail servers write them (RFC 3464): which of ours did not arrive, and why (NOT-1)."""

import os
import subprocess
import sys
from uuid import UUID

import pytest

from gateway.mails.bounce import Bounce, read

MAIL = UUID("7f3c1b9a-2d44-5c0e-9a57-1c2f3e4d5a6b")
TO = "gisele.chombier@exemple.fr"

POSTFIX = f"""\
Return-Path: <>
Received: by mx.region.example (Postfix) id 4F2A61C0B; Mon, 30 Jun 2008 07:01:12 +0200 (CEST)
Date: Mon, 30 Jun 2008 07:01:12 +0200 (CEST)
From: MAILER-DAEMON@mx.region.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: ne-pas-repondre@region.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4F2A61C0B.1214802072/mx.region.example"

This is a MIME-encapsulated message.

--4F2A61C0B.1214802072/mx.region.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered to one or more recipients.
<{TO}>: host mx.exemple.fr[192.0.2.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)

--4F2A61C0B.1214802072/mx.region.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.region.example
X-Postfix-Queue-ID: 4F2A61C0B
Arrival-Date: Mon, 30 Jun 2008 07:01:10 +0200 (CEST)

Final-Recipient: rfc822; {TO}
Original-Recipient: rfc822;{TO}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.exemple.fr
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--4F2A61C0B.1214802072/mx.region.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: =?utf-8?q?S=C3=A9same?= <ne-pas-repondre@region.example>
To: {TO}
Subject: Votre situation six mois =?utf-8?q?apr=C3=A8s?= la formation
Message-ID: <{MAIL}@region.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Bonjour,

--4F2A61C0B.1214802072/mx.region.example--
"""
EXIM = f"""\
X-Failed-Recipients: {TO}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.region.example>
To: ne-pas-repondre@region.example
Content-Type: multipart/report; report-type=delivery-status; boundary=1214802072-eximdsn-804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1214802072-eximdsn-804289383
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.

--1214802072-eximdsn-804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mx.region.example

Action: failed
Final-Recipient: rfc822;{TO}
Status: 5.0.0
Remote-MTA: dns; mx.exemple.fr
Diagnostic-Code: smtp; 552-5.2.2 The email account that you tried to reach is over quota.

--1214802072-eximdsn-804289383
Content-type: text/rfc822-headers

Message-ID: <{MAIL}@region.example>
Date: Mon, 30 Jun 2008 07:01:10 +0200
To: Gisele <{TO}>
From: ne-pas-repondre@region.example
Subject: x

--1214802072-eximdsn-804289383--
"""
OTHER_SERVER = POSTFIX.replace("Diagnostic-Code: smtp; 550 5.1.1 User unknown\n", "").replace("Status: 5.1.1", "Status:5.7.1 (denied)")


def test_not_1_a_report_says_which_mail_came_back_from_where_and_why() -> None:
    assert read(POSTFIX.encode()) == Bounce(MAIL, TO, 550)
    assert read(POSTFIX.replace("\n", "\r\n").encode()) == Bounce(MAIL, TO, 550)


def test_not_1_one_that_gives_back_the_headers_alone_says_as_much() -> None:
    assert read(EXIM.encode()) == Bounce(MAIL, TO, 552)


def test_not_1_one_that_names_no_code_is_undelivered() -> None:
    assert read(OTHER_SERVER.encode()) == Bounce(MAIL, TO, 550)


def test_not_1_of_several_recipients_the_one_who_fails_counts() -> None:
    first = "Final-Recipient: rfc822; first@exemple.fr\nAction: relayed\nStatus: 2.1.9\n\n"
    assert read(POSTFIX.replace("Final-Recipient:", first + "Final-Recipient:", 1).encode()) == Bounce(MAIL, TO, 550)


NESTED = "Content-Type: multipart/report; boundary=b0\n\n" + "".join(
    f"--b{depth}\nContent-Type: multipart/mixed; boundary=b{depth + 1}\n\n" for depth in range(4000)
)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(POSTFIX.replace("Action: failed", "Action: delayed"), id="it is only late"),
        pytest.param(POSTFIX.replace("Status: 5.1.1", "Status: 4.4.1"), id="not for good"),
        pytest.param(POSTFIX.replace(str(MAIL), "1234.5678"), id="a mail of another program"),
        pytest.param(POSTFIX.replace(f"To: {TO}\nSubject", "Subject"), id="to nobody"),
        pytest.param(POSTFIX.replace("message/delivery-status", "text/plain"), id="without a status"),
        pytest.param(POSTFIX.replace("message/rfc822", "text/plain"), id="without our mail"),
        pytest.param("From: absente@exemple.fr\nSubject: Absence\n\nJe suis absente.\n", id="an absence"),
        pytest.param(f"Subject: {MAIL}\n\nMessage-ID: <{MAIL}@region.example>\n", id="a letter"),
        pytest.param(NESTED, id="parts in parts"),
        pytest.param(POSTFIX[: POSTFIX.index("Content-Type: message/rfc822")], id="cut off"),
        pytest.param("", id="nothing"),
    ],
)
def test_not_1_what_is_no_such_report_says_nothing(other: str) -> None:
    assert read(other.encode()) is None


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\x00" * 99, POSTFIX.encode().replace(b"To: ", b"To: \xff\xe9"), b"Content-Type: multipart/report\n\n"]
)
def test_not_1_whatever_comes_ends_well(raw: bytes) -> None:
    read(raw)


def test_not_1_a_mail_server_is_asked_to_present_it_again_while_nothing_can_be_noted() -> None:
    told = {**os.environ, "SESAME_KAFKA": "127.0.0.1:9", "SESAME_DATABASE": "postgresql://nobody:x@127.0.0.1:9/nothing"}
    for environment, what in ((told, "ne répond pas"), ({**told, "SESAME_DATABASE": ""}, "")):
        command = [sys.executable, "-m", "gateway", "bounce"]
        ended = subprocess.run(command, input=POSTFIX, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 75 and what in ended.stderr, ended.stderr
