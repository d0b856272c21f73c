"""tomllib: documents and every kind of error."""

from _fresh import attempt, fresh

MODULES = ("tomllib", "tomllib._types", "tomllib._re", "tomllib._parser")

TEXT = '''
title = "TOML \\u00e9 \\U0001F600 \\t"
[owner]
dob = 1979-05-27T07:32:00-08:00
local = 1979-05-27T07:32:00.999999
date = 1979-05-27
time = 07:32:00.5
utc = 1979-05-27 07:32:00Z
[database]
ports = [ 8000, 8001,
  8002, ] # comment
data = [ ["delta", "phi"], [3.14], [] ]
temp = { cpu = 79.5, "case x".deep = 72.0, }
'''.replace("72.0, }", "72.0 }") + '''
int = [+1, -0, 1_000, 0xDEAD_beef, 0o17, 0b11]
float = [1e5, -2.5E-3, inf, -inf, nan, 6.626e-34]
bool = [true, false]
[servers.alpha]
ip = '10.0.0.1'
path = \'\'\'
raw \\ "x"
\'\'\'
multi = """
one \\
   two ""quoted"" """
[[products]]
name = "Hammer"
[[products]]
[[products.parts]]
id."a.b" = 1
'''
BROKEN = ["a", "a =", "a = 1 b = 2", "[a]\n[a]", "a = 1\na = 2", "[a\n", "a = [1", "a = {b = 1", "a = {b=1,}", 'a = "x', "a = '''x", 'a = "\\q"', 'a = "\\uD800"', "a = 01", "a = 1979-13-01", "a.b = 1\na.b.c = 2",
          "[[a]]\n[a]", "a = [1]\n[[a]]", "a = \x01", "# \x01", 'a = "\n"', "= 1", "a = {b = 1, b = 2}", "[a]\nb.c = 1\n[a.b]", "a = tru", "[]", "a\r = 1", "a = 25:00:00", "a = {x = {}}\n[a.x]"]


def main():
    with fresh(MODULES) as (tomllib, *_):
        print(tomllib.loads(TEXT))
        for text in BROKEN:
            try:
                print(tomllib.loads(text))
            except tomllib.TOMLDecodeError as error:
                print(error)
        print(tomllib.loads("a = 1.5", parse_float=str), attempt(tomllib.loads, "a = 1.5", parse_float=lambda t: []), attempt(tomllib.load, open(__file__)), attempt(tomllib.loads, b""))


if __name__ == "__main__":
    main()
