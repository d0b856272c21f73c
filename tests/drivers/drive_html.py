"""html, html.parser, _markupbase: tags, entities, declarations, broken markup."""

from _fresh import attempt, fresh

MODULES = ("html", "_markupbase", "html.parser")

PAGES = [
    "<!DOCTYPE html><html><head><title>T &amp; &lt;x&gt;</title><script>if (a<b) {}</script><style>p>a{}</style></head>"
    "<body class='a' id=b data-x=\"&quot;1\" checked><p>one<br/>two &#65;&#x42;&nosuch; &copy &#0;&#x110000;<!-- c --> <?pi x?></p></body></html>",
    "<a b='c><d>", "<!-- unfinished", "</p x>", "<", "<1>", "&", "&#", "&#x;", "<!", "<![CDATA[x]]>", "<!ENTITY a 'b'>", "<!DOCTYPE x [<!ELEMENT a (b)> <!ATTLIST a b CDATA 'c'> %p; <!-- c -->]>",
    "</>", "</ a>", "<a/b>", "<a =b>", "<script>x</scr</script >y", "a<b>c</B>d", "<?x", "&amp", "&notin; &notit; &ampx", "<div\n  a\n=\n'1'   b = 2>\n\n</div\n>",
]


def main():
    with fresh(MODULES) as (html, markupbase, parser):
        class Log(parser.HTMLParser):
            def note(self, *what):
                print(what, self.getpos(), self.get_starttag_text())

            def handle_starttag(self, tag, attrs):
                self.note("start", tag, attrs)

            def handle_endtag(self, tag):
                self.note("end", tag)

            def handle_data(self, data):
                self.note("data", data)

            def handle_comment(self, data):
                self.note("comment", data)

            def handle_entityref(self, name):
                self.note("entity", name)

            def handle_charref(self, name):
                self.note("char", name)

            def handle_decl(self, decl):
                self.note("decl", decl)

            def unknown_decl(self, data):
                self.note("unknown", data)

        for page in PAGES:
            for convert in (True, False):
                for size in (3, 1000):
                    log = Log(convert_charrefs=convert)
                    try:
                        for at in range(0, len(page), size):
                            log.feed(page[at:at + size])
                        log.close()
                        print(log.get_starttag_text(), log.rawdata)
                    except Exception as error:
                        print(type(error).__name__)
        print(html.escape("<a href='x'>&\"</a>"), html.escape("'\"", quote=False), html.unescape("&lt;&#x80;&#200;&#xD800;&notanentity;&gt"))
        print(attempt(markupbase.ParserBase))


if __name__ == "__main__":
    main()
