"""configparser: reading, interpolation, writing, every error."""

import io

from _fresh import attempt, fresh

MODULES = ("configparser",)

TEXT = """
[DEFAULT]
home = /h
count: 3
[a]
path = %(home)s/x
multi = one
    two

    three
flag = yes
; comment
none
[b]
path = ${a:path}/y
dollar = $$ ${home}
empty =
# more
"""


def main():
    with fresh(MODULES) as (cp,):
        config = cp.ConfigParser(allow_no_value=True, empty_lines_in_values=True)
        config.read_string(TEXT)
        print(config.sections(), dict(config["a"]), config.getint("a", "count"), config.getboolean("a", "flag"))
        print(attempt(config.getboolean, "a", "path"), config.getfloat("a", "count"), config.get("a", "x", fallback="f"))
        print(attempt(config.get, "z", "x"), attempt(config.get, "a", "x"), config.has_option("a", "HOME"), config.has_option("", "home"))
        config["new"] = {"k": "v"}
        config.set("new", "q", "%%")
        print(attempt(config.set, "new", "q", "%"), attempt(config.set, "new", "q", 3), attempt(config.add_section, "a"))
        print(config.remove_option("new", "k"), config.remove_section("zz"), config.popitem()[0], "b" in config, len(config))
        out = io.StringIO()
        config.write(out, space_around_delimiters=False)
        print(out.getvalue())
        extended = cp.ConfigParser(interpolation=cp.ExtendedInterpolation(), allow_no_value=True, inline_comment_prefixes=(";",))
        extended.read_string(TEXT.replace("%(home)s", "${home}"))
        print(extended["b"]["path"], extended.items("b"), extended.items("b", raw=True))
        for bad in ("x = 1", "[a]\n[a]", "[a]\nx=1\nx=2", "[a]\n=1", "[a]\n!", "[a\nx"):
            print(attempt(cp.ConfigParser().read_string, bad))
        for value in ("%(x", "%(nope)s", "%(k)s", "%z", "%(a)s"):
            raw = cp.RawConfigParser()
            raw.read_string(f"[s]\nk={value}\na=%(k)s\n")
            basic = cp.ConfigParser()
            basic.read_string(f"[s]\nk={value}\na=%(k)s\n")
            print(value, attempt(basic.get, "s", "k"), basic.get("s", "k", raw=True))
        for value in ("${x", "${a:b:c}", "${nope}", "$z", "${k}"):
            other = cp.ConfigParser(interpolation=cp.ExtendedInterpolation())
            other.read_string(f"[s]\nk={value}\n")
            print(value, attempt(other.get, "s", "k"))
        print(cp.ConfigParser().read(["/nonexistent/file"]), attempt(cp.ConfigParser().read_dict, {1: {"a": 1}, "1": {}}))
        print(attempt(cp.ConfigParser, converters={"list": str.split}), attempt(lambda: config["a"].getint("count")), attempt(lambda: config["a"]["nope"]))


if __name__ == "__main__":
    main()
