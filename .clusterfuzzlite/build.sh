#!/bin/bash -eu
# SPDX-License-Identifier: BSD-2-Clause
# Build the fuzz targets as OSS-Fuzz and ClusterFuzzLite want them: from $CC, $CFLAGS and
# $LIB_FUZZING_ENGINE, with libraries that the machine that runs them need not have, into $OUT.
: "${WORK:=$(mktemp -d)}"

cmake -S . -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DTEEQ_FUZZ=ON -DTEEQ_TESTS=OFF \
	-DTEEQ_FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
	-DCMAKE_PROJECT_INCLUDE="$PWD/.clusterfuzzlite/static.cmake"
cmake --build "$WORK/build" --target teeq_fuzz_targets

mkdir -p "$OUT/scenarios"
cp examples/scenarios/*.yaml fuzz/scenarios/*.yaml "$OUT/scenarios"
for source in fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	cp "$WORK/build/fuzz/$name" "$OUT"
	corpora=("fuzz/corpus/${name#fuzz_}")
	[ "$name" != fuzz_model ] || corpora=(fuzz/corpus/reserve_release)
	[ "$name" != fuzz_scenario ] || corpora+=(examples/scenarios fuzz/scenarios)
	find "${corpora[@]}" -type f -print0 | xargs -0 zip -q -j "$OUT/${name}_seed_corpus.zip"
	dictionary=fuzz/dictionaries/${name#fuzz_}.dict
	[ ! -f "$dictionary" ] || cp "$dictionary" "$OUT/$name.dict"
done
