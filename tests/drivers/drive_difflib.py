"""difflib: matching, deltas, HTML tables, close matches."""

from _fresh import attempt, fresh

MODULES = ("difflib",)

OLD = "one\ntwo\nthree\nfour\nfive six seven\neight\nnine\n".splitlines(True)
NEW = "one\ntwo and a half\nthree\nfive six  seven!\neight\nten\neleven\nnine\n".splitlines(True)


def main():
    with fresh(MODULES) as (difflib,):
        print(*difflib.ndiff(OLD, NEW), sep="")
        print(*difflib.unified_diff(OLD, NEW, "old", "new", n=1), sep="")
        print(*difflib.context_diff(OLD, NEW, "old", "new", "now", "then"), sep="")
        print(*difflib.unified_diff(OLD, OLD), *difflib.context_diff([], NEW))
        print(*difflib.diff_bytes(difflib.unified_diff, [b"a\n"], [b"b\n"], b"x", b"y"))
        print(attempt(lambda: list(difflib.diff_bytes(difflib.unified_diff, ["a"], [b"b"]))))
        print(*difflib.restore(difflib.ndiff(OLD, NEW), 1), attempt(lambda: list(difflib.restore([], 3))))
        matcher = difflib.SequenceMatcher(lambda c: c == " ", "private Thread currentThread;", "private volatile Thread current;")
        print(matcher.ratio(), matcher.quick_ratio(), matcher.real_quick_ratio())
        print(matcher.get_opcodes(), list(matcher.get_grouped_opcodes(1)), matcher.find_longest_match())
        matcher.set_seqs("ab" * 150, "ba" * 150)
        print(matcher.ratio(), sorted(matcher.bpopular))
        print(difflib.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]))
        print(attempt(difflib.get_close_matches, "x", [], n=0), attempt(difflib.get_close_matches, "x", [], cutoff=2))
        print(len(difflib.HtmlDiff(wrapcolumn=10).make_file(OLD, NEW, context=True, numlines=1)))
        print(len(difflib.HtmlDiff().make_table(OLD, NEW)))
        print(difflib.IS_LINE_JUNK("#\n"), difflib.IS_CHARACTER_JUNK("x"))


if __name__ == "__main__":
    main()
