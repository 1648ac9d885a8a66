#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The manual pages, made anew: one for each subcommand, with each of its options, and nothing in them that
# mandoc warns of. And what is written by hand speaks of functions and pages that there are.
. "$(dirname "$0")/_common.sh"

sh "$SOURCE_DIR/scripts/man.sh" "$TEEQ" man || fail 'no pages'
expect 0 --help
commands=$(sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p' out | grep -vx help)
[ "$(echo "$commands" | wc -l)" -ge 12 ] || fail 'the list of commands was not read'
for command in $commands; do
	page=man/man1/teeq-$command.1
	[ -s "$page" ] || fail "no page of $command"
	"$TEEQ" "$command" --help | sed -n 's/^ \{2,6\}\(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p' >options
	while read -r option; do
		grep -q "^\.It .*Fl Fl $option\( \|$\)" "$page" || fail "$page: no --$option"
	done <options
	[ "$(grep -c '^\.It .*Fl Fl' "$page")" -ge "$(wc -l <options)" ] || fail "$page: options are missing"
	grep -q "^\.Xr teeq-$command 1" man/man1/teeq.1 || fail "teeq(1) does not lead to $command"
done
"$TEEQ" run --driver x --help | sed -n 's/^usage: *\|^  *\(teeq .* --driver \)/\1/p' | sed 's/--/\\-\\-/g' >usages
[ "$(wc -l <usages)" -ge 5 ] || fail 'what is said of drivers was not read'
while read -r usage; do
	has_line man/man1/teeq-driver.1 ".Dl $usage"
done <usages
for key in $(sed -n 's/^| `\([a-z][a-z-]*\)` | .*/\1/p' "$SOURCE_DIR/docs/scenarios.md"); do
	grep -qF -- "$key" man/man5/teeq-scenario.5 || fail "teeq-scenario(5) has no $key"
done
for name in $(sed -n 's/^\.Fn \(teeq_[a-z_]*\).*/\1/p' man/man3/libteeq.3 | sort -u); do
	grep -q "[ *]$name(" "$SOURCE_DIR"/include/teeq/*.h || fail "libteeq(3): there is no $name()"
done
sed -n 's/^\.Xr \([a-z-]*\) \([1-7]\).*/man\2\/\1.\2/p' man/man*/* | sort -u >pages
while read -r page; do
	[ -s "man/$page" ] || fail "a page leads to $page, which is not there"
done <pages

command -v mandoc >/dev/null || { echo 'no mandoc: nothing was checked by it'; exit 77; }
for page in man/man*/*; do
	mandoc -T lint -W warning "$page" >lint || fail "$(cat lint)"
done
