"""csv: dict readers and writers, the sniffer, dialects."""

import io

from _fresh import attempt, fresh

MODULES = ("csv",)

SAMPLES = ["a,b,c\n1,2,3\n4,5,6\n", "a;b;c\n'x;y';2;3\n", "a\tb\n\"q\"\t2\n", "x y z\n1 2 3\n4 5 6\n", "plain", "'a' 'b'\n'c' 'd'\n", "\"a\", \"b\"\n\"c\", \"d\"\n", "1:2:3\n4:5:6\n7:8:9\n", "name,date\nbob,2020\nann,2021\n", "a|b|c\n" * 30]


def main():
    with fresh(MODULES) as (csv,):
        for sample in SAMPLES:
            found = attempt(csv.Sniffer().sniff, sample)
            print(repr(sample[:10]), attempt(lambda found=found: (found.delimiter, found.quotechar, found.skipinitialspace)), attempt(csv.Sniffer().has_header, sample), attempt(lambda sample=sample: csv.Sniffer().sniff(sample, ",;").delimiter))
        reader = csv.DictReader(io.StringIO("a,b\n1,2\n\n3\n4,5,6\n"), restkey="rest", restval="none")
        print(reader.fieldnames, list(reader), reader.line_num, list(csv.DictReader([], fieldnames=None)), list(csv.DictReader(["1,2"], fieldnames=["x", "y"])))
        out = io.StringIO()
        writer = csv.DictWriter(out, ["a", "b"], restval="-", extrasaction="ignore", dialect="unix")
        writer.writeheader()
        writer.writerow({"a": 1, "z": 2})
        writer.writerows([{"b": "x,\"y"}])
        print(out.getvalue(), attempt(csv.DictWriter(out, ["a"]).writerow, {"q": 1}), attempt(csv.DictWriter, out, ["a"], extrasaction="x"))
        for attributes in ({"delimiter": ""}, {"delimiter": 3}, {"quotechar": "ab"}, {"quoting": 9}, {"lineterminator": 1}, {"delimiter": ";"}):
            base = {"delimiter": ",", "quotechar": '"', "quoting": csv.QUOTE_MINIMAL, "lineterminator": "\n"}
            print(attributes, attempt(type("D", (csv.Dialect,), {**base, **attributes})).__class__.__name__)


if __name__ == "__main__":
    main()
