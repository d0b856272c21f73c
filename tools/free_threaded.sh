#!/bin/sh
# Builds a free-threaded CPython from Debian's source package and installs it as /opt/python3.NNt, with a link in /usr/local/bin.
#
#   tools/py tools/testing_root.py free-threaded [--jobs N] [--thread-sanitizer] [3.NN]      (default: 3.14, 2 compilers)
#
# With --thread-sanitizer /opt/python3.NNt-tsan, which is built with it: only so does ThreadSanitizer know what CPython's own
# locks order.
#
# Runs inside the testing root. Debian has no package of such an interpreter. Without profile-guided optimisation, so that
# it takes minutes. Prints the interpreter's path.
set -eu

minor=3.14
jobs=2
sanitizer=
while [ $# -gt 0 ]; do
  case "$1" in
    --jobs) jobs=$2; shift 2 ;;
    --thread-sanitizer) sanitizer=-tsan; shift ;;
    3.*) minor=$1; shift ;;
    *) echo "free_threaded.sh: unknown argument '$1'" >&2; exit 2 ;;
  esac
done
[ -e /etc/blockcov-testing-root ] || { echo "free_threaded.sh: runs inside the testing root only" >&2; exit 2; }

target=/opt/python${minor}t$sanitizer
python=$target/bin/python${minor}t
link() {
  [ "$sanitizer" ] || ln -sf "$python" "/usr/local/bin/python${minor}t"
  echo "$python"
}
[ -x "$python" ] && { link; exit 0; }

place=/usr/src/blockcov-python$minor$sanitizer
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

# An index of sources apart, which the root's own `apt-get update` need not load.
sources() {
  sed -n "s/^deb \(.*\) $suite /deb-src \1 $1 /p" /etc/apt/sources.list >sources.list
  apt="apt-get -qq -o Dir::Etc::sourcelist=$place/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$place/lists"
  rm -rf "python${minor}"_*
  # shellcheck disable=SC2086
  $apt update >>"$log" 2>&1 && $apt -o APT::Sandbox::User=root source --download-only "python$minor" >>"$log" 2>&1
}

# A mirror may have packages whose source it has not, or not yet, and still keep those of the releases before. They are in no
# index: what makes them Debian's is the developer's signature.
earlier_sources() {
  # shellcheck disable=SC2086
  newest=$($apt source --print-uris "python$minor" 2>>"$log" | sed -n "s/^'\([^']*\)-[^-]*\.dsc'.*/\1/p")
  patch=${newest##*.}
  case "$patch" in '' | *[!0-9]*) return 1 ;; esac
  apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends debian-keyring sqv >>"$log" 2>&1 || return 1
  while [ "$patch" -gt 0 ]; do
    patch=$((patch - 1))
    release=${newest%.*}.$patch
    rm -rf "python${minor}"_*
    fetch_file "$release-1.dsc" || continue
    fetch_file "$release.orig.tar.xz" && fetch_file "$release-1.debian.tar.xz" || continue
    echo "free-threaded CPython $minor: the archive lacks the newest source; $minor.$patch" >&2
    dpkg_source_options=--require-valid-signature
    return 0
  done
  return 1
}

fetch_file() {
  /usr/lib/apt/apt-helper -q -o APT::Sandbox::User=root download-file "$1" "${1##*/}" >>"$log" 2>&1
}

suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
dpkg_source_options=
sources "$suite" || sources sid || earlier_sources || fail "no source package of python$minor"
rm -rf source
# Without Debian's patches, which are for an interpreter under /usr whose pip is apt.
# shellcheck disable=SC2086
dpkg-source $dpkg_source_options --skip-patches -x "python${minor}"_*.dsc source >>"$log" 2>&1 || fail "the source package is not whole"

echo "free-threaded CPython $minor: configure and make (log: $log)" >&2
cd source
nice ./configure CC="ccache gcc" CFLAGS="-O2 -g1" --prefix="$target" --disable-gil --with-ensurepip=install ${sanitizer:+--with-thread-sanitizer} >>"$log" 2>&1 || fail "configure"
nice make -j"$jobs" >>"$log" 2>&1 || fail "make"
# -r 0: .pyc files of the top level only; ThreadSanitizer would take many minutes for all
nice make install COMPILEALL_OPTS="-r 0" >>"$log" 2>&1 || fail "make install"
"$python" -c 'import ctypes, sqlite3, ssl, sys, venv; assert not sys._is_gil_enabled()' >>"$log" 2>&1 || fail "the interpreter misses something"

cd /
rm -rf "$place"
link
