"""collections: the pure OrderedDict, Counter, ChainMap, namedtuple, the User classes; collections.abc's mixins."""

from _fresh import attempt, fresh

MODULES = ("_collections_abc", "collections")


def main():
    with fresh(MODULES, block=["_collections"]) as (abc, collections):
        O = collections.OrderedDict
        o = O([("a", 1), ("b", 2), ("c", 3)])
        o.move_to_end("a")
        o.move_to_end("c", last=False)
        print(o, list(reversed(o)), o.popitem(), o.popitem(last=False), o.pop("zz", 5), attempt(o.pop, "zz"), attempt(o.move_to_end, "q"), o == O(b=2), o == {"b": 2}, o.copy(), O.fromkeys("xy", 0), o.setdefault("n", 4), o | {"m": 1}, {"m": 1} | o, repr(O()))
        del o["n"]
        o.clear()
        print(attempt(o.popitem), o.keys(), o.values(), o.items(), attempt(O, 1, 2))
        c = collections.Counter("abracadabra", x=2)
        c.subtract("aab")
        print(c, c.most_common(2), sorted(c.elements()), c + c, c - {"a": 1} if False else c - collections.Counter("aa"), c & collections.Counter("ab"), c | collections.Counter("zz"), +c, -c, c.total(), c["none"], c <= c, c < c, c == collections.Counter(), c != c, attempt(collections.Counter.fromkeys, "a"), c.copy() >= c)
        c += collections.Counter("q")
        c -= collections.Counter("a")
        c |= collections.Counter("w")
        c &= collections.Counter("qw")
        c.update({"e": 1}, r=3)
        del c["nope"]
        print(c, repr(collections.Counter({"a": 1, "b": "x"}))[:12])
        chain = collections.ChainMap({"a": 1}, {"a": 2, "b": 3})
        child = chain.new_child({"c": 4}, d=5) if False else chain.new_child({"c": 4})
        print(child["a"], child.get("q"), len(child), list(child), "b" in child, bool(child), child.parents, child.copy(), attempt(lambda: child["q"]), attempt(child.pop, "a"), attempt(child.popitem), child | {"z": 1}, {"z": 1} | child, attempt(child.__delitem__, "zz"), child.clear(), collections.ChainMap.fromkeys("ab"))
        Point = collections.namedtuple("Point", "x y z", defaults=[0])
        p = Point(1, 2)
        print(p, p._replace(x=5), p._asdict(), Point._make([1, 2, 3]), Point._fields, Point._field_defaults, attempt(p._replace, q=1), attempt(Point, 1), attempt(Point._make, [1]), p.__getnewargs__(), hash(p))
        for names, options in (("a a", {}), ("class", {}), ("_x", {}), ("a b", {"defaults": [1, 2, 3]}), ("a class _b a", {"rename": True}), ([1], {}), ("1", {})):
            print(names, attempt(lambda names=names, options=options: collections.namedtuple("N", names, **options)._fields))
        d = collections.UserDict({"a": 1}, b=2)
        d["c"] = 3
        del d["a"]
        print(d, "b" in d, d | {"q": 1}, {"q": 1} | d, d.copy(), attempt(lambda: d["zz"]), d.get("zz"), collections.UserDict.fromkeys("ab"), type("M", (collections.UserDict,), {"__missing__": lambda self, k: k})()["m"])
        u = collections.UserList([3, 1, 2])
        u += [5]
        u.sort()
        print(u, u[1:], u + [1], [0] + u, u * 2, u.index(5), u.count(1), u.pop(), u < [9], u.copy(), list(reversed(u)), u.reverse(), u.insert(0, 7), u.extend(u), 7 in u, len(u), u.remove(7), u.append(1), u == u)
        s = collections.UserString("Hello %s")
        print(s % "x", s.upper(), s[1:], s + "!", "a" + s, s * 2, s.find("l"), s.split(), len(s), s < "z", hash(s), int(collections.UserString("3")), s.center(12), s.replace("l", "L"), "ell" in s, s.encode(), attempt(lambda: 3 in s), s.join(["a"]), s.count("l"), s.rindex("l"), s.isalpha(), s.zfill(12), s.partition(" "))

        class Seq(abc.MutableSequence):
            def __init__(self):
                self.items = [1, 2, 3]

            def __getitem__(self, i):
                return self.items[i]

            def __setitem__(self, i, v):
                self.items[i] = v

            def __delitem__(self, i):
                del self.items[i]

            def __len__(self):
                return len(self.items)

            def insert(self, i, v):
                self.items.insert(i, v)

        q = Seq()
        q += [4]
        print(list(q), 2 in q, 9 in q, q.index(3), attempt(q.index, 9), q.index(1, -9, 99), q.count(1), list(reversed(q)), q.pop(), q.remove(1), q.reverse(), q.extend(q), list(q), q.clear(), len(q))

        class Bits(abc.MutableSet):
            def __init__(self, items=()):
                self.items = sorted(set(items))

            def __contains__(self, x):
                return x in self.items

            def __iter__(self):
                return iter(self.items)

            def __len__(self):
                return len(self.items)

            def add(self, x):
                self.items.append(x)

            def discard(self, x):
                if x in self.items:
                    self.items.remove(x)

        a, b = Bits([1, 2, 3]), Bits([2, 3, 4])
        print(list(a & b), list(a | b), list(a - b), list(a ^ b), a <= b, a < b, a > b, a >= a, a == b, a.isdisjoint(b), attempt(a.remove, 99), a.remove(1), a.pop(), attempt(Bits().pop), list([9] - a), a._hash(), a.__ior__([7]) is a, list(a.__isub__(a)), list(b.__ixor__([2, 9])), list(b.__iand__([9])), attempt(lambda: a & 3), b.clear())
        for name in ("Hashable", "Iterable", "Sized", "Container", "Callable", "Awaitable", "Generator", "Reversible", "Collection", "Buffer"):
            kind = getattr(abc, name, None)
            print(name, kind and [isinstance(v, kind) for v in ([], "", {}) if name in ("Iterable", "Sized", "Container")])
        print(abc.Callable[[int], str], attempt(lambda: abc.Callable[int]), abc.Mapping.get({"a": 1}, "b"), abc.Mapping.__eq__({}, 3), abc.KeysView({"a": 1}), list(abc.ItemsView({"a": 1})), ("a", 1) in abc.ItemsView({"a": 1}), 1 in abc.ValuesView({"a": 1}))


if __name__ == "__main__":
    main()
