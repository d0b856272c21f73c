//===- instrument_bench.cc - instructions a second, stage by stage --------===//
//
// Over the code objects of a corpus file, which bench/stdlib_corpus.py writes and
// the environment variable BLOCKCOV_CORPUS names; without it, over the fixtures of
// the unit tests. Before anything is timed, every stage is verified on all of it.
// items_per_second is original instructions a second.
//
//===----------------------------------------------------------------------===//

#include "instrument/decode.h"
#include "instrument/error.h"
#include "instrument/verify.h"
#include "runtime/resolve.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <deque>

namespace blockcov {
namespace {

/// The code objects, and what every stage makes of them.
struct Corpus {
  std::string name;
  const Dialect *dialect = nullptr;
  std::unique_ptr<llvm::MemoryBuffer> bytes;
  std::deque<std::string> fields; ///< bytes of the fixtures
  std::vector<Unit> units;
  std::vector<CodeView> codes;
  std::vector<Compiled> compiled; ///< parallel to codes
  size_t instructions = 0, units16 = 0, probes = 0;

  llvm::Error readUnits(const std::string &path) {
    auto file = llvm::MemoryBuffer::getFile(path);
    if (!file)
      return makeError("%s: %s", path.c_str(), file.getError().message().c_str());
    bytes = std::move(*file);
    llvm::StringRef rest = bytes->getBuffer();
    while (!rest.empty()) {
      uint64_t size = rest.size() < 8 ? UINT64_MAX : llvm::support::endian::read64le(rest.data());
      if (size > rest.size() - 8)
        return makeError("%s: cut off at byte %zu", path.c_str(), bytes->getBufferSize() - rest.size());
      auto unit = decodeUnit(rest.substr(8, size));
      if (!unit)
        return unit.takeError();
      units.push_back(std::move(*unit));
      rest = rest.substr(8 + size);
    }
    return llvm::Error::success();
  }

  llvm::Error readFixtures(const std::string &path) {
    auto file = llvm::MemoryBuffer::getFile(path);
    if (!file)
      return makeError("%s: %s", path.c_str(), file.getError().message().c_str());
    auto document = llvm::json::parse((*file)->getBuffer());
    if (!document)
      return document.takeError();
    Unit unit;
    unit.minor = 12;
    auto field = [&](const llvm::json::Object &code, const char *key) {
      fields.push_back(llvm::fromHex(*code.getString(key)));
      return llvm::ArrayRef<uint8_t>(reinterpret_cast<const uint8_t *>(fields.back().data()), fields.back().size());
    };
    for (const llvm::json::Value &value : *document->getAsObject()->getArray("codes")) {
      const llvm::json::Object &code = *value.getAsObject();
      UnitCode made;
      made.view.code = field(code, "co_code");
      made.view.lineTable = field(code, "co_linetable");
      made.view.exceptionTable = field(code, "co_exceptiontable");
      made.view.firstLine = int32_t(*code.getInteger("co_firstlineno"));
      made.view.flags = uint32_t(*code.getInteger("co_flags"));
      made.view.stackSize = uint32_t(*code.getInteger("co_stacksize"));
      made.view.constCount = uint32_t(*code.getInteger("co_consts"));
      made.parent = int32_t(*code.getInteger("parent"));
      unit.codes.push_back(made);
    }
    units.push_back(std::move(unit));
    return llvm::Error::success();
  }

  /// Compiles everything, with every invariant checked.
  llvm::Error prepare() {
    for (Unit &unit : units) {
      dialect = findDialect(unit.minor);
      if (!dialect)
        return makeError("%s: code of CPython 3.%u", name.c_str(), unsigned(unit.minor));
      for (UnitCode &code : unit.codes) {
        auto made = compile(code.view, *dialect);
        if (!made)
          return makeError("%s: %s: %s", unit.filename.str().c_str(), code.view.qualname.str().c_str(),
                           toString(made.takeError()).c_str());
        if (llvm::Error error = verifyAll(*made, *dialect))
          return error;
        code.probeCount = uint32_t(made->plan.edgeOf.size());
        instructions += made->fn.instrs.size();
        units16 += made->fn.unitCount;
        probes += code.probeCount;
        codes.push_back(code.view);
        compiled.push_back(std::move(*made));
      }
    }
    return llvm::Error::success();
  }

  static llvm::Error verifyAll(const Compiled &code, const Dialect &dialect) {
    if (llvm::Error error = verifyCfg(code.fn, code.cfg, dialect))
      return error;
    if (llvm::Error error = verifyPlan(code.cfg, code.plan))
      return error;
    if (llvm::Error error = verifyInserted(code.fn, code.inserted, dialect))
      return error;
    return verifyAssembled(code.inserted, code.assembled, dialect);
  }

