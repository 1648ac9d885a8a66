#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the pages show of the command is what it prints, the schedules in them replay, and the steps that
# are shown below one are its steps.
. "$(dirname "$0")/_common.sh"
. "$SOURCE_DIR/tests/cli/_pages.sh"

ln -s "$SOURCE_DIR/examples" examples
ln -s "$SOURCE_DIR/tests" tests
# Of a file that stands in a page.
awk '/^```yaml/ { inside = 1; next } /^```/ { inside = 0 } inside' "$SOURCE_DIR/docs/findings.md" \
	>lost-threads.yaml

# steps PAGE: "SCENARIO'SCHEDULE'STEP" for each line that is shown of a trace below a schedule.
steps()
{
	awk '
		/^#/ { schedule = "" }
		/^    teeq replay [^ ]*[.]yaml \047[^\047]*\047$/ {
			schedule = substr($0, 17)
			sub(/ /, "", schedule)
			next
		}
		schedule && /^ +[0-9]+ +[a-z]/ { $1 = $1; print schedule $0 }' "$1"
}

commands=0
schedules=0
shown=0
for page in "$SOURCE_DIR"/README.md "$SOURCE_DIR"/docs/*.md; do
	rm -f case-*
	cases "$page"
	for file in case-*.command; do
		[ -f "$file" ] || continue
		# What needs a kernel's driver is run by driver/page.sh.
		! grep -q -- 'driver build\|--driver' "$file" || continue
		bash -c "$(cat "$file")" >out 2>err </dev/null
		cat out err >found
		compare "${file%.command}.shown" found || fail "$page: $(cat "$file")"
		commands=$((commands + 1))
	done

	# A path may be cut short; a command with "$ " was compared, and may fail on purpose. A digest
	# that is left out stands for any.
	grep -v '^    \$\|:\.\.\. ' "$page" | grep -o "teeq replay [^ ]*\.yaml '[^']*'" >schedules
	while IFS="' " read -r _ _ path schedule; do
		[ -f "$path" ] || path=examples/scenarios/$path
		status=0
		"$TEEQ" replay "$path" "${schedule%\'}" >out 2>err </dev/null || status=$?
		if [ "$status" -gt 1 ] || [ -s err ]; then
			fail "$page: the schedule does not replay: $schedule"
		fi
		schedules=$((schedules + 1))
	done <schedules

	# A page leaves columns out, and what others do: a step, its task, the credits behind it, the action.
	steps "$page" >steps
	last=
	while IFS="'" read -r path schedule step; do
		[ -f "$path" ] || path=examples/scenarios/$path
		if [ "$path$schedule" != "$last" ]; then
			"$TEEQ" replay --trace text "$path" "$schedule" >out 2>err </dev/null
			awk '/^ +[0-9]+  [a-z]/ { $4 = $5 = ""; $0 = $0; $1 = $1; print }' out >trace
			last=$path$schedule
		fi
		has_line trace "$step"
		shown=$((shown + 1))
	done <steps
done
[ "$commands" -ge 10 ] || fail "only $commands commands found"
[ "$schedules" -ge 30 ] || fail "only $schedules schedules found"
[ "$shown" -ge 100 ] || fail "only $shown steps found"
echo "$commands commands print what the pages say, $schedules schedules replay, $shown steps are theirs"
