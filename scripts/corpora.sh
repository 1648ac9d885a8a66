#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Make the corpora in fuzz/corpus anew: seeds from the scenarios, the recordings and nothing in
# particular, some fuzzing, and of all that and what was there the least that reaches as much.
# Inputs whose names begin with "regression-" stay.
#
# usage: corpora.sh [SECONDS [TARGET...]]	fuzzing of each target; default: 60, all of them
set -euo pipefail
cd "$(dirname "$0")/.."
LC_ALL=C
export LC_ALL

seconds=${1:-60}
shift $(($# > 0 ? 1 : 0))
targets=${*:-reserve_release model smc schedule tables scenario recording schedule_text interface}
bin=build/fuzz-fast/fuzz
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' INT TERM

cmake --preset fuzz-fast >/dev/null
cmake --build --preset fuzz-fast --target teeq_fuzz_targets >/dev/null

# bytes SEED COUNT: so many bytes, always the same for a seed, as octal escapes.
bytes()
{
	awk -v seed="$1" -v count="$2" 'BEGIN {
		srand(seed)
		for (i = 0; i < count; i++)
			printf "\\%03o", int(rand() * 256)
	}'
}

# random_seeds COUNT SIZE: that many inputs of that size.
random_seeds()
{
	for ((n = 0; n < $1; n++)); do
		# Escapes are what it is about.
		# shellcheck disable=SC2059
		printf "$(bytes "$n" "$2")" >"seed-$n"
	done
}

# How many there are: each has its row in the table of its source.
policies=$(sed -n '/policies\[\] = {/,/};/p' src/core/policies/table.c | grep -o '&policy_' | wc -l)

# Every scenario under every policy: its place on the ring is near some multiple of 256.
schedule_seeds()
{
	for ((place = 0; place < 256; place++)); do
		choices=$(bytes "$place" 40)
		for ((policy = 0; policy < policies; policy++)); do
			head="\\000\\$(printf %03o "$place")\\0$(printf %02o "$policy")"
			# shellcheck disable=SC2059
			printf "$head$choices" >"seed-$place-$policy"
		done
	done
}

recording_seeds()
{
	for driver in linux-6.1 linux-6.12; do
		awk -v name="$driver" 'length < 1500 && ++n <= 20 { print >("seed-" name "-" n) }' \
			"$root/tests/recordings/$driver.jsonl"
	done
}

# Every schedule that the pages show, and what follows its head.
schedule_text_seeds()
{
	grep -ho "teeq:1:[^']*" "$root"/docs/*.md "$root"/README.md | sort -u | head -n 60 |
		while read -r line; do
			n=$((${n:-0} + 1))
			printf %s "$line" >"seed-$n"
			printf '@%s' "${line#* }" >"seed-bare-$n"
		done
	printf '@app.0*3 app.1 app.0' >seed-short
}

# Every function, with no pointer NULL, with each one, and with all, in range and out of it.
interface_seeds()
{
	for ((scenario = 0; scenario < 3; scenario++)); do
		for ((null = 0; null < 10; null++)); do
			bits=$((null == 0 ? 0 : null == 9 ? 255 : 1 << (null - 1)))
			text="\\$(printf %03o "$scenario")\\$(printf %03o "$null")"
			for ((function = 0; function < 256; function++)); do
				((function % 64 < 20)) || continue
				for pair in '\000\000' '\001\002' '\377\346' '\342\001'; do
					text+="\\$(printf %03o "$function")\\$(printf %03o "$bits")$pair"
				done
			done
			# shellcheck disable=SC2059
			printf "$text" >"seed-$scenario-$null"
		done
	done
}

seed()
{
	case $1 in
	reserve_release | model) random_seeds 200 50 ;;
	smc | tables) random_seeds 60 150 ;;
	interface) interface_seeds ;;
	schedule) schedule_seeds ;;
	recording) recording_seeds ;;
	schedule_text) schedule_text_seeds ;;
	esac
}

root=$PWD
for target in $targets; do
	corpus=fuzz/corpus/$target
	work=$scratch/$target
	mkdir -p "$corpus" "$work/seeds" "$work/found" "$work/least"
	(cd "$work/seeds" && seed "$target")
	options=(-seed=1 -entropic=0 -max_len=1200)
	[ ! -f "fuzz/dictionaries/$target.dict" ] ||
		options+=("-dict=fuzz/dictionaries/$target.dict")
	known=("$corpus" "$work/seeds")
	# These are replayed in any case: what counts is what reaches more.
	[ "$target" != scenario ] ||
		cp examples/scenarios/*.yaml fuzz/scenarios/*.yaml "$work/least"
	"$bin/fuzz_$target" "${options[@]}" -max_total_time="$seconds" "$work/found" \
		"$work/least" "${known[@]}" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
	# How often a line is reached matters to the queue's order, elsewhere only whether it is.
	counters=0
	[ "$target" != reserve_release ] || counters=1
	"$bin/fuzz_$target" -merge=1 -use_counters=$counters "$work/least" "$work/found" \
		"${known[@]}" >"$work/log" 2>&1
	rm -f "$work"/least/*.yaml
	# A mutilated licence line is still one to whoever collects them.
	grep -l -r -F SPDX-License-Identifier "$work/least" >"$work/named" || :
	while read -r input; do
		sed -i 's/SPDX-License-Identifier/a licence was named here/g' "$input"
		mv "$input" "$work/least/$(sha1sum <"$input" | cut -d ' ' -f 1)"
	done <"$work/named"
	find "$corpus" -type f ! -name 'regression-*' -exec rm -f {} +
	find "$work/least" -type f -exec mv {} "$corpus" \;
	echo "$target: $(find "$corpus" -type f | wc -l) inputs"
done
