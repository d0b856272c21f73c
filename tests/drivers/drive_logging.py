"""logging: levels, handlers, formatters, filters, adapters, configuration of the root."""

import asyncio  # noqa: F401  (a record looks whether they are there)
import io
import multiprocessing.process  # noqa: F401

from _fresh import attempt, fresh

MODULES = ("logging",)


class Refusing(io.StringIO):
    def write(self, text):
        raise OSError("full")


def main():
    with fresh(MODULES) as (logging,):
        out = io.StringIO()
        logging.basicConfig(stream=out, level=logging.DEBUG, format="%(levelname)s:%(name)s:%(funcName)s:%(message)s")
        logging.basicConfig(level=1)
        print(attempt(logging.basicConfig, stream=out, filename="x", force=True), attempt(logging.basicConfig, nonsense=1, force=True), attempt(logging.basicConfig, style="x", force=True))
        logging.basicConfig(stream=out, level="DEBUG", format="{levelname}:{message}", style="{", force=True)
        log = logging.getLogger("a.b.c")
        for method in ("debug", "info", "warning", "error", "critical"):
            getattr(log, method)("%s and %d", method, 3)
        try:
            1 / 0
        except ZeroDivisionError:
            log.exception("failed")
            log.error("with info", exc_info=True, stack_info=False, extra={"more": 1})
        log.log(25, "odd level")
        log.info("%(key)s", {"key": "mapped"})
        logging.getLogger("a").setLevel("WARNING")
        print(log.isEnabledFor(10), log.getEffectiveLevel(), logging.getLogger("a").getChild("b") is log.parent, log, attempt(log.setLevel, "NOPE"), attempt(log.setLevel, 1.5), log.hasHandlers(), attempt(log.log, "x", "y"), attempt(log.makeRecord, "n", 10, "f", 1, "m", (), None, extra={"message": 1}))
        logging.disable(logging.ERROR)
        log.error("not seen")
        logging.disable(logging.NOTSET)
        handler = logging.StreamHandler(out)
        handler.setFormatter(logging.Formatter("%(asctime)s|%(message)s|%(custom)s", datefmt="%Y", defaults={"custom": "none"}))
        handler.addFilter(logging.Filter("a.b"))
        handler.addFilter(lambda record: "secret" not in record.getMessage())
        log.addHandler(handler)
        log.addHandler(handler)
        log.propagate = False
        log.error("visible")
        log.error("secret")
        log.removeHandler(handler)
        log.removeHandler(handler)
        adapter = logging.LoggerAdapter(log, {"user": "u"})
        adapter.warning("adapted")
        print(adapter.isEnabledFor(10), adapter.name, repr(adapter), adapter.process("m", {}))
        for style, text in (("%", "%(message)s"), ("{", "{message}"), ("$", "$message"), ("%", "plain"), ("{", "{message!x}"), ("$", "$$"), ("{", "{a b}")):
            print(style, attempt(lambda style=style, text=text: logging.Formatter(text, style=style).format(logging.makeLogRecord({"msg": "m", "levelname": "X"}))))
        bad = logging.StreamHandler(Refusing())
        logging.raiseExceptions = False
        bad.handle(logging.makeLogRecord({"msg": "%d", "args": ("x",)}))
        print(logging.BufferingFormatter().format([logging.makeLogRecord({"msg": "x"})]), logging.getLevelName(10), logging.getLevelName("INFO"), logging.getLevelName(33), logging.addLevelName(33, "ODD"), logging.getLevelName(33), attempt(logging.getLogger, 3), logging.getLevelNamesMapping()["ODD"])
        print(logging.lastResort, repr(bad)[:15], logging.NullHandler().handle(None), attempt(logging.Handler().emit, None), logging.Manager(logging.root).getLogger("z"), attempt(logging.setLoggerClass, int), logging.getLogRecordFactory(), logging.captureWarnings(True), logging.captureWarnings(False), logging.shutdown())
        print(out.getvalue().count("\n"))


if __name__ == "__main__":
    main()
