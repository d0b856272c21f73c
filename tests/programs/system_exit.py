#: exit 3
"""sys.exit through finally, with and except; the process ends with its status."""  #: 1

import sys                                                    #: 1
from contextlib import closing, suppress                      #: 1


class Resource:                                               #: 2
    def close(self):                                          #: 1
        print("closed")                                       #: 1


def leave(status):                                            #: 1
    with closing(Resource()):                                 #: 2
        try:                                                  #: 1
            sys.exit(status)                                  #: 1 raise=1
        except Exception:                                     #: 1 caught=0 passed=1
            print("never")                                    #: never
        finally:
            print("finally")                                  #: 1


with suppress(SystemExit):                                    #: 2
    sys.exit("suppressed")                                    #: 1 raise=1
try:                                                          #: 1
    raise SystemExit                                          #: 1 raise=1
except SystemExit as error:                                   #: 1 caught=1 passed=0
    print(error.code)                                         #: 1
leave(3)                                                      #: 1 raise=1
print("never")                                                #: never
