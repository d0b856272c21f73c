#!/bin/sh
# Builds a free-threaded CPython from Debian's source package and installs it as /opt/python3.NNt.
#
#   tools/py tools/testing_root.py free-threaded [--jobs N] [3.NN]      (default: 3.14, 2 compilers)
#
# Runs inside the testing root. Debian has no package of such an interpreter. Without profile-guided optimisation, so that
# it takes minutes. Prints the interpreter's path.
set -eu

minor=3.14
jobs=2
while [ $# -gt 0 ]; do
  case "$1" in
    --jobs) jobs=$2; shift 2 ;;
    3.*) minor=$1; shift ;;
    *) echo "free_threaded.sh: unknown argument '$1'" >&2; exit 2 ;;
  esac
done
[ -e /etc/blockcov-testing-root ] || { echo "free_threaded.sh: runs inside the testing root only" >&2; exit 2; }

target=/opt/python${minor}t
python=$target/bin/python${minor}t
[ -x "$python" ] && { echo "$python"; exit 0; }

place=/usr/src/blockcov-python$minor
mkdir -p "$place/lists/partial"
cd "$place"

log=$place/log
fail() {
  tail -n 30 "$log" >&2
  echo "free_threaded.sh: $1; all of the output is in $log inside the testing root" >&2
  exit 1
}

echo "free-threaded CPython $minor: Debian's source package" >&2
export DEBIAN_FRONTEND=noninteractive
build_packages="dpkg-dev gcc make pkgconf zlib1g-dev libbz2-dev libffi-dev liblzma-dev libssl-dev libsqlite3-dev libreadline-dev libzstd-dev uuid-dev"
# shellcheck disable=SC2086
apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $build_packages >"$log" 2>&1 || fail "no build packages"

# An index of sources apart, which the root's own `apt-get update` need not load. The archive moves on: when it has
# dropped the suite's version, unstable has the next one.
sources() {
  sed -n "s/^deb \(.*\) $(. /etc/os-release && echo "$VERSION_CODENAME") /deb-src \1 $1 /p" /etc/apt/sources.list >sources.list
  apt="apt-get -qq -o Dir::Etc::sourcelist=$place/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$place/lists"
  rm -rf "python${minor}"_* source
  # shellcheck disable=SC2086
  $apt update >>"$log" 2>&1 && $apt -o APT::Sandbox::User=root source --download-only "python$minor" >>"$log" 2>&1
}
sources "$(. /etc/os-release && echo "$VERSION_CODENAME")" || sources sid || fail "no source package of python$minor"
# Without Debian's patches, which are for an interpreter under /usr whose pip is apt.
dpkg-source --skip-patches -x "python${minor}"_*.dsc source >>"$log" 2>&1 || fail "the source package is not whole"

echo "free-threaded CPython $minor: configure and make (log: $log)" >&2
cd source
nice ./configure CC="ccache gcc" CFLAGS="-O2 -g1" --prefix="$target" --disable-gil --with-ensurepip=install >>"$log" 2>&1 || fail "configure"
nice make -j"$jobs" >>"$log" 2>&1 || fail "make"
nice make install >>"$log" 2>&1 || fail "make install"
"$python" -c 'import ctypes, sqlite3, ssl, sys, venv; assert not sys._is_gil_enabled()' >>"$log" 2>&1 || fail "the interpreter misses something"

cd /
rm -rf "$place"
echo "$python"
