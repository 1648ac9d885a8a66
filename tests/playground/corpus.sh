#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The playground in Chromium, from a file: of every example under every policy a run and a search print there
# what the command prints here, verdicts and event hashes among it; and its buttons do what they say.
# scripts/playground.sh makes the page, which takes emscripten, and is not made here.
. "$(dirname "$0")/../cli/_common.sh"

page=${PLAYGROUND:-$SOURCE_DIR/build/playground/teeq.html}
[ -f "$page" ] || { echo "no $page: scripts/playground.sh makes it"; exit 77; }
for tool in chromium python3; do
	command -v $tool >/dev/null || { echo "no $tool: the playground was not opened"; exit 77; }
done
{
	sed '/^<\/body>/,$d' "$page"
	echo '<script>'
	cat "$SOURCE_DIR/tests/playground/corpus.js"
	echo '</script></body></html>'
} >test.html
python3 "$SOURCE_DIR/tests/playground/receive.py" chromium "$scratch/profile" "$scratch/test.html" 1700 >found ||
	fail 'the page did not come to its end'

# The same, here.
policies=$(sed -n "s/^const POLICIES = \[\(.*\)\];$/\1/p" "$SOURCE_DIR/playground/page.js" | tr -d "',")
[ "$(echo "$policies" | wc -w)" -eq "$("$TEEQ" policies --json | wc -l)" ] || fail 'policies are missing in the page'
count=0
for file in "$SOURCE_DIR"/examples/scenarios/*.yaml; do
	cp "$file" scenario.yaml
	name=$(basename "$file" .yaml)
	for policy in $policies; do
		for words in "run scenario.yaml --policy $policy --seed 1" "explore scenario.yaml --policy $policy --max-states 2000"; do
			echo "== $name $words"
			# Words without blanks.
			# shellcheck disable=SC2086
			"$TEEQ" $words 2>/dev/null </dev/null
			echo "status $?"
			count=$((count + 1))
		done
	done
done >wanted
sed '/^== clicks$/,$d' found >commands
same wanted commands
sed '1,/^== clicks$/d' found >clicks
cat >expected <<-'END'
	explore: Some schedule fails: the shortest is below.
	page: deadlock after 9 steps
	three threads: No schedule fails.
	step: step 0 of 0
	back: step 1 of 2
	run: step 9 of 9: deadlock
	shared: step 9 of 9: deadlock
	again: untracked, true
	wrong: The scenario is not right.
	marked: secure: {threads: none}
	a key: 4
END
cmp -s expected clicks || fail "expected: $(cat expected), found: $(cat clicks)"
[ "$(grep -c '^status 1$' wanted)" -gt 100 ] || fail 'hardly anything failed'
echo "$count runs and searches print the same in Chromium"
