"""graphlib, sched, queue: sorting graphs, scheduling with a clock of its own, queues without waiting."""

from _fresh import attempt, fresh

MODULES = ("graphlib", "sched", "queue")


def main():
    with fresh(MODULES, block=["_queue"]) as (graphlib, sched, queue):
        for graph in ({}, {"d": {"b", "c"}, "b": {"a"}, "c": {"a"}}, {1: [2], 2: [3], 3: [1]}, {1: [1]}, {n: [n - 1] for n in range(1, 40)}, {1: [2], 2: [1], 3: [4, 1]}):
            sorter = graphlib.TopologicalSorter({key: sorted(value) for key, value in graph.items()})
            try:
                print(list(sorter.static_order()))
            except graphlib.CycleError as error:
                print(error.args[1])
        sorter = graphlib.TopologicalSorter()
        sorter.add("a", "b")
        sorter.add("a", "c", "b")
        print(attempt(sorter.get_ready), attempt(sorter.done, "b"), attempt(sorter.is_active))
        sorter.prepare()
        print(attempt(sorter.prepare), attempt(sorter.add, "z"), sorted(sorter.get_ready()), bool(sorter), attempt(sorter.done, "q"), attempt(sorter.done, "a"), sorter.done("b", "c"), attempt(sorter.done, "b"), sorter.get_ready(), sorter.done("a"), sorter.is_active())
        now = [0]
        scheduler = sched.scheduler(lambda: now[0], lambda delay: now.__setitem__(0, now[0] + delay))
        log = []
        for delay, priority in ((5, 1), (1, 2), (1, 1), (3, 1)):
            scheduler.enter(delay, priority, log.append, (delay * 10 + priority,))
        cancelled = scheduler.enterabs(2, 1, log.append, argument=("never",), kwargs={})
        scheduler.cancel(cancelled)
        print(attempt(scheduler.cancel, cancelled), scheduler.empty(), len(scheduler.queue), scheduler.run(blocking=False), scheduler.run(), log, now, scheduler.empty(), scheduler.run())
        for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
            q = kind(3)
            for item in (2, 1, 3):
                q.put(item)
            print(attempt(q.put, 4, block=False), attempt(q.put_nowait, 4), attempt(q.put, 4, timeout=-1), q.full(), q.qsize(), [q.get(), q.get_nowait(), q.get(timeout=1)], q.empty(), attempt(q.get_nowait), attempt(q.get, timeout=-1), attempt(q.get, timeout=0.001), [q.task_done() for _ in range(3)], attempt(q.task_done), q.join())
            q.put(1)
            if hasattr(q, "shutdown"):
                q.shutdown()
                print(attempt(q.put, 1), q.get(), attempt(q.get), q.shutdown(immediate=True))
        simple = queue._PySimpleQueue()
        simple.put(1)
        simple.put_nowait(2)
        print(simple.qsize(), simple.get(), simple.get_nowait(), simple.empty(), attempt(simple.get, block=False), attempt(simple.get, timeout=-1))


if __name__ == "__main__":
    main()
