"""Exceptions raised inside finally, except and else, with loops around them and locals deleted on the way."""  #: 1


def in_finally(inner, outer):                                 #: 1
    try:                                                      #: 4
        try:                                                  #: 4
            if inner:                                         #: 4 true=2 false=2
                raise KeyError("inner")                       #: 2 raise=2
        finally:
            if outer:                                         #: 4 true=2 false=2
                raise OSError("outer")                        #: 2 raise=2
            print("quiet")                                    #: 2
    except (KeyError, OSError) as error:                      #: 3 caught=3 passed=0
        return error, error.__context__                       #: 3
    return None                                               #: 1


def in_except(n):                                             #: 1
    try:                                                      #: 3
        return 6 // n                                         #: 3 raise=2
    except ZeroDivisionError as error:                        #: 2 caught=1 passed=1
        error = [error]                                       #: 1
        return 6 // len(error[1:])                            #: 1 raise=1
    except TypeError as error:                                #: 1 caught=1 passed=0
        del error                                             #: 1
        return "deleted"                                      #: 1
    finally:
        print("finally", n)                                   #: 3


def in_else(n):                                               #: 1
    try:                                                      #: 2
        n = 6 // n                                            #: 2
    except ZeroDivisionError:                                 #: never
        return "zero"                                         #: never
    else:
        return [n][n - 1]                                     #: 2 raise=1
    finally:
        print("else", n)                                      #: 2


def loop():                                                   #: 1
    errors = 0                                                #: 1
    while True:                                               #: 3
        try:                                                  #: 3
            try:                                              #: 3
                errors += 1                                   #: 3
                print([0, 0, 0][errors])                      #: 3 raise=1
            finally:
                print(1 // (errors - 1))                      #: 3 raise=1
        except ZeroDivisionError:                             #: 2 caught=1 passed=1
            continue                                          #: 1
        except IndexError:                                    #: 1 caught=1 passed=0
            return errors                                     #: 1


for pair in ((0, 0), (0, 1), (1, 0), (1, 1)):                 #: 5 next=4 done=1
    print(in_finally(*pair))                                  #: 4
for function, n in ((in_except, 3), (in_except, 0), (in_except, None), (in_else, 6), (in_else, 3)):  #: 6 next=5 done=1
    try:                                                      #: 5
        print(function(n))                                    #: 5 raise=2
    except (ZeroDivisionError, IndexError) as error:          #: 2 caught=2 passed=0
        print(repr(error), repr(error.__context__))           #: 2
print(loop())                                                 #: 1
