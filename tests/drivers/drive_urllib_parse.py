"""urllib.parse: splitting, joining, quoting, query strings."""

from _fresh import attempt, fresh

MODULES = ("urllib.parse",)

URLS = ["http://user:pa%40ss@host.example:8080/p/a;t/h;x=1?q=1&r=%20#frag", "//host/path", "mailto:a@b", "/a/b/../c", "", "http://[::1]:80/", "http://[::1", "http://a:port/", "HTTP://A/", "svn+ssh://x", "1a:b", "http://a:99999/",
        "http://\u2100.x/", "tel:+1", "file:///x", "?q", "#f", "http://a?b", " \x00http://a\n/b ", "http://[v1.a]/", "http://[zz]/"]
RELATIVE = ["g", "./g", "../g", "../../../g", "/g", "//g", "?y", "g?y#s", "#s", ";x", "", ".", "..", "http:g", "g;x=1/../y", "mailto:x"]


def main():
    with fresh(MODULES) as (parse,):
        for url in URLS:
            for split in (parse.urlsplit, parse.urlparse, parse.urldefrag):
                found = attempt(split, url)
                print(url, found, attempt(lambda found=found: (found.hostname, found.port, found.username, found.password, found.geturl())))
                print(attempt(lambda split=split, url=url: split(url.encode("ascii")).geturl()))
        for relative in RELATIVE:
            print(parse.urljoin("http://a/b/c/d;p?q", relative), attempt(parse.urljoin, b"http://a/b", relative.encode()), parse.urljoin("", relative), parse.urljoin("mailto:x", relative))
        print(parse.quote("a b/ü~", safe=""), parse.quote_plus("a b&c/"), parse.quote_from_bytes(b"\0\xff"), attempt(parse.quote, b"a", encoding="x"), parse.unquote("%zz%41%c3%bc%"), parse.unquote_plus("a+b%20c"), parse.unquote_to_bytes("%41x%q"))
        for query in ("a=1&b=2&a=3", "a", "a=", "&&", "a=%20+&b", "a=1;b=2"):
            print(attempt(parse.parse_qs, query, keep_blank_values=True), attempt(parse.parse_qsl, query, strict_parsing=True), attempt(parse.parse_qsl, query, max_num_fields=1), parse.parse_qsl(query, separator=";"))
        print(attempt(parse.parse_qs, "a", separator=""), parse.parse_qs(b"a=1"))
        print(parse.urlencode({"a": [1, "ü"], "b": b"x y"}, doseq=True), parse.urlencode([("k", "v w"), (b"k", 1)]), parse.urlencode({"a": "b c"}, quote_via=parse.quote), attempt(parse.urlencode, 5), attempt(parse.urlencode, "str"), parse.urlencode({"a": []}, doseq=True), parse.urlencode({"a": 5}, doseq=True))
        print(parse.urlunsplit(("http", "h", "p", "q", "f")), parse.urlunparse(("", "", "p", "x", "", "")), parse.urlunsplit(("", "", "//x", "", "")), attempt(parse.urljoin, "a", b"b"), parse.unwrap("<URL:http://x>"))
        for old, text in (("splittype", "a:b"), ("splithost", "//h/p"), ("splituser", "u@h"), ("splitpasswd", "u:p"), ("splitport", "h:1"), ("splitnport", "h:x"), ("splitquery", "a?b"), ("splittag", "a#b"), ("splitattr", "a;b=c"), ("splitvalue", "a=b")):
            import warnings
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                print(old, attempt(getattr(parse, old), text), attempt(getattr(parse, old), "plain"))


if __name__ == "__main__":
    main()
