"""re: the parser, the compiler and the front end, on many patterns and many errors."""

import contextlib
import io

import re as original

from _fresh import attempt, fresh

original.sub("(a)", r"\g<1>", "a")  # the C half keeps the template compiler that it finds first

MODULES = ("re", "re._constants", "re._casefix", "re._parser", "re._compiler")

PATTERNS = [r"abc", r"a|b|cd|ce", r"[a-z0-9_]+", r"(?P<n>x)(?P=n)", r"(a)?(?(1)b|c)", r"(?i)straße|K", r"\b\d{2,4}?\B", r"(?:a*)*?", r"(?=x)(?!y)(?<=z)(?<!w)", r"[^\W\d\-\]]", r"\x41\u0042\U00000043\101\N{DIGIT ONE}",
            r"(?s:.)(?-i:a)(?x: b # c" "\n)", r"a++b*+c?+(?>d)", r"^$\A\Z", r"[[a]", r"(((a)b)c)\3", r".{3}", r"[а-яё]", r"(?a)\w\s", r"x{0}", r"x{,3}", r"x{2}", r"\t\n\\\.", r"(?u)ſ|[k-s]", r"(?L)".encode().decode(), r"[\d\s]", r"[\U00010000-\U0010FFFF]|[z-\uffff]",
            r"(?:ab|ac|ad)*", r"(?:)", r"[a]", r"[^a]", r"(?i)[a-zé]", r"(?#comment)x", r"(?m)^a$"]
BROKEN = ["(", ")", "[", "[z-a]", "*", "a**", "a{3,2}", "(?P<n", "(?P<1>a)", "(?P=x)", r"\1", "(?<=a*)", "(?(1)a", "(?(9)a)", "(?z)", "(?P<a>x)(?P<a>y)", r"\x4", r"\N{NOPE}", r"\8", "(?i", "(?-a:x)", "(?au:x)", r"[\q]", r"\q", "(?>", "(?P>a)", "(?#", "x{99999999999}",
          "a(?i)b", "(?(x)a|b|c)", r"\u12", "(?<x", "[a-\\d]", "\\", "(?(1)b|c)(a)", "x{1}{2}", "(?i-i:a)", "(?L:a)"]


def main():
    with fresh(MODULES) as (re, constants, casefix, parser, compiler):
        for pattern in PATTERNS:
            tree = attempt(parser.parse, pattern)
            print(pattern, tree, attempt(lambda tree=tree: tree.getwidth()))
            print(attempt(compiler.compile, pattern), attempt(lambda pattern=pattern: re.sub(pattern, "-", "abc ABC 123 straße xx K\n")))
            print(attempt(re.compile, pattern.encode(), re.A) is not None)
        for pattern in BROKEN:
            try:
                print(re.compile(pattern))
            except re.error as error:
                print(error, error.pos, error.lineno, error.colno)
            except Exception as error:
                print(type(error).__name__)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            for pattern in (r"a(b|[c-e])*?(?(1)f|g)(?=h)", r"(?i)x{2,}|(?P<q>\s)", r"(?>a)b++"):
                re.compile(pattern, re.DEBUG)
        print(out.getvalue())
        for template in (r"\g<a>\2\n", r"\g<", r"\9", r"\q", r"\g<1>", r"\g<zz>", r"\012\0", r"\100", r"\g<1a>", r"\g<>", r"\g<-1>", "plain", r"\g<99>", "\\"):
            print(template, attempt(parser.parse_template, template, re.compile(r"(?P<a>x)(y)?")), attempt(parser.parse_template, template.encode(), re.compile(rb"(?P<a>x)(y)?")))
        print(re.sub(r"(?P<a>x)(y)?", r"\g<a>\2\g<0>\n", "xy x"), attempt(re.sub, "x", r"\g<", "x"), attempt(re.sub, "x", r"\9", "x"), attempt(re.sub, "x", r"\q", "x"), re.subn("a", lambda m: m[0] * 2, "aba"))
        print(re.split(r"(,)", "a,b,c", maxsplit=1), re.findall(r"(a)(b)?", "aab"), re.escape("a.b*c"), re.escape(b"a b"), [m.span() for m in re.finditer("a", "banana")], re.fullmatch("a", "ab"), re.purge())
        print(repr(re.I | re.M), re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\s", None), (r"\w", "w")]).scan("12 a !"), re.template("a") if hasattr(re, "template") and False else "", attempt(re.compile, re.compile("a"), re.I), attempt(re.compile, 5))


if __name__ == "__main__":
    main()
