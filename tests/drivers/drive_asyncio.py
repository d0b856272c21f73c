"""asyncio: tasks, futures, queues, locks, groups, timeouts that do not expire, cancellation, subroutines that fail.

Nothing here depends on the clock: what waits, waits for another task.
"""

import sys

from _fresh import fresh

MODULES = ("asyncio", "asyncio.base_events", "asyncio.coroutines", "asyncio.events", "asyncio.exceptions", "asyncio.futures", "asyncio.locks", "asyncio.mixins", "asyncio.queues", "asyncio.runners", "asyncio.taskgroups", "asyncio.tasks", "asyncio.timeouts", "asyncio.base_futures", "asyncio.base_tasks")


def main():
    with fresh(MODULES, block=["_asyncio"]) as (asyncio, *_):
        async def worker(queue, seen):
            while True:
                item = await queue.get()
                try:
                    if item is None:
                        return len(seen)
                    await asyncio.sleep(0)
                    seen.append(item)
                finally:
                    queue.task_done()

        async def fails(after):
            for _ in range(after):
                await asyncio.sleep(0)
            raise ValueError(after)

        async def numbers(n):
            try:
                for i in range(n):
                    yield i
                    await asyncio.sleep(0)
            finally:
                await asyncio.sleep(0)

        async def locked(lock, log, name):
            async with lock:
                log.append(name)
                await asyncio.sleep(0)

        async def scenario():
            queue, seen = asyncio.Queue(2), []
            workers = [asyncio.create_task(worker(queue, seen), name=f"w{n}") for n in range(2)]
            for i in range(9):
                await queue.put(i)
            for _ in workers:
                await queue.put(None)
            await queue.join()
            print(await asyncio.gather(*workers), seen)
            print(await asyncio.gather(fails(1), fails(2), return_exceptions=True))
            try:
                await asyncio.gather(fails(1), asyncio.sleep(0, "x"))
            except ValueError as error:
                print(error)
            log = []
            for lock in (asyncio.Lock(), asyncio.Semaphore(2), asyncio.BoundedSemaphore(1), asyncio.Condition()):
                await asyncio.gather(*(locked(lock, log, n) for n in range(3)))
            print(log)
            event, condition = asyncio.Event(), asyncio.Condition()

            async def waiter():
                await event.wait()
                async with condition:
                    return await condition.wait_for(lambda: len(log) > 12)

            task = asyncio.ensure_future(waiter())
            await asyncio.sleep(0)
            event.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            async with condition:
                log.append(1)
                condition.notify_all()
            print(await task)
            task = asyncio.create_task(asyncio.Event().wait())
            await asyncio.sleep(0)
            task.cancel("enough")
            try:
                await task
            except asyncio.CancelledError as error:
                print("cancelled", error.args, task.cancelled())
            future = asyncio.get_running_loop().create_future()
            future.add_done_callback(lambda f: print("done", f.result()))
            asyncio.get_running_loop().call_soon(future.set_result, 5)
            print(await asyncio.shield(future), await asyncio.wait_for(asyncio.sleep(0, "soon"), 1000))
            done, pending = await asyncio.wait([asyncio.create_task(fails(1)), asyncio.create_task(asyncio.sleep(0, 2))], return_when=asyncio.FIRST_EXCEPTION)
            print(len(done), len(pending), sorted(str(each.exception()) for each in done))
            async with asyncio.timeout(1000):
                print([i async for i in numbers(4) if i % 2])
            async for i in numbers(5):
                if i == 2:
                    break
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(fails(2))
                    group.create_task(asyncio.Event().wait())
            except* ValueError as errors:
                print(errors.exceptions)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(asyncio.sleep(0, n)) for n in range(3)]
            print([each.result() for each in tasks])
            for coroutine in asyncio.as_completed([asyncio.sleep(0, 1)]):
                print(await coroutine)
            try:
                await asyncio.wait_for(fails(1), None)
            except ValueError:
                print("failed")
            barrier = asyncio.Barrier(2)
            print(sorted(await asyncio.gather(barrier.wait(), barrier.wait())))
            full = asyncio.PriorityQueue(1)
            full.put_nowait((2, "b"))
            for operation in (lambda: full.put_nowait(1), full.get_nowait, full.get_nowait, full.task_done, full.task_done):
                try:
                    operation()
                except (asyncio.QueueFull, asyncio.QueueEmpty, ValueError) as error:
                    print(type(error).__name__)
            return "end"

        print(asyncio.run(scenario()))
        for wrong in (lambda: asyncio.run(3), lambda: asyncio.get_running_loop(), lambda: asyncio.run(fails(0)), lambda: asyncio.Queue().get_nowait(), lambda: asyncio.ensure_future(5)):
            try:
                wrong()
            except Exception as error:
                print(type(error).__name__)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
