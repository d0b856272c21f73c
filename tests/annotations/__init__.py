"""Annotated programs: the language of the expected counts, its parser and its checker.

A program under ``tests/programs`` says in its comments what an exact measurement of it finds. The counts are written by
hand from the meaning of the program; nothing here looks at bytecode.

Annotations
-----------
An annotation is a comment that begins with ``#:`` at the end of the line that it speaks of::

    for n in range(3):        #: 4 next=3 done=1
        if n == 1 and t():    #: 3 [true=1 false=2] [true=1 false=0]
            hit(n)            #: 1
        else:
            miss(n)           #: 2

===================  ===================================================================================================
``4``                the line count: how many line events ``trace --count`` reports for the line
``never``            the line count is zero, so are all outcomes of its branches, and nothing raised on it
``true=1 false=2``   the only branch that starts on the line, with *both* its outcomes
``[..] [..]``        the branches that start on the line, by start column; of two that start together, the shorter first
``raise=2``          how often an exception left the line; without the word: not once
``calls=2``          how often the function that begins on the line was entered (checked where it is given)
===================  ===================================================================================================

Outcomes: ``true``/``false`` of a condition, ``next``/``done`` of a loop, ``match``/``skip`` of a case,
``caught``/``passed`` of an ``except`` clause. An outcome may also be ``never``, which is zero. The line count may be
left out where there is a branch; the branches may not: a line with ``#: 4`` has none.

What differs between versions is split into clauses by ``;``, each narrowed by ``@`` and a comparison with the minor
version (``>=``, ``<=``, ``<``, ``>``, ``==``, ``!=``); a clause without ``@`` always holds. The clauses that hold are
read as one, and a fact that would then be given twice is an error. If none holds, the line has nothing on that
version::

    squares = [n * n for n in range(3)]    #: next=3 done=1; 5 @<3.12; 4 @>=3.12

Directives
----------
A ``#:`` comment with a line of its own is a directive.

``#: requires >=3.12``
    in the header (before the first token of the program): the program needs this version.
``#: exit 3``
    in the header: the exit status, when it is not zero.
``#: line -2: 1 true=1 false=0``
    the annotation of a line that cannot carry a comment, such as one that ends in a backslash or inside a triple-quoted
    string; the number is relative to the directive's own line.

Strictness
----------
An unknown word, an annotation that does not parse, a line with two annotations, an executable line without annotation
and an annotation on a line that has nothing are errors with ``file:line``. A line is executable when it is a key of
``blockcov.lines`` in the JSON report, or when a branch starts on it.

What is counted
---------------
The line count is defined by ``trace --count``; so a ``with`` statement counts once more when it is left, a call over
several lines when the call itself is made, and so on. ``raise`` counts every exception that leaves an instruction of
the line, also the ``GeneratorExit`` that an abandoned generator gets at its ``yield`` (from 3.13 on only where a
handler or a ``finally`` would see it); an exception in a comprehension that is a function of its own (before 3.12)
counts inside and outside. It does not count what the compiler adds: the end of an iterator, a handler that passes on,
the clean-up of ``with`` and ``finally``.
A constant operand that the compiler folds away is no condition.
"""

from tests.annotations.check import check_file
from tests.annotations.language import AnnotationError, Branch, Expectation, parse_annotation
from tests.annotations.program import Program, read_header, read_program

__all__ = [
    "AnnotationError",
    "Branch",
    "Expectation",
    "Program",
    "check_file",
    "parse_annotation",
    "read_header",
    "read_program",
]
