#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# page.sh: what docs/driver.md shows of the command is what it prints, with the kernel that the page names. Runs on
# threads are not the same the next time, and are left out.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/cli/_pages.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
page=$SOURCE_DIR/docs/driver.md

unpack 6.12 "$scratch/linux-source-6.12"
unpack 6.1 "$scratch/linux-source-6.1"
expect 0 driver build linux-source-6.12 -o optee.so
[ "$(cat out)" = "$(grep '^optee.so: Linux ' "$page")" ] || skip "the page is about another tree: $(cat out)"
expect 0 driver build linux-source-6.1 -o linux-6.1.so
ln -s "$SOURCE_DIR/examples" examples

count=0
cases "$page"
for file in case-*.command; do
	# Some are shown without what they print, and are about a file of the reader's.
	if [ ! -s "${file%.command}.shown" ] || grep -q 'stress\|my-board' "$file"; then
		continue
	fi
	bash -c "$(cat "$file")" >found 2>err </dev/null
	compare "${file%.command}.shown" found || fail "$page: $(cat "$file")"
	count=$((count + 1))
done
[ "$count" -ge 4 ] || fail "only $count commands found"
echo "$count commands print what the page says"
