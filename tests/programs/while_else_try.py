"""while and for with else around and inside of try, with continue in handlers and break in else clauses."""  #: 1


def retry(attempts, fail_until):                              #: 1
    n = 0                                                     #: 3
    while n < attempts:                                       #: 6 true=5 false=1
        n += 1                                                #: 5
        try:                                                  #: 5
            if n < fail_until:                                #: 5 true=3 false=2
                raise TimeoutError(n)                         #: 3 raise=3
        except TimeoutError:                                  #: 3 caught=3 passed=0
            continue                                          #: 3
        else:
            break                                             #: 2
        finally:
            n += 0                                            #: 5
    else:
        return "gave up"                                      #: 1
    return n                                                  #: 2


def inner_else(rows):                                         #: 1
    found = []                                                #: 1
    for row in rows:                                          #: 4 next=3 done=1
        for cell in row:                                      #: 6 next=5 done=1
            if not cell:                                      #: 5 true=3 false=2
                break                                         #: 2
        else:
            found.append(row)                                 #: 1
            continue                                          #: 1
        found.append(None)                                    #: 2
    return found                                              #: 1


def raises_in_else():                                         #: 1
    while False:                                              #: 1
        pass
    else:
        raise KeyError("while")                               #: 1 raise=1


print(retry(3, 1), retry(3, 2), retry(2, 5))                  #: 1
print(inner_else([[1, 0], [1, 2], [0]]))                      #: 1
try:                                                          #: 1
    raises_in_else()                                          #: 1 raise=1
except KeyError as error:                                     #: 1 caught=1 passed=0
    print(error)                                              #: 1
