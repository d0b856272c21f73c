"""gettext and optparse: catalogues in memory, plural forms; options, groups, help, errors."""

import contextlib
import io
import struct

from _fresh import attempt, fresh

MODULES = ("gettext", "optparse")


def catalogue(messages, magic=0x950412DE, version=0):
    keys = sorted(messages)
    ids = strings = b""
    offsets = []
    for key in keys:
        offsets.append((len(ids), len(key), len(strings), len(messages[key])))
        ids += key + b"\0"
        strings += messages[key] + b"\0"
    start = 28 + 16 * len(keys)
    table = b"".join(struct.pack("<II", length, start + at) for at, length, _, _ in offsets)
    table += b"".join(struct.pack("<II", length, start + len(ids) + at) for _, _, at, length in offsets)
    return struct.pack("<7I", magic, version, len(keys), 28, 28 + 8 * len(keys), 0, 0) + table + ids + strings


def main():
    with fresh(MODULES) as (gettext, optparse):
        plural = b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);\n#x\n folded\n"
        made = catalogue({b"": plural, b"hello": "hallo ü".encode(), b"one\0many": b"eins\0zwei\0viele", b"ctx\4word": b"Wort"})
        t = gettext.GNUTranslations(io.BytesIO(made))
        print(t.gettext("hello"), t.gettext("none"), [t.ngettext("one", "many", n) for n in (1, 2, 5, 11, 21)], t.ngettext("x", "xs", 1), t.pgettext("ctx", "word"), t.pgettext("ctx", "no"), t.npgettext("c", "a", "b", 2), t.info(), t.charset())
        t.add_fallback(gettext.NullTranslations())
        t.add_fallback(gettext.NullTranslations())
        print(t.gettext("none"), t.ngettext("x", "xs", 2), t.pgettext("c", "m"), t.npgettext("c", "m", "n", 1))
        print(attempt(gettext.GNUTranslations, io.BytesIO(b"\0" * 40)), attempt(gettext.GNUTranslations, io.BytesIO(catalogue({}, version=5 << 16))), attempt(gettext.GNUTranslations, io.BytesIO(made[:60])), gettext.find("nope", "/nonexistent", ["de_DE.UTF-8@euro", "C"]), attempt(gettext.translation, "nope", "/nonexistent"), gettext.translation("nope", "/x", fallback=True).gettext("m"))
        for formula in ("n", "n != 1", "n>1 ? 1 : 0", "(n==1)+2*(n%2)", "n/2-1", "!n", "n==1 || n==2 && n<9", "n +", "(n", "x", "n ? 1", "1 1", "n = 1", "n" * 2000, "2 > n >= 1"):
            print(formula[:20], attempt(lambda formula=formula: [gettext.c2py(formula)(n) for n in (0, 1, 2)]), attempt(lambda formula=formula: gettext.c2py(formula)("x")))
        print(gettext.dgettext("d", "m"), gettext.dngettext("d", "a", "b", 2), gettext.textdomain("d"), gettext.bindtextdomain("d", "/x"), gettext.gettext("m"), gettext.ngettext("a", "b", 1), gettext.pgettext("c", "m"), gettext.dnpgettext("d", "c", "a", "b", 3))
        parser = optparse.OptionParser("usage: %prog [options] x", version="%prog 1", description="words " * 30, prog="p")
        parser.add_option("-v", action="count", dest="verbose", default=0, help="more: %default")
        parser.add_option("-n", "--number", type="int", metavar="N")
        parser.add_option("-c", "--choice", type="choice", choices=["a", "b"], default="a")
        parser.add_option("--list", action="append", nargs=2)
        parser.add_option("--call", action="callback", callback=lambda option, opt, value, p: p.values.ensure_value("called", []).append(opt))
        parser.add_option("--const", action="store_const", const=3)
        parser.add_option("--flag", action="store_true")
        parser.add_option("--flop", action="store_false", dest="flag")
        parser.add_option("--float", type=float, help=optparse.SUPPRESS_HELP)
        group = optparse.OptionGroup(parser, "Group", "about")
        group.add_option("--grouped", type="complex", help="long help text " * 10)
        parser.add_option_group(group)
        for line in ("", "-vv x y", "-n5 --number=6", "-nx", "-c z", "--list a b --list c d", "--call --call", "--fl", "--flag --flop", "--num 0x1f", "--nope", "-z", "--flag=1", "--list a", "-- -v", "--version", "-h", "--grouped 1+2j", "--const - x", "-vn 0b11", "--float x"):
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                try:
                    values, rest = parser.parse_args(line.split())
                    print(line, sorted(values.__dict__.items(), key=str), rest)
                except SystemExit as stop:
                    print("exit", stop.code)
            print(out.getvalue())
        for arguments, options in (((), {}), (("x",), {}), (("-",), {}), (("--v",), {"action": "nope"}), (("-q",), {"type": "nope"}), (("-q",), {"action": "store_true", "type": "int"}), (("-q",), {"type": "choice"}), (("-q",), {"choices": [1]}), (("-v",), {}), (("-q",), {"action": "callback"}), (("-q",), {"action": "store", "const": 1}), (("-q",), {"nonsense": 1})):
            print(attempt(parser.add_option, *arguments, **options).__class__.__name__)
        print(parser.has_option("-v"), parser.remove_option("-v"), attempt(parser.remove_option, "-v"), parser.get_option("-n"), parser.format_help(optparse.TitledHelpFormatter()).count("\n"), parser.set_defaults(number=4), parser.get_default_values().number, parser.disable_interspersed_args(), parser.parse_args(["a", "-n", "1"])[1])


if __name__ == "__main__":
    main()
