"""The last line has no line end."""                          #: 1
x = [1]                                                       #: 1
for y in x:                                                   #: 2 next=1 done=1
    print(y if y else x)                                      #: 1 true=1 false=0
try:                                                          #: 1
    x.missing                                                 #: 1 raise=1
except AttributeError: print("last" if y and x else "never")  #: 1 [caught=1 passed=0] [true=1 false=0] [true=1 false=0]