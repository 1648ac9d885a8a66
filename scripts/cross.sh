#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Built for arm64, armhf (32 bits) and s390x (big endian) by Debian's cross compilers, and run by qemu: the
# command says the same bytes of every example as here, hashes included, and the unit tests, those of the
# harness and the fuzz corpora pass. Headers and libraries of the other architectures are unpacked from
# Debian's mirror, once, below build/cross; nothing of them is installed.
#
# usage: cross.sh [arm64 | armhf | s390x]...		default: all three
# environment: TEEQ: the command to compare with, default build/release/teeq, which is built;
#	MIRROR: default http://deb.debian.org/debian; CORPUS: how many of the examples, default all
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$PWD/build/cross
mirror=${MIRROR:-http://deb.debian.org/debian}
packages=libc6-dev,libyaml-dev,libjansson-dev,libncurses-dev,libcmocka-dev,libxxhash-dev,zlib1g-dev
mkdir -p "$folder"

fail()
{
	echo "cross.sh: $1" >&2
	exit 1
}

# of ARCHITECTURE: the compiler's triplet, and what qemu calls it.
names_of()
{
	case $1 in
	arm64) triplet=aarch64-linux-gnu qemu=qemu-aarch64 ;;
	armhf) triplet=arm-linux-gnueabihf qemu=qemu-arm ;;
	s390x) triplet=s390x-linux-gnu qemu=qemu-s390x ;;
	*) fail "there is no architecture $1; there are arm64, armhf and s390x" ;;
	esac
	root=$folder/sysroot-$1
}

# Each by its name and the package that has it.
check_tools()
{
	local missing=
	for tool in "$triplet-gcc gcc-$triplet" "$qemu qemu-user" 'mmdebstrap mmdebstrap' 'cmake cmake' \
		'ninja ninja-build'; do
		command -v "${tool% *}" >/dev/null || missing+=" ${tool#* }"
	done
	[ -z "$missing" ] || fail "$1 needs:$missing (apt-get install$missing)"
}

# Anew where the list of packages is another one, and then nothing that was built stays.
make_sysroot()
{
	[ "$(cat "$root.complete" 2>/dev/null)" != "$packages" ] || return 0
	rm -rf "$root" "$root.complete" "${folder:?}/$1"
	mmdebstrap --quiet --variant=extract --architectures="$1" --include="$packages" \
		bookworm "$root" "deb $mirror bookworm main" >"$folder/log" 2>&1 ||
		fail "no packages of $1: $(tail -n 3 "$folder/log")"
	echo "$packages" >"$root.complete"
}

# The programs of these folders of tests, and the fuzz targets.
programs()
{
	for test in tests/unit/test_*.c tests/harness/test_*.c fuzz/fuzz_*.c; do
		name=${test##*/}
		name=${name%.c}
		case $test in
		fuzz/*) echo "$name" ;;
		*) echo "$(basename "$(dirname "$test")")_${name#test_}" ;;
		esac
	done
}

build_for()
{
	cat >"$folder/$1.cmake" <<-END
		set(CMAKE_SYSTEM_NAME Linux)
		set(CMAKE_SYSTEM_PROCESSOR ${qemu#qemu-})
		set(CMAKE_C_COMPILER $triplet-gcc)
		set(CMAKE_SYSROOT $root)
		set(CMAKE_FIND_ROOT_PATH $root)
		set(CMAKE_LIBRARY_ARCHITECTURE $triplet)
		set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
		set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
		set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
		set(CMAKE_CROSSCOMPILING_EMULATOR $qemu;-L;$root)
	END
	# For the build, too, which configures again where files are new.
	export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig
	cmake -G Ninja -S . -B "$folder/$1" -DCMAKE_TOOLCHAIN_FILE="$folder/$1.cmake" \
		-DCMAKE_BUILD_TYPE=RelWithDebInfo -DTEEQ_WERROR=ON >"$folder/log" 2>&1 ||
		fail "$1 does not configure: $(tail -n 20 "$folder/log")"
	# Names of targets, meant to be split.
	# shellcheck disable=SC2046
	cmake --build "$folder/$1" --target teeq example_flagship example_diagnose $(programs) -- -k 0 \
		>"$folder/log" 2>&1 || fail "$1 does not build: $(grep -E '(error|undefined reference): ?|^FAILED' "$folder/log" | head -n 20)"
}

# what PROGRAM...: what it says of every example, of searches of each and of many runs.
what()
{
	for file in $corpus; do
		for policy in untracked mainline v4; do
			"$@" run "$file" --policy $policy --seed 1 --steps 2000 --trace json 2>&1
			echo "status $?"
		done
	done
	# Budgets end some of them: what was visited by then depends on the order of everything.
	for file in $corpus; do
		"$@" explore "$file" --max-states 1000 --json 2>/dev/null
		echo "status $?"
	done
	"$@" explore examples/scenarios/rpmb-scmi.yaml --policy untracked --json 2>/dev/null
	"$@" explore examples/scenarios/nested-system-small.yaml --all --trace text 2>/dev/null
	"$@" run examples/scenarios/absorbed-wake.yaml --runs 200 --json 2>&1
}

corpus=$(find examples/scenarios -name '*.yaml' | sort | head -n "${CORPUS:-100000}")
if [ -z "${TEEQ:-}" ]; then
	TEEQ=build/release/teeq
	cmake --preset release >"$folder/log" 2>&1 &&
		cmake --build --preset release --target teeq >>"$folder/log" 2>&1 ||
		fail "the command does not build: $(tail -n 20 "$folder/log")"
fi
what "$TEEQ" >"$folder/here" || true
hashes=$(grep -c '"event_hash"' "$folder/here") || fail 'the examples did not run'

[ $# -gt 0 ] || set -- arm64 armhf s390x
for architecture; do
	names_of "$architecture"
	check_tools "$architecture"
done
for architecture; do
	names_of "$architecture"
	make_sysroot "$architecture"
	build_for "$architecture"
	what "$qemu" -L "$root" "$folder/$architecture/teeq" >"$folder/there" || true
	cmp -s "$folder/here" "$folder/there" ||
		fail "$architecture says otherwise: $(diff "$folder/here" "$folder/there" | head -n 4 | cut -c 1-300)"
	for program in flagship diagnose; do
		"$qemu" -L "$root" "$folder/$architecture/examples/$program" >"$folder/log" ||
			fail "$architecture: $program ends otherwise: $(tail -n 3 "$folder/log")"
	done
	# What starts other programs itself cannot do so by an emulator.
	ctest --test-dir "$folder/$architecture" -R '^(unit|harness|fuzz)/' \
		-E '^(unit/asserts|harness/(page|records|sanitizers|instrumented)|fuzz/(finding|keys))$' \
		--output-on-failure >"$folder/log" 2>&1 || fail "$architecture: $(tail -n 60 "$folder/log")"
	tests=$(sed -n 's/^100% tests passed, 0 tests failed out of //p' "$folder/log")
	[ "${tests:-0}" -ge 60 ] || fail "$architecture: too few tests ran: $(tail -n 3 "$folder/log")"
	echo "$architecture: $hashes hashes and all else as here; $tests tests pass"
done
