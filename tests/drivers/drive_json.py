"""json: the pure decoder, scanner and encoder."""

from _fresh import attempt, fresh

MODULES = ("json", "json.decoder", "json.encoder", "json.scanner")

DATA = {
    "a": [1, -2.5, 1e100, True, False, None, "tëxt\n\"\\\u2028\U0001f600", [], {}, [[[]]]],
    "b": {"nested": {"deeper": ["x"] * 20}, "": 0}, "c": float("inf"), "d": -float("inf"), "nan": float("nan"),
}
TEXTS = ['{"a": [1, 2, {"b": null}], "c": "\\u00e9\\ud83d\\ude00\\n"}', "[1.5e3, -0, true, false, NaN, Infinity, -Infinity]",
         " [ ] ", "{ }", '"\\ud800"', "12", '{"a":1 , "b" : 2}']
BROKEN = ["", "{", "[1,]", '{"a"}', '{"a":}', '{1:2}', "[1 2]", '"abc', '"\\x"', '"\\u12"', "tru", "{\"a\":1,}", "1 2", '"\t"', '[,', '{"a":1 "b"',
          "\ufeff1", '"\\u12zz"', "-", "nul"]


class Other:
    pass


def main():
    with fresh(MODULES, block=["_json"]) as (json, decoder, encoder, scanner):
        for indent in (None, 0, 2, "\t"):
            for flags in range(8):
                text = json.dumps(DATA, indent=indent, sort_keys=bool(flags & 1), ensure_ascii=bool(flags & 2),
                                  separators=(",", ":") if flags & 4 else None)
                print(len(text), json.loads(text)["a"] == DATA["a"])
        for text in TEXTS:
            print(ascii(json.loads(text)), ascii(attempt(lambda text=text: json.loads(text.encode("utf-8-sig")))), ascii(attempt(lambda text=text: json.loads(text.encode("utf-32-be")))))
            print(ascii(json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str, parse_constant=str)))
        for text in BROKEN:
            try:
                json.loads(text)
            except json.JSONDecodeError as error:
                print(error, error.lineno, error.colno)
        print(json.loads('"\t"', strict=False), json.loads("{}", object_hook=len), attempt(json.loads, 3))
        loop = []
        loop.append(loop)
        knot = {}
        knot["k"] = knot
        for value in (Other(), {Other(): 1}, loop, knot, float("nan")):
            print(attempt(json.dumps, value, allow_nan=False), attempt(json.dumps, value, indent=1))
        print(json.dumps({1: 2, None: 3, True: 4, 2.5: 5, (1,): 6}, skipkeys=True))
        print(json.dumps([Other()], default=lambda o: "other"), list(json.JSONEncoder().iterencode([1, {"a": ()}])))
        print(encoder.py_encode_basestring("a\"\x01"), scanner.py_make_scanner(json.JSONDecoder())("[1]", 0))
        print(attempt(decoder.py_scanstring, '"', 1), json.JSONDecoder().raw_decode("[1] x"))


if __name__ == "__main__":
    main()
