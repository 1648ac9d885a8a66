#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Debian's packages: they build, twice to the same bytes from different folders, lintian has nothing to say, and
# what is in them works: the command on its examples, and programs against the libraries.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/package/_tree.sh"
command -v dpkg-buildpackage >/dev/null && command -v dh >/dev/null || { echo 'no dpkg-buildpackage or debhelper'; exit 77; }
dpkg-checkbuilddeps -P nocheck "$SOURCE_DIR/debian/control" || { echo 'build dependencies are missing'; exit 77; }

copy_tree tree

# build FOLDER: the packages of a copy of the tree, in that folder.
build()
{
	mkdir -p "$1"
	cp -r tree "$1/teeq"
	(cd "$1/teeq" && DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" DEB_BUILD_PROFILES=nocheck \
		dpkg-buildpackage -us -uc -b) >"$1/log" 2>&1 || { tail -n 40 "$1/log"; fail 'the packages do not build'; }
}

build "$scratch/one"
(umask 027 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 build "$scratch/another/way") || exit 1
for package in "$scratch"/one/*.deb; do
	cmp -s "$package" "$scratch/another/way/${package##*/}" || fail "${package##*/} is another one the second time"
done
for name in teeq libteeq0 libteeq-dev libteeq-harness-dev teeq-doc; do
	set -- "$scratch"/one/"${name}"_*.deb
	[ -f "$1" ] || fail "there is no package $name"
	dpkg-deb -x "$1" root
done
grep -q 'dh_missing: warning' "$scratch/one/log" && fail 'something is installed and in no package'
grep -q '^dpkg-gensymbols: error' "$scratch/one/log" && fail 'a symbol is gone'
if command -v lintian >/dev/null; then
	lintian --fail-on error,warning "$scratch"/one/*.changes >lint 2>&1 || fail "$(cat lint)"
fi

# In place of an installation: the libraries know their own, pkg-config is told where the root is.
libdir=$(dirname root/usr/lib/*/libteeq.so)
export LD_LIBRARY_PATH=$PWD/$libdir PKG_CONFIG_PATH=$PWD/$libdir/pkgconfig
PATH=$PWD/root/usr/bin:$PATH
sed 's|/usr/share|'"$PWD"'/root/usr/share|' "$SOURCE_DIR/debian/tests/command" >test-command
sh test-command >out 2>&1 || fail "debian/tests/command: $(cat out)"
(cd "$SOURCE_DIR" && AUTOPKGTEST_TMP=$scratch sh debian/tests/libraries) >out 2>&1 ||
	fail "debian/tests/libraries: $(cat out)"
# Without the harness's package the others are whole.
rm -r root/usr/lib/*/cmake/teeq/teeqHarness* root/usr/lib/*/libteeq-harness.a
cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(teeq 0.1 CONFIG REQUIRED)
add_executable(consumer ${SOURCE_DIR}/tests/install/consumer.c)
target_link_libraries(consumer PRIVATE teeq::scenario)
END
cmake -S . -B built -DCMAKE_PREFIX_PATH="$PWD/root/usr" -DSOURCE_DIR="$SOURCE_DIR" >out 2>&1 &&
	cmake --build built >>out 2>&1 || fail "without the harness: $(cat out)"
