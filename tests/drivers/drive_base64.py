"""base64, the pure quopri, uuid, fnmatch, posixpath, genericpath: encodings, names, paths."""

import io

from _fresh import attempt, fresh

MODULES = ("base64", "quopri", "uuid", "fnmatch", "genericpath", "posixpath", "stat")


def main():
    with fresh(MODULES) as (base64, quopri, uuid, fnmatch, genericpath, posixpath, stat):
        data = bytes(range(256)) + b"\0\0\0\0    tail"
        for name in ("b64", "standard_b64", "urlsafe_b64", "b32", "b32hex", "b16", "a85", "b85"):
            encode, decode = getattr(base64, name + "encode"), getattr(base64, name + "decode")
            for size in (0, 1, 2, 3, 4, 5, 7, 260):
                print(name, decode(encode(data[:size])) == data[:size], end=" ")
            print(attempt(decode, "ü"), attempt(decode, b"!!"), attempt(decode, b"A"), attempt(decode, b"\xff"), attempt(encode, "str"), attempt(decode, "zzzzz~"), attempt(decode, 3))
        print(base64.b64encode(data, b"-_")[:5], attempt(base64.b64decode, b"a-_b", b"-_", validate=True), attempt(base64.b64decode, b"a b", validate=True), base64.b32decode(b"my======", casefold=True), base64.b32decode(b"M1023456", map01="L"), attempt(base64.b32decode, b"MZXW6==="[:7]), base64.b16decode("ab", casefold=True), base64.a85encode(data, foldspaces=True, wrapcol=20, pad=True, adobe=True)[:9],
              attempt(base64.a85decode, b"<~z!!~>", adobe=True), attempt(base64.a85decode, b"x", adobe=True), base64.a85decode(b"y", foldspaces=True), attempt(base64.a85decode, b"vz"), base64.b85encode(b"abc", pad=True), attempt(base64.b85decode, b"|||||"), base64.encodebytes(data)[:9], base64.decodebytes(b"YWJj\n"), base64.encode(io.BytesIO(data), io.BytesIO()), base64.decode(io.BytesIO(b"YQ==\n"), io.BytesIO()))
        quopri.a2b_qp = quopri.b2a_qp = None
        for text in (b"caf\xc3\xa9 = x\t \nline " + b"long " * 30 + b"\n.\n", b"", b" \n", b"_ _"):
            for flags in ((False, False), (True, False), (True, True)):
                coded = quopri.encodestring(text, *flags)
                print(coded, quopri.decodestring(coded, flags[1]) == text)
        print(quopri.decodestring(b"a=\nb=3dc=zz=A d\r\n=  \n"), quopri.ishex(b"g"), quopri.unhex(b"4A"))
        for text in ("12345678123456781234567812345678", "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-1678-9234-567812345678", "short", "g" * 32):
            u = attempt(uuid.UUID, text)
            print(u, attempt(lambda u=u: (u.version, u.variant, u.fields, u.time, u.clock_seq, u.node, u.urn, u.bytes_le, int(u), hash(u) == hash(u.int), u < u, u == 3, repr(u))))
        print(uuid.uuid3(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid5(uuid.NAMESPACE_URL, "x"), uuid.UUID(bytes=b"0" * 16), uuid.UUID(bytes_le=b"0" * 16), uuid.UUID(fields=(1, 2, 3, 4, 5, 6)), attempt(uuid.UUID), attempt(uuid.UUID, int=-1), attempt(uuid.UUID, bytes=b""), attempt(uuid.UUID, fields=(1,)), attempt(uuid.UUID, fields=(1, 2, 3, 4, 5, 2**50)), uuid.UUID(int=5, version=4), attempt(uuid.UUID, int=5, version=9), uuid.uuid1(5, 6).node, attempt(setattr, uuid.UUID(int=1), "int", 2), uuid.uuid4().version)
        for pattern in ("*.py", "a?c", "[a-c]*", "[!a]*", "[", "[]]", "[z-a]", "**", "a*b*c", "[a-", "[!]", "[a--b]", "a[bc]d", "[[]", "\\x", "*a*a*a"):
            print(pattern, fnmatch.translate(pattern), fnmatch.filter(["abc", "x.py", "b", "[", "]", "-"], pattern), fnmatch.fnmatchcase("abc", pattern), fnmatch.filter([b"abc"], pattern.encode()), fnmatch.fnmatch("ABC", pattern))
        for text in ("/a/b/../c", "a//b/./c/", "", "..", "../..", "//x", "///x", "~", "~root/x", "~nobodyhere/x", "/", "a.b.c", ".hidden", "$HOME/${X}/$", "${", "a/.."):
            print(text, posixpath.normpath(text), posixpath.split(text), posixpath.splitext(text), posixpath.isabs(text), posixpath.dirname(text), posixpath.basename(text), posixpath.expandvars(text.replace("HOME", "NOPE")), posixpath.normpath(text.encode()), len(attempt(posixpath.relpath, text, "/a")) > 0, posixpath.splitdrive(text), posixpath.commonprefix([text, "/a/x"]), attempt(posixpath.expanduser, text) is not None)
        print(posixpath.join("a", "/b", "c"), posixpath.join("a/", ""), attempt(posixpath.join, "a", b"b"), attempt(posixpath.join, 3), posixpath.commonpath(["/a/b", "/a/c"]), attempt(posixpath.commonpath, []), attempt(posixpath.commonpath, ["/a", "b"]), posixpath.realpath("/nonexistent/../x"), posixpath.lexists("/nonexistent"), posixpath.islink("/"), posixpath.ismount("/"), posixpath.samefile("/", "/"), genericpath.exists("/nope"), genericpath.isdir("/"), genericpath.commonprefix([]))
        for mode in (0o100644, 0o40755, 0o120777, 0o104711, 0o102666, 0o1777, 0o60000):
            print(stat.filemode(mode), stat.S_ISREG(mode), stat.S_ISDIR(mode), stat.S_IFMT(mode), stat.S_IMODE(mode))


if __name__ == "__main__":
    main()
