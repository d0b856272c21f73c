"""Compound statements on one line, and several statements between semicolons."""  #: 1
def f(x): return x + 1                                        #: 3 calls=2
def g(): pass                                                 #: 2 calls=1
class Empty: pass                                             #: 2
class Full: a = 1; b = 2 if a else 3                          #: 2 true=1 false=0

x = 1; y = 2; z = x + y                                       #: 1
if x: y = 3                                                   #: 1 true=1 false=0
if not x: y = 4                                               #: 1 true=1 false=0
if x > 5: y = 5                                               #: 1 true=0 false=1
else: y = 6; z = 7                                            #: 1
for i in range(3): x += i; y -= i                             #: 4 next=3 done=1
while x > 0: x -= 2                                           #: 2 @<3.14; 3 @>=3.14; true=2 false=1
try: x = 1 // 0; y = 99                                       #: 1 raise=1
except ValueError: y = 98                                     #: 1 caught=0 passed=1
except ZeroDivisionError: y = 97; x = f(x)                    #: 1 caught=1 passed=0
else: y = 96                                                  #: never
finally: z = f(z)                                             #: 1
with open(__file__) as source: lines = 1; del lines           #: 1
for i in 1, 2: print(i); break                                #: 1 next=1 done=0
else: print("no")                                             #: never
print(x, y, z, g(), Full.b, Empty.__name__); print("end")     #: 1
