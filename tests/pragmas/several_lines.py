import sys


def several_lines(n):
    # no cover: start
    if n:
        n = 1
    # no cover: stop
    n = 2
    if n == 3:
        n = 3
        raise AssertionError
    if n == 4:
        raise AssertionError(
            "text"
        )
    if sys.platform == "win32":
        n = 5
    else:
        n = 6
    logger = None
    if logger:
        print(
            "message",
            n,
        )
    # no cover: start
    def unused():
        return 1
    # no cover: stop
    return n


several_lines(0)
if __name__ == "__main__":
    several_lines(1)
if __name__ == "never":
    several_lines(2)
