"""Threads: worker functions, locks, thread-local data, an exception that ends a thread."""  #: 1

import queue                                                  #: 1
import threading                                              #: 1

lock = threading.Lock()                                       #: 1
local = threading.local()                                     #: 1
results = []                                                  #: 1


def work(n):                                                  #: 1
    local.total = 0                                           #: 3
    for i in range(n):                                        #: 9 next=6 done=3
        local.total += i if i % 2 else 10                     #: 6 true=2 false=4
    with lock:                                                #: 6
        results.append((n, local.total))                      #: 3


def consume(source):                                          #: 1
    while (item := source.get()) is not None:                 #: 4 true=3 false=1
        if item and (item > 1 or lock):                       #: 3 [true=2 false=1] [true=1 false=1] [true=1 false=0]
            results.append(item)                              #: 2


def fails():                                                  #: 1
    results.append("fails")                                   #: 1
    raise ValueError("in a thread")                           #: 1 raise=1


def hook(arguments):                                          #: 1
    print("hook", repr(arguments.exc_value))                  #: 1


class Worker(threading.Thread):                               #: 2
    def run(self):                                            #: 1
        results.append(self.name)                             #: 1


threads = [threading.Thread(target=work, args=(n,)) for n in (1, 2, 3)]  #: next=3 done=1; 5 @<3.12; 4 @>=3.12
for thread in threads:                                        #: 4 next=3 done=1
    thread.start()                                            #: 3
for thread in threads:                                        #: 4 next=3 done=1
    thread.join()                                             #: 3
source = queue.Queue()                                        #: 1
consumer = threading.Thread(target=consume, args=(source,))   #: 1
consumer.start()                                              #: 1
for item in (0, 1, 2, None):                                  #: 5 next=4 done=1
    source.put(item)                                          #: 4
consumer.join()                                               #: 1
threading.excepthook = hook                                   #: 1
for thread in (threading.Thread(target=fails), Worker(name="worker")):  #: 3 next=2 done=1
    thread.start()                                            #: 2
    thread.join()                                             #: 2
print(sorted(results, key=str))                               #: 1
