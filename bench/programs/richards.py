"""Simulates the dispatcher of a small operating system: an idle task, a worker, two handlers and two devices.

The benchmark is Martin Richards' (BCPL, about 1980). With the idle task counting to 10,000 the queue and hold counts
have to be 23246 and 9297. SIZE is the number of runs.
"""

from __future__ import annotations

import sys
from enum import IntEnum

COUNT = 10_000
BUFFER = 4
EXPECTED = (23246, 9297)


class Name(IntEnum):
    """The tasks."""

    IDLE = 1
    WORK = 2
    HANDLER_A = 3
    HANDLER_B = 4
    DEVICE_A = 5
    DEVICE_B = 6


DEVICE, WORK = 0, 1  # kinds of packets


class Packet:
    """A message; packets form queues through `link`."""

    __slots__ = ("data", "datum", "identity", "kind", "link")

    def __init__(self, link: Packet | None, identity: int, kind: int) -> None:
        self.link = link
        self.identity = identity
        self.kind = kind
        self.datum = 0
        self.data = [0] * BUFFER

    def append_to(self, queue: Packet | None) -> Packet:
        """Put this packet at the end of `queue`; give the queue's head."""
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    """What the scheduler knows of a task; subclasses say what it does when it runs."""

    def __init__(
        self, system: System, identity: int, priority: int, queue: Packet | None, waiting: bool = True
    ) -> None:
        self.system = system
        self.identity = identity
        self.priority = priority
        self.queue = queue
        self.packet_pending = queue is not None
        self.waiting = waiting
        self.holding = False
        self.link = system.tasks
        system.tasks = self
        system.table[identity] = self

    def work(self, packet: Packet | None) -> Task | None:
        """Run once; give the task that runs next."""
        raise NotImplementedError

    def is_held_or_waiting(self) -> bool:
        """Say if the scheduler has to pass the task over."""
        return self.holding or (not self.packet_pending and self.waiting)

    def run(self) -> Task | None:
        """Take a packet from the queue if the task waits for one, and work."""
        packet = None
        if self.waiting and self.packet_pending:
            packet = self.queue
            assert packet is not None
            self.queue = packet.link
            self.waiting = False
            self.packet_pending = self.queue is not None
        return self.work(packet)

    def wait(self) -> Task:
        """Wait for a packet."""
        self.waiting = True
        return self

    def hold(self) -> Task | None:
        """Stop until released; go on with the next task in the list."""
        self.system.holds += 1
        self.holding = True
        return self.link

    def release(self, identity: int) -> Task:
        """Let a held task go on, at once if it has the higher priority."""
        task = self.system.table[identity]
        task.holding = False
        return task if task.priority > self.priority else self

    def send(self, packet: Packet) -> Task:
        """Queue `packet` for the task that it names."""
        task = self.system.table[packet.identity]
        self.system.queued += 1
        packet.link = None
        packet.identity = self.identity
        return task.receive(packet, self)

    def receive(self, packet: Packet, sender: Task) -> Task:
        """Put `packet` into this task's queue; give the task that runs next."""
        if self.queue is None:
            self.queue = packet
            self.packet_pending = True
            if self.priority > sender.priority:
                return self
        else:
            packet.append_to(self.queue)
        return sender


class Idle(Task):
    """Counts down, and releases one device or the other as the bits of a shift register say."""

    def __init__(self, system: System) -> None:
        super().__init__(system, Name.IDLE, 0, None, waiting=False)
        self.control = 1
        self.count = COUNT

    def work(self, packet: Packet | None) -> Task | None:
        """Step the register."""
        self.count -= 1
        if self.count == 0:
            return self.hold()
        if self.control & 1 == 0:
            self.control //= 2
            return self.release(Name.DEVICE_A)
        self.control = self.control // 2 ^ 0xD008
        return self.release(Name.DEVICE_B)


class Worker(Task):
    """Fills packets with letters and sends them to the two handlers in turn."""

    def __init__(self, system: System, queue: Packet) -> None:
        super().__init__(system, Name.WORK, 1000, queue)
        self.destination = int(Name.HANDLER_A)
        self.letter = 0

    def work(self, packet: Packet | None) -> Task | None:
        """Fill one packet."""
        if packet is None:
            return self.wait()
        self.destination = Name.HANDLER_A + Name.HANDLER_B - self.destination
        packet.identity = self.destination
        packet.datum = 0
        for index in range(BUFFER):
            self.letter += 1
            if self.letter > 26:
                self.letter = 1
            packet.data[index] = 64 + self.letter
        return self.send(packet)


class Handler(Task):
    """Hands the letters of work packets one by one to its device."""

    def __init__(self, system: System, identity: int, priority: int, queue: Packet, device: int) -> None:
        super().__init__(system, identity, priority, queue)
        self.device = device
        self.work_in: Packet | None = None
        self.device_in: Packet | None = None

    def work(self, packet: Packet | None) -> Task | None:
        """Sort the packet in, then move on one letter if there is work and a device packet."""
        if packet is not None:
            if packet.kind == WORK:
                self.work_in = packet.append_to(self.work_in)
            else:
                self.device_in = packet.append_to(self.device_in)
        job = self.work_in
        if job is None:
            return self.wait()
        position = job.datum
        if position >= BUFFER:
            self.work_in = job.link
            return self.send(job)
        free = self.device_in
        if free is None:
            return self.wait()
        self.device_in = free.link
        free.datum = job.data[position]
        free.identity = self.device
        job.datum = position + 1
        return self.send(free)


class Device(Task):
    """Takes a packet, is busy until released, and sends it back."""

    def __init__(self, system: System, identity: int, priority: int) -> None:
        super().__init__(system, identity, priority, None)
        self.pending: Packet | None = None

    def work(self, packet: Packet | None) -> Task | None:
        """Answer what is pending, or begin with what has come."""
        if packet is not None:
            self.pending = packet
            return self.hold()
        if self.pending is None:
            return self.wait()
        done, self.pending = self.pending, None
        return self.send(done)


class System:
    """All tasks, and the two counts that prove a run right."""

    def __init__(self) -> None:
        self.tasks: Task | None = None
        self.table: dict[int, Task] = {}
        self.queued = 0
        self.holds = 0
        Idle(self)
        Worker(self, self.packets(2, 0, WORK))
        Handler(self, Name.HANDLER_A, 2000, self.packets(3, Name.DEVICE_A, DEVICE), Name.DEVICE_A)
        Handler(self, Name.HANDLER_B, 3000, self.packets(3, Name.DEVICE_B, DEVICE), Name.DEVICE_B)
        Device(self, Name.DEVICE_A, 4000)
        Device(self, Name.DEVICE_B, 5000)

    @staticmethod
    def packets(count: int, identity: int, kind: int) -> Packet:
        """Make a queue of `count` packets."""
        queue = Packet(None, identity, kind)
        for _ in range(count - 1):
            queue = Packet(queue, identity, kind)
        return queue

    def schedule(self) -> None:
        """Run the tasks from the highest priority on until all hold or wait."""
        task = self.tasks
        while task is not None:
            task = task.link if task.is_held_or_waiting() else task.run()


def run(size: int) -> str:
    """Give how many runs had the right counts."""
    right = 0
    for _ in range(size):
        system = System()
        system.schedule()
        right += (system.queued, system.holds) == EXPECTED
    return f"{right} right"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
