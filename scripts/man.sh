#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manual pages: teeq(1) and one for each subcommand from what the command says to --help, teeq-scenario(5)
# from docs/scenarios.md, and those that are written by hand. Build and tests call it.
#
# usage: man.sh TEEQ FOLDER
set -eu
LC_ALL=C
export LC_ALL

[ $# -eq 2 ] || { echo 'usage: man.sh TEEQ FOLDER' >&2; exit 2; }
teeq=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/.." && pwd)
mkdir -p "$folder/man1" "$folder/man3" "$folder/man5" "$folder/man7"

# The day of the release, as pages have it.
date=$(sed -n 's/^## \[[0-9.]*\] - \([0-9-]*\)$/\1/p' "$source/CHANGELOG.md" | head -n 1)
date=$(echo "$date" | awk -F- '{
	split("January February March April May June July August September October November December", month, " ")
	print month[$2 + 0] " " $3 + 0 ", " $1
}')

# page NAME SUMMARY SEE: what --help says, on standard input, as a page.
page()
{
	awk -v name="$1" -v summary="$2" -v see="$3" -v date="$date" -f "$here/man-help.awk" >"$folder/man1/$1.1"
}

"$teeq" --help >"$folder/.help"
commands=$(sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p' "$folder/.help" | grep -v '^help$')
see=$(printf 'teeq-%s\n' $commands | sort | tr '\n' ' ')
page teeq 'find, explain and replay deadlocks of the OP-TEE driver' "$see" <"$folder/.help"
for command in $commands; do
	summary=$(sed -n "s/^  $command  *//p" "$folder/.help" | head -n 1)
	{
		"$teeq" "$command" --help
		# A driver is run by the other subcommands, whose help with one is the same for all.
		if [ "$command" = driver ]; then
			echo '== RUNNING ONE'
			"$teeq" run --driver x --help
		fi
	} | page "teeq-$command" "$summary" teeq
done
rm "$folder/.help"

awk -v date="$date" -f "$here/man-page.awk" "$source/docs/scenarios.md" >"$folder/man5/teeq-scenario.5"
for file in "$source"/docs/man/*.[357]; do
	sed "s/^\.Dd.*/.Dd $date/" "$file" >"$folder/man${file##*.}/${file##*/}"
done
