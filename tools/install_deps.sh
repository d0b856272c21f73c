#!/bin/sh
# Installs the Debian packages that blockcov's build and tests need, those that are missing and no others.
#
#   tools/install_deps.sh [build] [test] [browser] [bench] [lint] [fuzz] [debug] [root]        (default: build)
#
# Runs as root or through sudo. Prints nothing when everything is there. On a system without dpkg it leaves the matter
# to CMake, whose messages name what it misses.
set -eu

# What LLVM's own CMake files look for besides LLVM: zlib, zstd and terminfo.
build_packages="g++ cmake ninja-build git python3 python3-dev python3-venv llvm-dev libxxhash-dev zlib1g-dev libzstd-dev libncurses-dev"
# lcov: genhtml reads the tracefiles that the tests write. In the shells, words are completed.
test_packages="libgtest-dev libgmock-dev lcov zsh fish"
# For the tests of HTML pages, which are skipped without a browser; the fonts are those of the committed pictures.
browser_packages="chromium fonts-dejavu-core"
bench_packages="libbenchmark-dev valgrind"
lint_packages="clang-tidy"
# It has libFuzzer in it.
fuzz_packages="clang"
# CPython with assertions, and its headers.
debug_packages="python3-dbg libpython3-dbg"
# For tools/testing_root.py, which asks for them when it is about to make a root.
root_packages="debootstrap debian-archive-keyring"

command -v dpkg-query >/dev/null 2>&1 || exit 0

wanted=""
for group in "${@:-build}"; do
  case "$group" in
    build) wanted="$wanted $build_packages" ;;
    test) wanted="$wanted $test_packages" ;;
    bench) wanted="$wanted $bench_packages" ;;
    browser) wanted="$wanted $browser_packages" ;;
    lint) wanted="$wanted $lint_packages" ;;
    fuzz) wanted="$wanted $fuzz_packages" ;;
    debug) wanted="$wanted $debug_packages" ;;
    root) wanted="$wanted $root_packages" ;;
    *) echo "install_deps.sh: unknown group '$group' (build, test, browser, bench, lint, fuzz, debug or root)" >&2; exit 2 ;;
  esac
done

# A tool that was installed in another way serves as well as Debian's package of it.
present() {
  case "$1" in
    g++ | cmake | git | clang | clang-tidy | debootstrap | chromium | zsh | fish) command -v "$1" >/dev/null 2>&1 && return 0 ;;
    llvm-dev) ls /usr/lib/llvm-*/lib/cmake/llvm/LLVMConfig.cmake >/dev/null 2>&1 && return 0 ;;
    ninja-build) command -v ninja >/dev/null 2>&1 && return 0 ;;
  esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=""
for package in $wanted; do
  present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then
  sudo=""
elif command -v sudo >/dev/null 2>&1; then
  sudo="sudo"
else
  echo "blockcov needs these Debian packages, and installing them takes root or sudo:" >&2
  echo "  apt-get install$missing" >&2
  exit 1
fi

echo "installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1
}
# An up-to-date package list is the rule on a machine in use; a fresh one has none, and an old one names lost files.
# shellcheck disable=SC2086
if ! apt install -y --no-install-recommends $missing; then
  if ! { apt update && apt install -y --no-install-recommends $missing; }; then
    cat "$log" >&2
    echo "install_deps.sh: apt-get could not install:$missing" >&2
    exit 1
  fi
fi
