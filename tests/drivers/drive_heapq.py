"""heapq and bisect: the pure functions."""

import random

from _fresh import attempt, fresh

MODULES = ("heapq", "bisect")


def main():
    with fresh(MODULES, block=["_heapq", "_bisect"]) as (heapq, bisect):
        rng = random.Random(3)
        data = [rng.randrange(100) for _ in range(80)]
        heap = []
        for value in data:
            heapq.heappush(heap, value)
        print([heapq.heappop(heap) for _ in range(5)], heapq.heapreplace(heap, 50), heapq.heappushpop(heap, 1), heapq.heappushpop(heap, 99), attempt(heapq.heappop, []), attempt(heapq.heapreplace, [], 1), heapq.heappushpop([], 4))
        other = data[:]
        heapq.heapify(other)
        heapq._heapify_max(other)
        print(heapq._heappop_max(other), heapq._heapreplace_max(other, 5), attempt(heapq._heappop_max, []), attempt(heapq._heappop_max, [1]))
        for n in (-1, 0, 1, 3, 100):
            print(n, heapq.nlargest(n, data), heapq.nsmallest(n, data), heapq.nlargest(n, data, key=lambda v: -v), heapq.nsmallest(n, iter(data), key=str), heapq.nsmallest(n, iter([])))
        print(list(heapq.merge([1, 4, 7], [2, 5], [], [3])), list(heapq.merge([7, 4], [5, 2], reverse=True)), list(heapq.merge(["b", "AA"], ["c"], key=len)), list(heapq.merge()), list(heapq.merge([1], key=abs, reverse=True)))
        print(attempt(heapq.heapify, [1, "a", 2]), attempt(heapq.nsmallest, 2, [1, "a"]))
        ordered = sorted(data)
        for value in (-1, 0, 50, 99, 200):
            for lo, hi in ((0, None), (10, 20), (5, 5)):
                for function in (bisect.bisect_left, bisect.bisect_right):
                    print(function(ordered, value, lo, hi), function(ordered, value, lo, hi, key=lambda v: v // 2), end=" ")
        for insort in (bisect.insort_left, bisect.insort_right):
            insort(ordered, 50)
            insort(ordered, -3, key=lambda v: v)
        print(len(ordered), ordered[0], attempt(bisect.bisect, ordered, 1, -1), attempt(bisect.insort, ordered, "x"))


if __name__ == "__main__":
    main()