  /// The one corpus, or the end of the program.
  static const Corpus &get() {
    static const Corpus corpus = [] {
      Corpus made;
      const char *path = getenv("BLOCKCOV_CORPUS");
      made.name = path ? path : BLOCKCOV_SOURCE_DIR "/tests/fixtures/code_objects_312.json";
      llvm::Error error = path ? made.readUnits(made.name) : made.readFixtures(made.name);
      if (!error)
        error = made.prepare();
      if (error) {
        fprintf(stderr, "instrument_bench: %s\n", toString(std::move(error)).c_str());
        exit(1);
      }
      fprintf(stderr, "%s: CPython %s, %zu code objects, %zu instructions in %zu units, %zu probes\n",
              made.name.c_str(), made.dialect->name, made.codes.size(), made.instructions, made.units16, made.probes);
      return made;
    }();
    return corpus;
  }
};

/// Runs `stage(i)` for each code object.
template <typename Stage> void overCorpus(benchmark::State &state, Stage stage) {
  const Corpus &corpus = Corpus::get();
  for (auto _ : state)
    for (size_t i = 0; i < corpus.codes.size(); ++i)
      stage(corpus, i);
  state.SetItemsProcessed(int64_t(state.iterations()) * int64_t(corpus.instructions));
}

void decodeStage(benchmark::State &state) {
  overCorpus(state,
             [](const Corpus &c, size_t i) { benchmark::DoNotOptimize(cantFail(decode(c.codes[i], *c.dialect))); });
}

void cfgStage(benchmark::State &state) {
  overCorpus(state,
             [](const Corpus &c, size_t i) { benchmark::DoNotOptimize(buildCfg(c.compiled[i].fn, *c.dialect)); });
}

void planStage(benchmark::State &state) {
  overCorpus(state, [](const Corpus &c, size_t i) {
    benchmark::DoNotOptimize(cantFail(planProbes(c.compiled[i].fn, c.compiled[i].cfg, *c.dialect)));
  });
}

void insertStage(benchmark::State &state) {
  overCorpus(state, [](const Corpus &c, size_t i) {
    benchmark::DoNotOptimize(insert(c.compiled[i].fn, c.compiled[i].cfg, c.compiled[i].plan, *c.dialect));
  });
}

void assembleStage(benchmark::State &state) {
  overCorpus(state, [](const Corpus &c, size_t i) {
    benchmark::DoNotOptimize(cantFail(assemble(c.compiled[i].inserted, *c.dialect)));
  });
}

void wholeRewrite(benchmark::State &state) {
  overCorpus(state,
             [](const Corpus &c, size_t i) { benchmark::DoNotOptimize(cantFail(rewrite(c.codes[i], *c.dialect))); });
}

/// What a report does: compile again, and derive all counts from counters that say one call each.
void resolveUnits(benchmark::State &state) {
  const Corpus &corpus = Corpus::get();
  std::vector<std::vector<uint64_t>> counters;
  for (const Unit &unit : corpus.units)
    counters.emplace_back(unit.counterCount(), 1);
  for (auto _ : state)
    for (size_t i = 0; i < corpus.units.size(); ++i)
      benchmark::DoNotOptimize(cantFail(resolve(corpus.units[i], counters[i], {}, state.range(0) != 0)));
  state.SetItemsProcessed(int64_t(state.iterations()) * int64_t(corpus.instructions));
}

/// The coverage map of each unit, as bytes and back.
void encodeMaps(benchmark::State &state) {
  const Corpus &corpus = Corpus::get();
  llvm::SmallVector<char, 0> payload;
  for (auto _ : state)
    for (const Unit &unit : corpus.units) {
      payload.clear();
      encodeUnit(unit, payload);
      benchmark::DoNotOptimize(payload.data());
    }
  state.SetItemsProcessed(int64_t(state.iterations()) * int64_t(corpus.instructions));
}

void decodeMaps(benchmark::State &state) {
  const Corpus &corpus = Corpus::get();
  std::vector<llvm::SmallVector<char, 0>> payloads(corpus.units.size());
  for (size_t i = 0; i < payloads.size(); ++i)
    encodeUnit(corpus.units[i], payloads[i]);
  for (auto _ : state)
    for (const auto &payload : payloads)
      benchmark::DoNotOptimize(cantFail(decodeUnit({payload.data(), payload.size()})));
  state.SetItemsProcessed(int64_t(state.iterations()) * int64_t(corpus.instructions));
}

BENCHMARK(decodeStage)->Unit(benchmark::kMillisecond);
BENCHMARK(cfgStage)->Unit(benchmark::kMillisecond);
BENCHMARK(planStage)->Unit(benchmark::kMillisecond);
BENCHMARK(insertStage)->Unit(benchmark::kMillisecond);
BENCHMARK(assembleStage)->Unit(benchmark::kMillisecond);
BENCHMARK(wholeRewrite)->Unit(benchmark::kMillisecond);
BENCHMARK(encodeMaps)->Unit(benchmark::kMillisecond);
BENCHMARK(decodeMaps)->Unit(benchmark::kMillisecond);
BENCHMARK(resolveUnits)->ArgName("detail")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace blockcov
