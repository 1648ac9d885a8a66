#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the tables of the pages say of each scenario under each policy is what a search finds: which kinds of
# ends there are (docs/policies.md), and how few steps lead to the nearest (docs/findings.md). flagship-wide
# takes too long for that here; conformance/corpus has its steps.
. "$(dirname "$0")/_common.sh"
corpus=$SOURCE_DIR/examples/scenarios

# cells PAGE HEAD: "scenario policy cell" for each cell of the table whose head begins so.
cells()
{
	awk -F ' *[|] *' -v head="$2" '
		index($0, head) == 1 {
			gsub(/`/, "")
			for (i = 2; i < NF; i++) {
				column[i] = $i
				if ($i == "scenario")
					scenario = i
			}
			next
		}
		!scenario || /^[|] ---/ { next }
		!/^[|]/ { exit }
		{
			gsub(/`/, "")
			if ($scenario != "flagship-wide")
				for (i = scenario + 1; i < NF; i++)
					print $scenario, column[i], $i
		}' "$SOURCE_DIR/$1"
}

# The same of a search of everything, for each cell that is told.
find_kinds()
{
	local scenario policy status
	while read -r scenario policy _; do
		echo "== $scenario $policy"
		status=0
		"$TEEQ" explore --all --policy "$policy" "$corpus/$scenario.yaml" 2>err </dev/null || status=$?
		[ "$status" -le 1 ] || echo "status $status"
	done <told | awk '
		function tell() { if (cell) print cell, letters == "" ? "ok" : substr(letters, 3) }
		/^== / { tell(); cell = $2 " " $3; letters = "" }
		/^livelock/ { letters = ", R" }
		/^ends: / {
			if (/ deadlock /) letters = letters ", D"
			if (/ lost-wakeup /) letters = letters ", L"
			if (/ violation /) letters = letters ", V"
		}
		/^status / { letters = "  " $0 }
		END { tell() }'
}

find_nearest()
{
	local scenario
	cut -d ' ' -f 1 told | uniq | while read -r scenario; do
		echo "== $scenario"
		"$TEEQ" compare "$corpus/$scenario.yaml" 2>err </dev/null || echo "status $?"
	done | awk '
		BEGIN {
			letter["deadlock"] = "D"; letter["lost-wakeup"] = "L"
			letter["violation"] = "V"; letter["livelock"] = "R"
		}
		/^== / { scenario = $2 }
		$2 == "done" { print scenario, $1, "–" }
		$2 in letter { print scenario, $1, $3, letter[$2] }
		/^status / { print scenario, $0 }'
}

# table PAGE HEAD FIND: what the table tells is what is found.
table()
{
	cells "$1" "$2" >told
	[ "$(wc -l <told)" -ge 300 ] || fail "$1: only $(wc -l <told) cells found"
	"$3" >found
	cmp -s told found || fail "$1: $(diff told found | head -n 6)"
	echo "$1: $(wc -l <told) cells"
}

table docs/policies.md '| scenario | `untracked`' find_kinds
# Each scenario that is no report stands in that table.
for file in "$corpus"/*.yaml; do
	name=$(basename "$file" .yaml)
	case $name in
	field-* | flagship-wide) ;;
	*) grep -q "^$name " told || fail "docs/policies.md does not have $name" ;;
	esac
done
table docs/findings.md '| finding | scenario |' find_nearest
