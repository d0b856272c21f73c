"""The command line: `python -m blockcov COMMAND`.

Importable on Python 3.8, to say there that the interpreter is not supported; what needs more is imported after that
check. `run` is on the way of every program that is measured, so nothing is imported for it that it does not need.
"""

import os
import sys

from blockcov import errors
from blockcov.errors import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def main(arguments: "list[str] | None" = None) -> int:
    """Run one command and give the exit status; `run` does not return."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        return dispatch(words)
    except Failure as failure:
        errors.write_line("error: " + failure.message)
        return failure.status
    except BrokenPipeError:
        # The reader of stdout went away, as `| head` does; nothing may be flushed into it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 128 + 13
    except KeyboardInterrupt:
        return 128 + 2
    except Exception as error:
        if os.environ.get("BLOCKCOV_DEBUG"):
            raise
        where = _innermost(error)
        errors.write_line(
            f"error: internal: {type(error).__name__}: {error} ({where}); BLOCKCOV_DEBUG=1 shows the traceback"
        )
        return errors.INTERNAL


def _innermost(error: BaseException) -> str:
    """Give file and line of the frame that raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def dispatch(words: "list[str]") -> int:
    """Parse the command line and call the command."""
    program: list[str] = []
    if words[:1] == ["run"]:
        from blockcov import run_words

        own, program = run_words.split_program(words[1:])
        given = run_words.scan(own)
        if given is not None:
            errors.check_version()
            start_run(given, program)
        words = ["run", *own]
    return dispatch_parsed(words, program)


def start_run(given: "dict[str, Any]", program: "list[str]") -> "NoReturn":
    """Become the program that is measured."""
    from blockcov import config
    from blockcov.run import run

    run(config.load(given.get("rcfile"), given), program)


def dispatch_parsed(words: "list[str]", program: "list[str]") -> int:
    """Parse with argparse and call the command; `program` is what follows the options of `run`."""
    from blockcov.parser import build_parser

    parser = build_parser()
    given, rest = parser.parse_known_args(words)  # --help ends here, on any interpreter
    if given.command == "debug" and given.file is None and rest and not rest[0].startswith("-"):
        given.file = rest.pop(0)  # argparse takes no optional word behind an option
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    errors.check_interpreter()
    if given.version:
        from blockcov import _blockcov

        print(f"blockcov {_blockcov.VERSION}, dialect {_blockcov.DIALECT}")
        return errors.OK
    if given.command is None:
        parser.error("no command given; try --help")
    if given.command == "run":
        start_run(vars(given), program)
    if given.command == "completion":
        from blockcov import completion

        sys.stdout.write(completion.script(given.shell, parser))
        return errors.OK

    from blockcov import config

    options = config.load(given.rcfile, vars(given))
    if given.command == "debug":
        from blockcov.debug import debug

        return debug(options, given)
    from blockcov import commands

    action: Any = getattr(commands, given.command)
    status: int = action(options, given)
    return status
