"""argparse: options, groups, subcommands, help texts, errors."""

import contextlib
import io

from _fresh import attempt, fresh

MODULES = ("argparse",)


def build(argparse):
    parser = argparse.ArgumentParser("prog", description="Does %(prog)s things. " * 5, epilog="end", fromfile_prefix_chars="@")
    parser.add_argument("--version", action="version", version="%(prog)s 1")
    parser.add_argument("-v", "--verbose", action="count", default=0, help="more of it (default: %(default)s)")
    parser.add_argument("-n", "--number", type=int, metavar="N", help="a number")
    parser.add_argument("-l", action="append", choices=["a", "b"], dest="letters")
    parser.add_argument("-e", action="extend", nargs="+")
    parser.add_argument("--flag", action=argparse.BooleanOptionalAction)
    parser.add_argument("--const", action="store_const", const=5)
    parser.add_argument("--pair", nargs=2, metavar=("A", "B"))
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--yes", action="store_true")
    group.add_argument("--no", action="store_false", dest="yes")
    sub = parser.add_subparsers(dest="command", title="commands", required=False)
    add = sub.add_parser("add", help="adds", aliases=["plus"])
    add.add_argument("what", nargs="*", default=["nothing"])
    add.add_argument("-x", nargs="?", const="C", default="D")
    run = sub.add_parser("run")
    run.add_argument("script")
    run.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


LINES = ["", "-vvv --number=3", "-n3 -la -l b", "-n x", "-l z", "add 1 2 -x", "plus -x y", "run s -a --b", "--yes --no", "--flag", "--no-flag",
         "--pair 1 2", "--pair 1", "--unknown", "nope", "-e 1 2 --const", "--ver", "--num 4", "--n 5", "add -- -1", "--version", "-h", "add -h",
         "run", "-vn", "--const=3", "@/nonexistent"]


def main():
    with fresh(MODULES) as (argparse,):
        parser = build(argparse)
        for line in LINES:
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                try:
                    print(line, sorted(vars(parser.parse_args(line.split())).items(), key=str))
                except SystemExit as stop:
                    print("exit", stop.code)
            print(out.getvalue())
        print(parser.parse_known_args(["--zzz", "add", "q", "--yyy"]), parser.format_usage())
        for formatter in (argparse.RawTextHelpFormatter, argparse.ArgumentDefaultsHelpFormatter, argparse.MetavarTypeHelpFormatter):
            other = argparse.ArgumentParser("p", formatter_class=formatter, description="a\n  b")
            other.add_argument("--o", type=int, default=3, help="line\nline")
            other.add_argument("pos", type=str, nargs="?", help=argparse.SUPPRESS)
            print(other.format_help())
        for arguments, options in ((["a", "-b"], {}), (["-a"], {"nargs": "x"}), (["-a"], {"action": "nope"}), (["-h"], {}),
                                   (["x"], {"required": True}), (["-a"], {"type": "int"}), (["-q"], {"nargs": 0})):
            print(attempt(argparse.ArgumentParser().add_argument, *arguments, **options))
        mixed = argparse.ArgumentParser(exit_on_error=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
        mixed.add_argument("--foo", type=float)
        mixed.add_argument("pos", nargs="*", type=int)
        print(mixed.parse_intermixed_args(["1", "--foo", "2", "3"]), attempt(mixed.parse_args, ["--foo", "x"]))
        print(argparse.Namespace(a=1) == argparse.Namespace(a=1), "a" in argparse.Namespace(a=1), argparse.FileType("r"))


if __name__ == "__main__":
    main()
