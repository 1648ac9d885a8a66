#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# driver-threads.sh TREE [RUNS]: the driver of a kernel tree on the machine's threads under ThreadSanitizer, RUNS times (default 2000)
# with each scenario of the corpus and of tests/driver that can be run so. The tests do it a few times; this is for minutes.
# Status 1: a race was told, or a run ended as none on fibers does; the reports are left in the folder that is named.
#
# environment: TEEQ, a command of `cmake --preset tsan` (default: build/tsan/teeq)
set -u
cd "$(dirname "$0")/.." || exit 2
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: $0 TREE [RUNS]" >&2
	exit 2
fi
teeq=${TEEQ:-build/tsan/teeq}
tree=$1
runs=${2:-2000}
folder=$(mktemp -d)
TSAN_OPTIONS=exitcode=66:halt_on_error=0
export TSAN_OPTIONS

"$teeq" driver build "$tree" -o "$folder/driver.so" --sanitize thread || exit 2
files=0 refused=0 made=0 points=0 bad=0
for file in examples/scenarios/*.yaml tests/driver/scenarios/*.yaml; do
	name=$(basename "$file" .yaml)
	status=0
	"$teeq" stress --driver "$folder/driver.so" --runs "$runs" --steps 2000 "$file" >"$folder/$name.out" 2>"$folder/$name.err" || status=$?
	# "N runs on threads, M points: ..." is the last line of a file that ran.
	read -r ran at < <(sed -n 's/^\([0-9]*\) runs on threads, \([0-9]*\) points:.*/\1 \2/p' "$folder/$name.out")
	if [ "$status" -eq 2 ]; then
		refused=$((refused + 1))
	elif [ "$status" -gt 3 ] || [ -z "${ran:-}" ] || grep -q 'WARNING: ThreadSanitizer' "$folder/$name.err"; then
		bad=$((bad + 1))
		echo "$file: status $status, see $folder/$name.err"
	else
		files=$((files + 1)) made=$((made + ran)) points=$((points + at))
	fi
	[ "$status" -gt 3 ] || [ "$bad" -gt 0 ] || rm -f "$folder/$name.out" "$folder/$name.err"
done
echo "$files files ran, $made runs on threads, $points points; $refused files are refused; $bad with a race or another end"
[ "$bad" -eq 0 ] || exit 1
rm -r "$folder"
