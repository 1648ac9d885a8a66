#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installed in every way that the build offers: below DESTDIR, with a prefix and folders of its own, static or
# shared libraries only, without the harness, without scenarios. Each has what it should and nothing else, and
# programs are built with it, by find_package and by pkg-config.
#
# environment: SOURCE_DIR
. "$SOURCE_DIR/tests/cli/_common.sh"
unset DESTDIR CFLAGS LDFLAGS PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
count=0

# installed NAME OPTION...: into $stage/usr, from a build of its own that is kept between the calls.
installed()
{
	stage=$scratch/$1
	shift
	cmake -G Ninja -S "$SOURCE_DIR" -B build -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O0 \
		-DTEEQ_TESTS=OFF -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_INSTALL_LIBDIR=lib -DTEEQ_INSTALL_SHARED=ON \
		-DTEEQ_INSTALL_STATIC=ON -DTEEQ_HARNESS=ON -DTEEQ_SCENARIO=ON "$@" >log 2>&1 &&
		cmake --build build >>log 2>&1 && DESTDIR=$stage cmake --install build >>log 2>&1 ||
		fail "${stage##*/}: $(tail -n 20 log)"
	(cd "$stage" && find . -type f -o -type l | sort) >files
}

# holds PATTERN...: there are such files; lacks PATTERN...: there are none.
holds()
{
	for pattern; do
		grep -qE "$pattern" files || fail "${stage##*/}: no file $pattern"
	done
}

lacks()
{
	for pattern; do
		grep -E "$pattern" files && fail "${stage##*/}: there is a file $pattern"
	done
}

# program TARGET PACKAGE LIBDIR [SOURCE]: built both ways; each says the version.
program()
{
	local source=$SOURCE_DIR/tests/install/${4:-consumer.c} libdir=$stage$3
	mkdir -p consumer
	cat >consumer/CMakeLists.txt <<-END
		cmake_minimum_required(VERSION 3.25)
		project(consumer LANGUAGES C)
		find_package(teeq 0.1 CONFIG REQUIRED)
		add_executable(consumer $source)
		target_link_libraries(consumer PRIVATE $1)
	END
	rm -rf consumer/build
	cmake -S consumer -B consumer/build -DCMAKE_C_COMPILER=gcc -Dteeq_DIR="$libdir/cmake/teeq" >log 2>&1 &&
		cmake --build consumer/build >>log 2>&1 || fail "${stage##*/}: find_package, $1: $(tail -n 20 log)"
	# shellcheck disable=SC2046
	PKG_CONFIG_PATH=$libdir/pkgconfig gcc -std=gnu11 "$source" -o by-name \
		$(PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --cflags --libs "$2") >log 2>&1 ||
		fail "${stage##*/}: pkg-config $2: $(cat log)"
	for consumer in consumer/build/consumer ./by-name; do
		said=$(LD_LIBRARY_PATH=$libdir "$consumer") || fail "${stage##*/}: $consumer, $1: does not run"
		[ "$said" = "$version" ] || fail "${stage##*/}: $consumer, $1: says $said"
		count=$((count + 1))
	done
}

installed all
version=$(PKG_CONFIG_PATH=$stage/usr/lib/pkgconfig pkg-config --modversion teeq)
holds '^\./usr/bin/teeq$' 'libteeq\.so$' 'libteeq\.a$' 'libteeq-scenario\.a$' 'libteeq-harness\.a$' 'harness\.h$' \
	'man1/teeq\.1$' 'bash-completion' 'schemas/' 'python/teeq\.py$' 'include/teeq/fuzz\.h$'
grep -v '^\./usr/' files && fail 'something is not below DESTDIR and the prefix'
program teeq::teeq teeq /usr/lib
program teeq::scenario teeq-scenario /usr/lib
program teeq::harness teeq-harness /usr/lib harness.c

installed static -DTEEQ_INSTALL_SHARED=OFF
lacks '\.so' 'teeqScenarioTargets'
holds 'libteeq\.a$' 'libteeq-scenario\.a$' 'libteeq-harness\.a$'
program teeq::teeq teeq /usr/lib
program teeq::scenario teeq-scenario /usr/lib
program teeq::harness teeq-harness /usr/lib harness.c

installed shared -DTEEQ_INSTALL_STATIC=OFF
lacks 'libteeq\.a' 'libteeq-scenario\.a' 'ScenarioStatic'
holds 'libteeq\.so$' 'libteeq-scenario\.so$' 'libteeq-harness\.a$'
program teeq::teeq teeq /usr/lib
program teeq::scenario teeq-scenario /usr/lib
program teeq::harness teeq-harness /usr/lib harness.c

cmake -S "$SOURCE_DIR" -B build -DTEEQ_INSTALL_SHARED=OFF -DTEEQ_INSTALL_STATIC=OFF >log 2>&1 && fail 'no library at all is accepted'
has log TEEQ_INSTALL_STATIC

installed no-harness -DTEEQ_HARNESS=OFF
lacks harness Harness
holds '/bin/teeq$' 'libteeq-scenario\.so$'
program teeq::scenario teeq-scenario /usr/lib

installed no-scenario -DTEEQ_SCENARIO=OFF
lacks '/bin/' libteeq-scenario Scenario '/man1/' '/test\.h$' '/fuzz\.h$'
holds 'libteeq\.so$' 'libteeq-harness\.a$'
program teeq::teeq teeq /usr/lib
program teeq::harness teeq-harness /usr/lib harness.c

installed elsewhere -DCMAKE_INSTALL_PREFIX=/opt/teeq -DCMAKE_INSTALL_LIBDIR=lib/here -DCMAKE_INSTALL_INCLUDEDIR=include/there
grep -v '^\./opt/teeq/' files && fail 'something is not below its prefix'
holds '/include/there/teeq/model\.h$' '/lib/here/libteeq\.so$'
program teeq::teeq teeq /opt/teeq/lib/here
program teeq::harness teeq-harness /opt/teeq/lib/here harness.c
echo "$count programs built and run"
