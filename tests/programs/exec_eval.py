"""exec and eval of strings, which are no part of this file, among lines that are."""  #: 1

namespace = {}                                                #: 1
exec("a = 1\nif a:\n    b = a + 1\nelse:\n    b = 0", namespace)  #: 1
print(namespace["b"], eval("a and b or 5", namespace))        #: 1


def run(code, values):                                        #: 1
    try:                                                      #: 4
        return eval(code, values) or "falsy"                  #: 4 true=1 false=1 raise=2
    except NameError as error:                                #: 2 caught=1 passed=1
        return str(error)                                     #: 1
    except SyntaxError:                                       #: 1 caught=1 passed=0
        return "syntax"                                       #: 1


print(run("[x for x in range(n)]", {"n": 2}), run("n", {"n": 0}), run("missing", {}), run("1 +", {}))  #: 1
exec(compile("def f(x):\n    return x or 1\n", "<generated>", "exec"), namespace)  #: 1
print(namespace["f"](0), namespace["f"](2))                   #: 1
try:                                                          #: 1
    exec("raise KeyError('inside')")                          #: 1 raise=1
except KeyError as error:                                     #: 1 caught=1 passed=0
    print(error)                                              #: 1
