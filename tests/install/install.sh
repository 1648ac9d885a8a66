#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Install the build into a scratch prefix, move it, and build and run the consumer against it: by
# find_package and by pkg-config, shared and static.
#
# environment: SOURCE_DIR, BINARY_DIR, CC
set -eu

here=$SOURCE_DIR/tests/install
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CC
unset DESTDIR CFLAGS LDFLAGS PKG_CONFIG_SYSROOT_DIR

# quietly COMMAND...: what it says matters only if it fails.
quietly()
{
	"$@" >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
}

quietly cmake --install "$BINARY_DIR" --prefix "$scratch/first"
# Nothing installed may remember where it was put.
mv "$scratch/first" "$scratch/prefix"
prefix=$scratch/prefix

# Where something is not built, it says so before anything is installed; the command goes alone.
quietly cmake -S "$SOURCE_DIR" -B "$scratch/bare" -DTEEQ_TESTS=OFF
if cmake --install "$scratch/bare" --prefix "$scratch/none" >"$scratch/log" 2>&1 ||
	! grep -q 'is not built, so nothing' "$scratch/log" || [ -e "$scratch/none" ]; then
	echo 'what is not built was installed, or nothing said so:'
	cat "$scratch/log"
	exit 1
fi
if [ -f "$BINARY_DIR/teeq" ]; then
	quietly cmake --install "$BINARY_DIR" --prefix "$scratch/alone" --component command
	[ "$(cd "$scratch/alone" && find . -type f)" = ./bin/teeq ]
fi

pc=$(find "$prefix" -name teeq.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
libdir=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH
version=$(pkg-config --modversion teeq)

count=0
# expect_version WHAT PROGRAM: it runs, and says the version that was installed.
expect_version()
{
	said=$(LD_LIBRARY_PATH=$libdir "$2")
	if [ "$said" != "$version" ]; then
		echo "$1: expected $version, the consumer said '$said'"
		exit 1
	fi
	count=$((count + 1))
}

# expect_needs PROGRAM LIBRARY yes|no: whether it is loaded at run time.
expect_needs()
{
	if readelf -d "$1" | grep -q "NEEDED.*\[$2"; then needs=yes; else needs=no; fi
	if [ "$needs" != "$3" ]; then
		echo "$1: needs $2: expected $3, is $needs"
		exit 1
	fi
}

# The consumer calls nothing of the scenario library, so the linker is told to want one symbol of
# it; that brings in the loader and all that the loader needs.
names=teeq
wanted=
if [ -f "$PKG_CONFIG_PATH/teeq-scenario.pc" ]; then
	names='teeq teeq-scenario'
	wanted=$(nm -D --defined-only "$libdir/libteeq-scenario.so" |
		awk '$3 ~ /^teeq_/ && !name { name = $3 } END { print name }')
	if [ -z "$wanted" ]; then
		echo 'libteeq-scenario.so exports nothing'
		exit 1
	fi
fi

quietly cmake -G Ninja -S "$here" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$prefix" \
	-DCMAKE_C_COMPILER="$CC" -DWANTED_SYMBOL="$wanted"
quietly cmake --build "$scratch/build"
for program in "$scratch"/build/consumer_*; do
	expect_version "find_package, ${program##*/}" "$program"
done
expect_needs "$scratch/build/consumer_shared" libteeq.so.0 yes
expect_needs "$scratch/build/consumer_static" libteeq no

for name in $names; do
	want=
	[ "$name" = teeq ] || want=-Wl,--no-as-needed,-u,$wanted
	program=$scratch/pc-$name
	# pkg-config answers in words that the shell is meant to split.
	# shellcheck disable=SC2046,SC2086
	"$CC" $want $(pkg-config --cflags "$name") "$here/consumer.c" -o "$program-shared" \
		$(pkg-config --libs "$name")
	expect_version "pkg-config $name, shared" "$program-shared"
	expect_needs "$program-shared" "lib$name.so.0" yes
	# shellcheck disable=SC2046,SC2086
	"$CC" -static $want $(pkg-config --static --cflags "$name") "$here/consumer.c" \
		-o "$program-static" $(pkg-config --static --libs "$name")
	expect_version "pkg-config $name, static" "$program-static"
	expect_needs "$program-static" lib no
done

if [ -f "$PKG_CONFIG_PATH/teeq-harness.pc" ]; then
	# shellcheck disable=SC2046
	"$CC" -std=gnu11 $(pkg-config --cflags teeq-harness) "$here/harness.c" \
		-o "$scratch/pc-harness" $(pkg-config --libs teeq-harness)
	expect_version 'pkg-config teeq-harness' "$scratch/pc-harness"
	# But for what the compiler's instrumentation calls.
	others=$(nm -g --defined-only "$libdir/libteeq-harness.a" |
		awk 'NF == 3 && $3 !~ /^(teeq_|__tsan_|__[atu][sb]s?an_on_(error|report)$)/ { print $3 }')
	if [ -n "$others" ]; then
		echo "libteeq-harness.a shows more than teeq_*: $others"
		exit 1
	fi
fi

# What libteeq exports is its public API.
for library in "$libdir"/libteeq*.so; do
	others=$(nm -D --defined-only "$library" | awk '$2 != "A" && $3 !~ /^teeq_/ { print $3 }')
	if [ -n "$others" ]; then
		echo "${library##*/} exports more than teeq_*: $others"
		exit 1
	fi
done
echo "$count consumers built and run against teeq $version"
