#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The same input and choices give the same bytes, whatever compiled them: the command is built by
# gcc without optimisation and by clang with it, and everything that both print is compared.
set -eu

for compiler in gcc clang; do
	command -v "$compiler" >/dev/null || { echo "no $compiler"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR"

build() {
	compiler=$1
	level=$2
	# The command has no part in the harness, whose headers would get into its way.
	# shellcheck disable=SC2046
	"$compiler" "$level" -std=c11 -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc -o "$work/$compiler" \
		$(find src -name '*.c' ! -path 'src/harness/*') $(pkg-config --cflags --libs yaml-0.1 jansson) -lpthread -ldl
}
build gcc -O0 &
build clang -O2
wait

outputs() {
	teeq=$1
	for file in examples/scenarios/*.yaml; do
		for policy in untracked v4 v8 mainline repaired; do
			echo "== $file $policy"
			for trace in text json; do
				"$teeq" run "$file" --policy "$policy" --seed 7 --trace "$trace" || true
			done
			"$teeq" run "$file" --policy "$policy" --strategy round-robin || true
			"$teeq" run "$file" --policy "$policy" --runs 50 || true
			case $file in
			*wide*) ;;
			*) "$teeq" explore "$file" --policy "$policy" 2>/dev/null || true ;;
			esac
		done
		"$teeq" show "$file"
	done
}
outputs "$work/gcc" >"$work/gcc.out"
outputs "$work/clang" >"$work/clang.out"
outputs "$work/clang" >"$work/again.out"
lines=$(wc -l <"$work/gcc.out")
[ "$lines" -gt 5000 ] || { echo "only $lines lines to compare"; exit 1; }
cmp "$work/gcc.out" "$work/clang.out"
cmp "$work/clang.out" "$work/again.out"
echo "$lines lines are the same"
