"""random, colorsys, getopt, plistlib, mimetypes, stringprep, keyword, cmd: many small ones."""

import io

from _fresh import attempt, fresh

MODULES = ("random", "colorsys", "getopt", "plistlib", "mimetypes", "stringprep", "cmd", "code", "codeop", "timeit", "symtable", "pkgutil")


def main():
    with fresh(MODULES) as (random, colorsys, getopt, plistlib, mimetypes, stringprep, cmd, code, codeop, timeit, symtable, pkgutil):
        r = random.Random(5)
        for name, args in (("randrange", (10,)), ("randrange", (1, 10, 3)), ("randrange", (5, 5)), ("randrange", (1, 2, 0)), ("randrange", (1.5,)), ("randint", (1, 6)), ("choice", ("abc",)), ("choice", ([],)), ("choices", ("ab", [1, 2])), ("choices", ("ab", [0, 0])), ("choices", ("ab", [1])), ("sample", (range(50), 5)), ("sample", (range(5), 4)), ("sample", ([1], 2)), ("sample", ({1},  1)), ("shuffle", ([1, 2, 3],)),
                           ("uniform", (1, 2)), ("triangular", ()), ("triangular", (1, 1)), ("normalvariate", ()), ("gauss", ()), ("gauss", ()), ("lognormvariate", (0, 1)), ("expovariate", (2,)), ("vonmisesvariate", (1, 0)), ("vonmisesvariate", (1, 4)), ("gammavariate", (0.5, 1)), ("gammavariate", (1, 1)), ("gammavariate", (3, 1)), ("gammavariate", (0, 1)), ("betavariate", (1, 2)), ("paretovariate", (3,)), ("weibullvariate", (1, 2)), ("randbytes", (3,)), ("binomialvariate", (10, 0.3)), ("binomialvariate", (100, 0.4)), ("getstate", ())):
            found = attempt(lambda name=name, args=args: getattr(r, name)(*args))
            print(name, args, found if name != "getstate" else len(found))
        state = r.getstate()
        for seed in (None, 1, 1.5, "a", b"b", bytearray(b"c"), (1,)):
            print(seed is not None and attempt(r.seed, seed), attempt(r.seed, seed, 1) if isinstance(seed, str) else "")
        print(r.setstate(state), attempt(r.setstate, (9, ())), attempt(r.setstate, (3, ("x",), None)), random.Random(r.random()).random() < 1, attempt(random.SystemRandom().getstate), type("Sub", (random.Random,), {"random": lambda self: 0.5})().randrange(9))
        for rgb in ((0, 0, 0), (1, 1, 1), (1, 0.5, 0), (0.2, 0.9, 0.4), (0.1, 0.2, 0.95)):
            print(colorsys.rgb_to_hls(*rgb), colorsys.rgb_to_hsv(*rgb), colorsys.hls_to_rgb(*colorsys.rgb_to_hls(*rgb)), colorsys.hsv_to_rgb(*colorsys.rgb_to_hsv(*rgb)), colorsys.yiq_to_rgb(*colorsys.rgb_to_yiq(*rgb)))
        for line in ("-a -b x --long --opt=5 rest -z", "--lo", "--o 5", "-b", "-q", "--nope", "--long=1", "-- -a", "-ab x", "", "--l"):
            print(line, attempt(getopt.getopt, line.split(), "ab:", ["long", "opt=", "lengthy"]), attempt(getopt.gnu_getopt, ["x", *line.split()], "ab:", "long"))
        value = {"s": "text & <", "i": 5, "big": 2**63, "neg": -1, "r": 1.5, "t": True, "f": False, "d": b"data" * 20, "l": [1, {"x": plistlib.UID(5)}], "e": []}
        for form in (plistlib.FMT_XML, plistlib.FMT_BINARY):
            made = plistlib.dumps({k: v for k, v in value.items() if k != "l" or form is plistlib.FMT_BINARY}, fmt=form, sort_keys=True)
            print(len(made), sorted(plistlib.loads(made)), attempt(plistlib.loads, made[:-30]), attempt(plistlib.dumps, {1: 2}, fmt=form), attempt(plistlib.dumps, {"a": object()}, fmt=form), attempt(plistlib.dumps, 2**70, fmt=form), attempt(plistlib.dumps, {1: 2, "a": 1}, fmt=form, skipkeys=True) is not None)
        for broken in (b"", b"x", b"<plist><dict><key>a</key></dict></plist>", b"<plist><key>x</key></plist>", b"<plist><integer>x</integer></plist>", b"<plist><dict><string>x</string></dict></plist>", b"bplist00" + b"\0" * 40, b"<plist><date>2020-01-01T00:00:00Z</date></plist>", b"<plist><integer>0x1f</integer></plist>", b"<plist><nope/></plist>"):
            print(broken[:30], attempt(plistlib.loads, broken))
        types = mimetypes.MimeTypes()
        print(types.guess_type("a.tar.gz"), types.guess_type("data:,x"), types.guess_type("data:text/html;base64,x"), types.guess_type("a.PNG"), types.guess_type("none"), types.guess_type("http://x/a.html"), types.guess_all_extensions("text/plain")[:1], types.guess_extension("nope/x"), types.readfp(io.StringIO("text/x-new new nu # c\n#\n\n")), types.guess_type("a.nu"), types.add_type("a/b", ".q"), types.guess_type("x.tgz", strict=False), types.guess_extension("image/jpeg", False))
        for name in sorted(dir(stringprep)):
            if name.startswith(("in_table", "map_table")):
                print(name, [attempt(getattr(stringprep, name), c) for c in "a\xad\u0221Ωß\u3000\ue000\u200e\U000e0001\ufffe\u0340"])

        class Shell(cmd.Cmd):
            use_rawinput = False

            def do_greet(self, arg):
                """greet someone"""
                self.stdout.write(f"hello {arg}\n")

            def do_quit(self, arg):
                return True

            def help_topic(self):
                self.stdout.write("topic\n")

            def complete_greet(self, text, line, begin, end):
                return [n for n in ("ann", "bob") if n.startswith(text)]

        out = io.StringIO()
        shell = Shell(stdin=io.StringIO("greet x\nhelp\nhelp greet\nhelp topic\nhelp nope\n?\n!ls\nnope\n\nquit\n"), stdout=out)
        shell.cmdloop("intro")
        shell.columnize(["a" * n for n in range(1, 30)], 40)
        print(out.getvalue(), attempt(shell.columnize, [1]), shell.completenames("g"), shell.complete_help("g"), shell.columnize([]), shell.parseline("!x y"))
        console = code.InteractiveInterpreter({})
        console.write = out.write
        print(console.runsource("x = 1"), console.runsource("def f():"), console.runsource("x ="), console.runsource("1/0"), console.locals["x"], codeop.compile_command("if x:"), attempt(codeop.compile_command, "x y"), codeop.compile_command("# c") is not None, codeop.CommandCompiler()("a = 1") is not None, attempt(codeop.CommandCompiler(), "from __future__ import annotations") is not None)
        table = symtable.symtable("def f(a, *b):\n global g\n x = 1\n def h(): nonlocal x; return x, g, len\n class K:\n  def m(self): return __class__\nclass C: y: int = 1", "t", "exec")
        f = table.get_children()[0]
        print(table, f.get_parameters(), f.get_locals(), f.get_globals(), f.get_frees(), f.get_nonlocals(), sorted(f.get_identifiers()), [(s.get_name(), s.is_parameter(), s.is_global(), s.is_local(), s.is_free(), s.is_assigned(), s.is_referenced(), s.is_namespace(), s.is_imported(), s.is_annotated()) for s in sorted(f.get_symbols(), key=str)][:2], attempt(f.lookup, "zz"), f.has_children(), f.is_nested(), f.is_optimized(), table.get_children()[1].get_methods(), f.get_children()[0].get_frees(), table.lookup("f").get_namespace(), table.get_type(), f.get_lineno())
        ticks = iter(range(100))
        print(timeit.Timer("pass", timer=lambda: next(ticks)).timeit(3), timeit.Timer("x", timer=lambda: next(ticks)).repeat(2, 0), attempt(timeit.Timer("1/0").timeit, 1), attempt(timeit.Timer, 3), attempt(timeit.Timer, "return"), timeit.Timer(lambda: 0, "y = 1", timer=lambda: next(ticks)).timeit(1))
        print(pkgutil.resolve_name("os.path:join") is not None, pkgutil.resolve_name("json.loads") is not None, attempt(pkgutil.resolve_name, "json:nope"), attempt(pkgutil.resolve_name, "1x"), attempt(pkgutil.resolve_name, ""), sorted(m.name for m in pkgutil.iter_modules(["/nonexistent"])), pkgutil.extend_path([], "nope"), pkgutil.get_data("nope_nope", "x") if False else "")


if __name__ == "__main__":
    main()
