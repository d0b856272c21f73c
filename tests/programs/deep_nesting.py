"""Every compound statement inside of the others, eight levels deep, left in the middle in several ways."""  #: 1

from contextlib import suppress                               #: 1


def deep(plan):                                               #: 1
    log = []                                                  #: 5
    for n in range(3):                                        #: 14 next=11 done=3
        while n < 3:                                          #: 20 true=14 false=6
            with suppress(KeyError):                          #: 28
                try:                                          #: 14
                    if plan == "raise":                       #: 14 true=3 false=11
                        raise KeyError("suppressed")          #: 3 raise=3
                    match plan:                               #: 11
                        case "return":                        #: 11 match=1 skip=10
                            return log + ["returned"]         #: 1
                        case "break" | "continue":            #: 10 match=9 skip=1
                            for m in (0, 1):                  #: 9 next=9 done=0
                                if plan == "break" and n == 1:  #: 9 [true=3 false=6] [true=1 false=2]
                                    break                     #: 1
                                elif plan == "continue":      #: 8 true=6 false=2
                                    break                     #: 6
                                else:
                                    log.append(m)             #: 2
                                    break                     #: 2
                        case _:                               #: 1
                            raise ValueError(plan)            #: 1 raise=1
                except ValueError as error:                   #: 4 caught=1 passed=3
                    return repr(error)                        #: 1
                finally:
                    n += 1 if plan != "raise" else 3          #: 14 true=11 false=3
                    log.append(n)                             #: 14
            if plan == "break":                               #: 12 true=3 false=9
                break                                         #: 3
    return log                                                #: 3


for plan in ("return", "break", "continue", "raise", "other"):  #: 6 next=5 done=1
    print(plan, deep(plan))                                   #: 5
