#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the tables of the pages say of each scenario under each policy is what a search finds: which kinds of
# ends there are (docs/policies.md), and how few steps lead to the nearest (docs/findings.md). flagship-wide
# takes too long for that here; conformance/corpus has its steps.
. "$(dirname "$0")/_common.sh"

# cells PAGE HEAD: "scenario policy cell" for each cell of the table whose head begins so.
cells()
{
	awk -F ' *[|] *' -v head="$2" '
		index($0, head) == 1 {
			for (i = 2; i < NF; i++) {
				column[i] = $i
				gsub(/`/, "", column[i])
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

# search ARGUMENT...: whether something is found or not.
search()
{
	local status=0
	"$TEEQ" explore "$@" >out 2>err </dev/null || status=$?
	[ "$status" -le 1 ] || fail "teeq explore $*: status $status"
}

# The letters that the pages have for the ends of a search, and for its nearest.
kinds()
{
	awk '
		/^livelock/ { letters = "R" }
		/^ends: / {
			if (/ deadlock /) letters = letters ", D"
			if (/ lost-wakeup /) letters = letters ", L"
			if (/ violation /) letters = letters ", V"
		}
		END { sub(/^, /, "", letters); print letters == "" ? "ok" : letters }' out
}

nearest()
{
	awk '
		/^(deadlock|lost-wakeup|violation|livelock).* after [0-9]+ steps/ {
			letter["deadlock"] = "D"; letter["lost-wakeup"] = "L"
			letter["violation"] = "V"; letter["livelock"] = "R"
			match($0, / after [0-9]+/)
			print substr($0, RSTART + 7, RLENGTH - 7), letter[$1]
			found = 1
			exit
		}
		END { if (!found) print "–" }' out
}

# table PAGE HEAD LEAST READ OPTION...: each cell is what READ makes of a search with the options.
table()
{
	local page=$1 head=$2 least=$3 read=$4 count=0 scenario policy cell
	shift 4
	cells "$page" "$head" >cells
	while read -r scenario policy cell; do
		search "$SOURCE_DIR/examples/scenarios/$scenario.yaml" --policy "$policy" "$@"
		[ "$("$read")" = "$cell" ] ||
			fail "$page: $scenario under $policy: '$cell' is told, '$("$read")' found"
		count=$((count + 1))
	done <cells
	[ "$count" -ge "$least" ] || fail "$page: only $count cells found"
	echo "$page: $count cells"
}

table docs/policies.md '| scenario | `untracked`' 300 kinds --all
table docs/findings.md '| finding | scenario |' 300 nearest

# Each scenario that is no report stands in the table of the policies.
for file in "$SOURCE_DIR"/examples/scenarios/*.yaml; do
	name=$(basename "$file" .yaml)
	case $name in
	field-*) ;;
	*) has "$SOURCE_DIR/docs/policies.md" "| \`$name\` |" ;;
	esac
done
