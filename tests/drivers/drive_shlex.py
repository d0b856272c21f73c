"""shlex: splitting in every mode, quoting, sources, errors."""

import io

from _fresh import attempt, fresh

MODULES = ("shlex",)

LINES = ["a b  c", "'a b' \"c d\" e\\ f", "a#b c # comment\nd", "x='1 2'\"3\"y", "\"a\\\"b\\$c\"", "'open", "\"open", "back\\", "", "a&&b||c;d>e", "~/x *.py a-b", "''", "a''b", "é ü", "a\n\nb"]


def main():
    with fresh(MODULES) as (shlex,):
        for line in LINES:
            print(line, attempt(shlex.split, line), attempt(shlex.split, line, comments=True), attempt(shlex.split, line, posix=False))
            for punctuation in (False, True, "|;"):
                for posix in (False, True):
                    print(attempt(lambda: list(shlex.shlex(line, posix=posix, punctuation_chars=punctuation))), end=" ")  # noqa: B023
            print()
        lexer = shlex.shlex(io.StringIO("a source b\nc"), "name")
        lexer.source = "source"
        lexer.sourcehook = lambda name: (name, io.StringIO("inner 'x y'"))
        print(list(lexer), lexer.error_leader(), lexer.error_leader("f", 3), lexer.lineno)
        lexer.push_token("p")
        lexer.push_source("q r", "n")
        print(lexer.get_token(), lexer.get_token(), lexer.get_token(), lexer.get_token())
        print(shlex.quote(""), shlex.quote("safe"), shlex.quote("it's"), shlex.join(["a b", "c"]), attempt(shlex.split, None))


if __name__ == "__main__":
    main()
