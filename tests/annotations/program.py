"""An annotated program: its header directives and the annotation of each line."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

from tests.annotations.language import (
    Annotation,
    AnnotationError,
    Version,
    VersionRange,
    parse_annotation,
    parse_version_range,
)

_LINE_DIRECTIVE = re.compile(r"line\s+([+-][0-9]+)\s*:(.*)")
_NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.ENCODING,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass
class Program:
    """A program and what is expected of it. ``annotations`` maps line numbers, from 1, to what their comment says."""

    path: Path
    requires: VersionRange | None = None
    exit_status: int = 0
    annotations: dict[int, Annotation] = field(default_factory=dict)

    def runs_on(self, version: Version) -> bool:
        return self.requires is None or self.requires.holds(version)


def _error(path: Path, line: int, error: object) -> AnnotationError:
    return AnnotationError(f"{path}:{line}: {error}")


def _header_directive(program: Program, text: str) -> None:
    """Takes ``requires`` or ``exit``; raises AnnotationError for another word or a second time."""
    word, _, rest = text.partition(" ")
    if word == "requires":
        if program.requires is not None:
            raise AnnotationError("requires given twice")
        program.requires = parse_version_range(rest)
    elif word == "exit":
        if program.exit_status:
            raise AnnotationError("exit given twice")
        if not re.fullmatch(r"\s*[1-9][0-9]*\s*", rest):
            raise AnnotationError(f"not an exit status other than 0: {rest.strip()!r}")
        program.exit_status = int(rest)
    else:
        raise AnnotationError(f"unknown directive {word!r}")


def read_header(path: Path) -> Program:
    """The directives at the head of a program, without looking at its code, which this interpreter may not be able to
    tokenize. Raises AnnotationError with ``file:line``."""
    program = Program(path)
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    for number, line in enumerate(data.split(b"\n"), start=1):
        text = line.decode("latin-1").strip()
        if text and not text.startswith("#"):
            break
        if text.startswith("#:"):
            try:
                directive = text[2:].strip()
                if _LINE_DIRECTIVE.fullmatch(directive) is None:
                    _header_directive(program, directive)
            except AnnotationError as error:
                raise _error(path, number, error) from None
    return program


def _annotate(program: Program, line: int, text: str) -> None:
    """Files an annotation under its line; raises AnnotationError when there is one already."""
    if line in program.annotations:
        raise AnnotationError(f"line {line} is annotated twice")
    program.annotations[line] = parse_annotation(text)


def _comment(program: Program, token: tokenize.TokenInfo, in_header: bool) -> None:
    """Takes one comment, an annotation, a directive or neither; raises AnnotationError without a place."""
    text = token.string
    if not text.startswith("#:"):
        if "#:" in text:
            raise AnnotationError("an annotation must begin its comment")
        return
    text = text[2:].strip()
    if token.line[: token.start[1]].strip(" \t\f\ufeff"):
        _annotate(program, token.start[0], text)
        return
    directive = _LINE_DIRECTIVE.fullmatch(text)
    if directive is not None:
        _annotate(program, token.start[0] + int(directive[1]), directive[2])
    elif not in_header:
        raise AnnotationError(f"unknown directive {text.partition(' ')[0]!r} below the header")


def read_program(path: Path) -> Program:
    """Reads a program that this interpreter can tokenize. Raises AnnotationError with ``file:line``."""
    program = read_header(path)
    in_header = True
    try:
        for token in tokenize.tokenize(io.BytesIO(path.read_bytes()).readline):
            if token.type == tokenize.COMMENT:
                try:
                    _comment(program, token, in_header)
                except AnnotationError as error:
                    raise _error(path, token.start[0], error) from None
            elif token.type not in _NOT_CODE:
                in_header = False
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError) as error:
        raise _error(path, 1, f"cannot be tokenized: {error}") from error
    return program
