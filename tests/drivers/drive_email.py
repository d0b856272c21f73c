"""email: parser, policy, headers, generator; well-formed and broken messages."""

from _fresh import attempt, fresh

MODULES = ("email", "email.charset", "email.errors", "email.header", "email._parseaddr", "email.utils", "email._encoded_words", "email._header_value_parser", "email.headerregistry",
           "email._policybase", "email.policy", "email.contentmanager", "email.iterators", "email.quoprimime", "email.base64mime", "email.encoders", "email.message", "email.feedparser", "email.parser", "email.generator")

PLAIN = b"""From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>
To: a@b.c, "Q, R" <q@r.s>, group: x@y.z, w@v.u;
Subject: =?iso-8859-1?b?4uTr?= and a rather long subject line that has to be folded when it
 is written again
Date: Mon, 20 Nov 1995 19:12:08 -0500
Message-ID: <1.2@3>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"; name*0*=us-ascii'en'part; name*1="two"
Content-Transfer-Encoding: quoted-printable
Content-Disposition: attachment; filename="f.txt"

caf=C3=A9 =
end
"""
MULTI = b"""From: a@b
Content-Type: multipart/mixed; boundary="XX"

preamble
--XX
Content-Type: text/plain

one
--XX
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

aGVsbG8=
--XX
Content-Type: message/rfc822

Subject: inner

body
--XX--
epilogue
"""
BROKEN = [b"no colon here\n\nbody", b" starts with space: x\n\n", b"Content-Type: multipart/mixed\n\nno boundary", b"Content-Type: multipart/mixed; boundary=Q\n\n--Q\n\nnever closed",
          b"From: <<a@b>\nTo: @,;\nDate: nonsense\nContent-Type: bad\nMIME-Version: x\n\n", b"Subject: =?utf-8?q?broken\nX:\n\n\xff", b"Content-Transfer-Encoding: base64\n\n!!!"]


def main():
    with fresh(MODULES) as modules:
        email, policy, utils, header = modules[0], modules[10], modules[5], modules[3]
        message_module = modules[16]
        for data in (PLAIN, MULTI, *BROKEN):
            for rules in (policy.default, policy.compat32):
                message = email.message_from_bytes(data, policy=rules)
                print([type(each).__name__ for each in message.defects], message.get_content_type(), message.get_content_charset(), message.get_filename(), message.is_multipart())
                for name, value in message.items():
                    print(name, attempt(str, value), [type(each).__name__ for each in getattr(value, "defects", ())])
                for part in message.walk():
                    print(part.get_content_type(), attempt(part.get_payload, decode=True), part.get_params())
                print(attempt(message.as_bytes), attempt(message.as_string))
        made = message_module.EmailMessage()
        made["Subject"] = "Grüße " * 12
        made["From"] = "Jörg <j@example.org>"
        made["To"] = ", ".join(f"Person {n} <p{n}@example.org>" for n in range(8))
        made.set_content("text ünd mehr\n" * 3)
        made.add_alternative("<p>html</p>", subtype="html")
        made.add_attachment(b"\0\1data", maintype="image", subtype="png", filename="x.png")
        print(made.as_string().replace(made.get_boundary() or "none", "BOUNDARY").count("\n"), attempt(made.__setitem__, "Subject", "again"), attempt(made.set_content, object()))
        print(made.get_body().get_content(), [each.get_filename() for each in made.iter_attachments()])
        print(utils.parseaddr("A (c) <a@b.c>"), utils.getaddresses(["a@b, C <d@e>"]), utils.parsedate_tz("Mon, 20 Nov 95 19:12:08 EST"), utils.parsedate("x"), utils.formataddr(("Ä", "a@b")))
        print(header.decode_header("=?utf-8?b?w6Q=?= x"), str(header.make_header([(b"\xe4", "latin-1"), (b"y", None)])), header.Header("long " * 30).encode())
        address = made["From"].addresses[0]
        print(address.display_name, address.username, address.domain, repr(address))


if __name__ == "__main__":
    main()
