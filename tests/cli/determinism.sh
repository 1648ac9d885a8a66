#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The same input and choices give the same bytes, whatever compiled them: everything that the command
# of this configuration prints is compared with what one built by clang prints, which is optimised
# where this one is not, and the other way round; and which was told that this machine's errno
# numbers are others.
set -eu

: "${TEEQ:?the path of the command}" "${SOURCE_DIR:?the root of the tree}"
command -v clang >/dev/null || { echo 'no clang'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$SOURCE_DIR"

case $BUILD_TYPE in
Debug) level=-O2 ;;
*) level=-O0 ;;
esac
# Without drivers: the headers of the harness would get into the way; without the command that needs MPI. And color.c says which functions of
# the C library it needs before it includes anything.
options="$level -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -Iinclude -Isrc"
# shellcheck disable=SC2086
clang $options -c -o "$work/color.o" src/cli/color.c
# shellcheck disable=SC2046,SC2086
clang $options -include tests/cli/other_errno.h -o "$work/other" \
	$(find src -name '*.c' ! -path 'src/harness/*' ! -path 'src/driver/*' ! -path 'src/cli/driver/*' \
		! -path 'src/mpi/*' ! -path src/cli/color.c) \
	"$work/color.o" "$BINARY_DIR/frames_table.c" "$BINARY_DIR/page_parts.c" \
	$(pkg-config --cflags --libs yaml-0.1 jansson zlib) -lpthread -ldl

# What would go round for ever is cut: it has said all that it says after some thousand steps.
outputs() {
	teeq=$1
	for file in examples/scenarios/*.yaml; do
		for policy in untracked v4 v8 mainline repaired; do
			echo "== $file $policy"
			for trace in text json; do
				"$teeq" run "$file" --policy "$policy" --steps 3000 --seed 7 --trace "$trace" || true
			done
			"$teeq" run "$file" --policy "$policy" --steps 3000 --strategy round-robin || true
			"$teeq" run "$file" --policy "$policy" --steps 3000 --runs 50 || true
			case $file in
			*wide*) ;;
			*) "$teeq" explore "$file" --policy "$policy" 2>/dev/null || true ;;
			esac
		done
		"$teeq" show "$file"
	done
	for seed in $(seq 30); do
		for trace in text json; do
			"$teeq" run tests/cli/errors.yaml --seed "$seed" --trace "$trace" || true
		done
	done
}
outputs "$TEEQ" >"$work/this.out"
outputs "$work/other" >"$work/other.out"
outputs "$TEEQ" >"$work/again.out"
lines=$(wc -l <"$work/this.out")
[ "$lines" -gt 5000 ] || { echo "only $lines lines to compare"; exit 1; }
for error in EBUSY ECOMM EINTR EINVAL ENOMEM ETIMEDOUT; do
	grep -q -- "-$error" "$work/this.out" || { echo "nothing fails with $error"; exit 1; }
done
cmp "$work/this.out" "$work/other.out"
cmp "$work/this.out" "$work/again.out"
echo "$lines lines are the same"
