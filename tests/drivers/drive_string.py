"""string: templates, formatters, capwords."""

from _fresh import attempt, fresh

MODULES = ("string",)


def main():
    with fresh(MODULES) as (string,):
        Template = string.Template
        for text in ("$a and ${b} $$", "$", "${a", "$a$1", "", "x\n$!", "${ }", "$_id ${a}b"):
            t = Template(text)
            print(text, attempt(t.substitute, {"a": 1}, b=2, _id=3), t.safe_substitute(a=5), attempt(t.get_identifiers) if hasattr(t, "get_identifiers") else "", t.is_valid() if hasattr(t, "is_valid") else "")

        class Percent(Template):
            delimiter = "%"
            idpattern = "[a-z]+"
            braceidpattern = "[0-9]+"

        print(Percent("%a %{12} %%").substitute({"a": 1, "12": 2}), attempt(lambda: type("Bad", (Template,), {"pattern": "("})))
        f = string.Formatter()
        for text, args, kwargs in (("{} {} {x!r:>5}", (1, 2), {"x": "y"}), ("{0.real} {1[0]} {1[k]}", (1, {"k": 2, 0: 1}), {}), ("{", (), {}), ("}", (), {}), ("{{}}", (), {}), ("{!x}", (1,), {}), ("{0} {}", (1, 2), {}), ("{} {0}", (1, 2), {}),
                                   ("{nope}", (), {}), ("{:{}}", ("a", 5), {}), ("{:{:{}}}", (1, 2, 3), {}), ("{a.b.c}", (), {"a": 1}), ("{!s} {!a}", ("é", "é"), {}), ("", (), {})):
            print(text, attempt(f.format, text, *args, **kwargs), attempt(f.vformat, text, args, kwargs))

        class Default(string.Formatter):
            def get_value(self, key, args, kwargs):
                return kwargs.get(key, "?") if isinstance(key, str) else super().get_value(key, args, kwargs)

            def check_unused_args(self, used, args, kwargs):
                if len(used) < len(kwargs):
                    raise ValueError("unused")

        print(Default().format("{a} {b}", a=1), attempt(Default().format, "{a}", a=1, b=2), string.capwords("hello  wORLD x"), string.capwords("a-b-c", "-"), list(f.parse("a{b!c:d}e{{")))


if __name__ == "__main__":
    main()
