#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What programs that were linked with an older libteeq rely on: the functions of both shared libraries, and the
# layout of what they take and return, compared by libabigail with what tests/package/*.abi says of them. What is
# only new is no difference. The reference is that of amd64, made by gcc.
#
# usage: abi.sh			exit status 1, with libabigail's account of it, where the interface is another one
#        abi.sh --renew		write the reference anew, in a release that is to differ
# environment: ABI_REFERENCE: another folder with a reference
set -euo pipefail
cd "$(dirname "$0")/.."
reference=${ABI_REFERENCE:-tests/package}

for tool in abidw abidiff; do
	command -v $tool >/dev/null || { echo "abi.sh: no $tool (apt-get install abigail-tools)" >&2; exit 77; }
done
[ "$(uname -m)" = x86_64 ] || { echo "abi.sh: there is a reference of x86_64 only" >&2; exit 77; }

# Kept from one call to the next, so that only what changed is built again.
build=build/abi
mkdir -p build
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake -G Ninja -S . -B $build -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug \
	-DCMAKE_C_FLAGS_DEBUG="-g -O0 -fdebug-prefix-map=$PWD=." -DTEEQ_TESTS=OFF -DTEEQ_HARNESS=OFF >"$log" 2>&1 &&
	cmake --build $build --target teeq_shared teeq_scenario_shared >>"$log" 2>&1 ||
	{ tail -n 30 "$log" >&2; echo 'abi.sh: the libraries do not build' >&2; exit 2; }

status=0
for library in libteeq libteeq-scenario; do
	# What a header only names, like struct teeq_world, is nobody's business but the library's.
	abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-parameter-names --no-elf-needed \
		--exported-interfaces-only --no-write-default-sizes --type-id-style hash \
		--drop-private-types --headers-dir include --out-file $build/$library.abi $build/$library.so
	if [ "${1:-}" = --renew ]; then
		cp $build/$library.abi "$reference/$library.abi"
	else
		abidiff --no-added-syms "$reference/$library.abi" $build/$library.abi || status=1
	fi
done
exit $status
