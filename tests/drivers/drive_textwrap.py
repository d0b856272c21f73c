"""textwrap: wrapping, filling, shortening, dedenting."""

from _fresh import attempt, fresh

MODULES = ("textwrap",)

TEXT = """\
    The quick brown fox -- jumps over the lazy-dog;   sphinx of black quartz, judge my
    vow!\tPack my box with five dozen liquor jugs. \
Averylongwordthatdoesnotfitanywhereandmustbebrokenintopieces-with-hyphens end.
"""


def main():
    with fresh(MODULES) as (textwrap,):
        for width in (3, 7, 20, 40, 200):
            for flags in range(16):
                wrapper = textwrap.TextWrapper(
                    width=width,
                    break_long_words=bool(flags & 1),
                    break_on_hyphens=bool(flags & 2),
                    fix_sentence_endings=bool(flags & 4),
                    drop_whitespace=bool(flags & 8),
                    initial_indent="* " if flags & 1 and width > 5 else "",
                    subsequent_indent="  " if width > 5 else "",
                )
                print(width, flags, len(wrapper.wrap(TEXT)))
        print(textwrap.dedent("  a\n    b\n\n  \t\n  c"), textwrap.dedent(" \ta\n \tb\n\tc"))
        print(textwrap.indent("a\n\nb\n", "> "), textwrap.indent("a\n\n", "> ", lambda line: True))
        print(textwrap.shorten(TEXT, 30), textwrap.shorten(TEXT, 5, placeholder="!"))
        print(textwrap.fill(TEXT, 33, max_lines=2), textwrap.fill(TEXT, 33, max_lines=1, placeholder=" ..."))
        print(attempt(textwrap.wrap, "word", 0))
        print(attempt(textwrap.wrap, "some words", 4, max_lines=1, placeholder="too long"))
        print(attempt(textwrap.shorten, "a b c", 2, placeholder="xxxx"))


if __name__ == "__main__":
    main()
