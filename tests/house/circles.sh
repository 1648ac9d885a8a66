#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# No two files of a room call each other, not by way of others either: who reads one from the bottom up
# has read what it calls. It looks at what the objects of a build define and need, and first at three
# planted ones. Rooms that not every build has are named on the command line.
#
# usage: circles.sh [ROOM]...
# environment: SOURCE_DIR, BINARY_DIR, CC
set -eu
LC_ALL=C
export LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Where a room has one, it is to be removed, and the room to join these.
rooms="base abi core model run explore diagnose report scenario asserts threads field cli $*"

# circle OBJECT...: the files that remain when those are taken away, over and over, that need no other
# of them, or that no other needs; one a line, and nothing where there is no circle.
circle()
{
	for object; do
		name=${object##*/src/}
		nm "$object" | sed -n "s|^[0-9a-f]* *\([A-TV-Zu]\) \(.*\)|d \2 $name|p
			s|^ *U \(.*\)|u \1 $name|p"
	done | awk '
		$1 == "d" { home[$2] = $3; file[$3] }
		$1 == "u" { need[$3, $2]; file[$3] }
		END {
			for (key in need) {
				split(key, part, SUBSEP)
				if (part[2] in home && home[part[2]] != part[1])
					edge[part[1], home[part[2]]]
			}
			do {
				gone = 0
				split("", out)
				split("", in_)
				for (key in edge) {
					split(key, part, SUBSEP)
					out[part[1]]++
					in_[part[2]]++
				}
				for (name in file)
					if (!(name in out) || !(name in in_)) {
						delete file[name]
						for (key in edge) {
							split(key, part, SUBSEP)
							if (part[1] == name || part[2] == name)
								delete edge[key]
						}
						gone = 1
					}
			} while (gone)
			for (name in file)
				print name
		}' | sort
}

# plant NAME TEXT: an object of these functions.
plant()
{
	printf '%s\n' "$2" >"$scratch/$1.c"
	"$CC" -c -o "$scratch/$1.o" "$scratch/$1.c"
}

self_test()
{
	plant low 'int low(void) { return 1; }'
	plant middle 'int low(void); int middle(void) { return low(); }'
	plant high 'int low(void); int middle(void); int high(void) { return low() + middle(); }'
	[ -z "$(circle "$scratch"/*.o)" ] || { echo 'self-test: a circle where there is none'; exit 1; }
	plant low 'int high(void); int low(void) { return high(); }'
	[ "$(circle "$scratch"/*.o | wc -l)" -eq 3 ] ||
		{ echo 'self-test: a circle of three is not found'; exit 1; }
}

self_test
failed=0
for room in $rooms; do
	objects=()
	# A build keeps the objects of files that are gone.
	while read -r source; do
		for object in "$BINARY_DIR"/CMakeFiles/*.dir/"$source.o"; do
			[ ! -f "$object" ] || objects+=("$object")
		done
	done < <(cd "$SOURCE_DIR" && find "src/$room" -name '*.c' | sort)
	if [ "${#objects[@]}" -eq 0 ]; then
		echo "$room: no objects in $BINARY_DIR"
		failed=1
		continue
	fi
	found=$(circle "${objects[@]}")
	if [ -n "$found" ]; then
		echo "$room: these call each other in a circle:" $found
		failed=1
	else
		echo "$room: ${#objects[@]} files, no circle"
	fi
done
exit "$failed"
