"""weakref and types: weak dictionaries and sets, finalizers, dynamic classes, namespaces, coroutine wrappers."""

import gc

from _fresh import attempt, fresh

MODULES = ("_weakrefset", "weakref", "types")


class Thing:
    def __init__(self, name):
        self.name = name

    def method(self):
        return self.name

    def __repr__(self):
        return self.name


def main():
    gc.disable()
    with fresh(MODULES) as (weakrefset, weakref, types):
        things = [Thing(f"t{n}") for n in range(6)]
        values, keys = weakref.WeakValueDictionary({n: t for n, t in enumerate(things)}, extra=things[0]), weakref.WeakKeyDictionary({t: n for n, t in enumerate(things)})
        print(len(values), values[1], values.get(9, "d"), 1 in values, list(values), list(values.items())[:2], list(values.values())[:1], values.pop(5), attempt(values.pop, 99), values.pop(99, 1), values.setdefault(5, things[5]), attempt(lambda: values[77]), values.copy() is values, len(values.valuerefs()), repr(values)[:12], values | {8: things[1]} is None, attempt(values.update, 1, 2), len({9: things[2]} | values), values.__deepcopy__({}) is None)
        print(len(keys), keys[things[1]], keys.get(things[2]), things[3] in keys, 3 in keys, list(keys)[:2], list(keys.values()), keys.pop(things[5]), attempt(keys.pop, things[5]), keys.setdefault(things[5], 7), attempt(lambda: keys[Thing("x")]), len(keys.copy()), len(keys.keyrefs()), keys.update({things[0]: 9}), keys[things[0]], len(keys | {things[5]: 1}), len({things[5]: 1} | keys), repr(keys)[:10], keys.__deepcopy__({}) is None)
        method = weakref.WeakMethod(things[1].method)
        print(method()(), method == weakref.WeakMethod(things[1].method), method != method, hash(method) is not None, attempt(weakref.WeakMethod, len), attempt(weakref.WeakMethod, 3))
        log = []
        finalizer = weakref.finalize(things[2], log.append, "gone")
        other = weakref.finalize(things[3], log.append, "detached")
        other.atexit = False
        print(finalizer.alive, finalizer.peek()[2], other.atexit, other.detach()[2], other.alive, other.detach(), other(), other.peek(), repr(other)[:9], repr(finalizer)[:9], attempt(weakref.finalize), attempt(weakref.finalize, 3, len))
        iterator = iter(values.items())
        next(iterator)
        del things[2:5]
        for _ in keys:
            pass
        iterator.close()
        print(log, len(values), len(keys), values.popitem()[1], keys.popitem()[1], values.clear(), keys.clear(), attempt(values.popitem), attempt(keys.popitem), bool(finalizer.alive), method() is None)
        del things[:]
        print(method(), values._pending_removals, keys._pending_removals, weakref.getweakrefcount(Thing("z")), len(weakrefset.WeakSet([Thing("y")])))
        made = types.new_class("Made", (Thing,), {"metaclass": type}, lambda ns: ns.update(x=1))
        print(made("m"), made.x, types.resolve_bases((list[int], int)), types.prepare_class("P", (), {})[1], attempt(types.new_class, "B", (int, str)), types.get_original_bases(made) if hasattr(types, "get_original_bases") else "", types.SimpleNamespace(a=1), attempt(types.resolve_bases, 3))

        class Dynamic:
            @types.DynamicClassAttribute
            def value(self):
                return 5

            @value.setter
            def value(self, v):
                self.v = v

        d = Dynamic()
        d.value = 3
        print(d.value, d.v, attempt(lambda: Dynamic.value), attempt(delattr, d, "value"))

        @types.coroutine
        def gen():
            yield 1
            return 2

        class GeneratorLike:
            def send(self, v):
                return v

            def throw(self, *a):
                raise a[0]

            def close(self):
                pass

            def __iter__(self):
                return self

            def __next__(self):
                return 1

        import collections.abc
        collections.abc.Generator.register(GeneratorLike)
        wrapper = types.coroutine(lambda: GeneratorLike())()
        print(next(gen()), wrapper.send(4), next(wrapper), attempt(wrapper.throw, ValueError), wrapper.close(), iter(wrapper) is wrapper, attempt(lambda: wrapper.gi_running), attempt(types.coroutine, 3), types.coroutine(lambda: 5)(), types.coroutine(len)([]))


if __name__ == "__main__":
    main()
