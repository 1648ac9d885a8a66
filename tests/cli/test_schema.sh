#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The JSON Schemas of docs/schemas: every scenario of the tree is one by the schema, what teeq refuses for its
# shape the schema refuses, the pages name the keys that it has; and what every subcommand says with --json is
# what the schema says of it.
. "$(dirname "$0")/_common.sh"
python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null ||
	{ echo 'no python3-jsonschema or python3-yaml'; exit 77; }
schema=$SOURCE_DIR/tests/cli/schema.py
ask()
{
	python3 "$schema" "$@" 2>err || fail "$(cat err)"
}
write_rpmb
write_nested

ask scenarios "$SOURCE_DIR"/examples/scenarios/*.yaml "$SOURCE_DIR"/fuzz/scenarios/*.yaml \
	"$SOURCE_DIR"/tests/driver/scenarios/*.yaml
expect 0 show rpmb.yaml
cp out whole.yaml
ask scenarios whole.yaml
ask keys "$SOURCE_DIR/docs/scenarios.md" "$SOURCE_DIR/docs/keys.md"

# One mistake each, which both refuse.
number=0
while IFS= read -r mistake; do
	number=$((number + 1))
	sed "$mistake" rpmb.yaml >"bad-$number.yaml"
	cmp -s rpmb.yaml "bad-$number.yaml" && fail "'$mistake' changes nothing"
	expect 2 show "bad-$number.yaml"
	ask refuses "bad-$number.yaml"
done <<'END'
s/teeq: 1/teeq: 2/
s/threads: 2/threads: 17/
s/threads: 2/threads: two/
s/threads: 2/threadz: 2/
s/name: rpmb-scmi/name: Rpmb/
s/name: rpmb-scmi//
s/system: true/system: 1/
s/- lock: emmc/- lokc: emmc/
s/- lock: emmc/- lock: [emmc]/
s/- lock: emmc/- {lock: emmc, unlock: emmc}/
s/{rpc: rpmb}/{call: {}}/
s/by: caller/by: nobody/
s/count: 2/count: 0/
s/mainline: done/mainline: dnoe/
s/clients:/client:/
END

# Every subcommand that has --json; what they say is in the file lines.
failing=$("$TEEQ" run nested.yaml --seed 6 --json | sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p')
[ -n "$failing" ] || fail 'the example does not fail'
say()
{
	local status=0
	"$TEEQ" "$@" >>lines 2>err </dev/null || status=$?
	[ "$status" -le 1 ] || [ "$status" -eq 3 ] || fail "teeq $*: status $status"
}
all_of() # COMMAND
{
	: >lines
	case $1 in
	run)
		say run rpmb.yaml --policy untracked --seed 1 --trace json
		say run rpmb.yaml --runs 10 --json
		say run rpmb.yaml --runs 10 --shard 1/2 --json
		for file in field-optee-1919 storage two-guests v4-release-window arguments; do
			file=$SOURCE_DIR/examples/scenarios/$file.yaml
			[ ! -f "$file" ] || say run "$file" --strategy pct --json
		done
		;;
	replay) say replay nested.yaml "$failing" --trace json ;;
	explore)
		say explore rpmb.yaml --json
		say explore rpmb.yaml --policy untracked --all --json
		say explore rpmb.yaml --policy untracked --max-states 3 --json
		say explore rpmb.yaml --preemptions 9 --max-states 5 --json
		say explore rpmb.yaml --bit-state 64K --json
		;;
	shrink) say shrink nested.yaml "$failing" --json ;;
	explain) say explain nested.yaml "$failing" --json ;;
	check)
		sed 's/mainline: done/mainline: deadlock/' rpmb.yaml >wrong.yaml
		say check rpmb.yaml wrong.yaml --json
		say check rpmb.yaml wrong.yaml --shard 1/2 --json
		;;
	minimum)
		say minimum rpmb.yaml --policy untracked --json
		say minimum rpmb.yaml --policy untracked --most 1 --json
		;;
	compare)
		say compare rpmb.yaml --client app --json
		say compare rpmb.yaml --max-states 3 --json
		;;
	sweep)
		say sweep rpmb.yaml --threads 0..3 --clients app=1..2 --json
		say sweep rpmb.yaml --threads 0..3 --shard 1/3 --json
		;;
	merge)
		for work in 'run rpmb.yaml --runs 10' 'check rpmb.yaml' 'sweep rpmb.yaml --threads 0..2'; do
			# The words are several on purpose.
			# shellcheck disable=SC2086
			"$TEEQ" $work --shard 1/1 --json >part
			say merge part --json
		done
		;;
	conform)
		say conform "$SOURCE_DIR/tests/recordings/linux-6.12.jsonl" --policy v9 --json
		;;
	stress) say stress rpmb.yaml --rounds 5 --json ;;
	new) say new board --json ;;
	lint)
		sed 's/locks: \[emmc\]/locks: [emmc, unused]/' rpmb.yaml >unused.yaml
		say lint rpmb.yaml --json
		say lint unused.yaml --json
		;;
	policies) say policies --json ;;
	show) say show rpmb.yaml --json ;;
	diagnose) for log in "$SOURCE_DIR"/tests/field/logs/*.log; do say diagnose "$log" --json; done ;;
	trace) for trace in "$SOURCE_DIR"/tests/field/traces/*.txt; do say trace "$trace" --json; done ;;
	*) fail "no example of $1" ;;
	esac
}
expect 0 --help
for command in $(sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p' out | grep -vx help); do
	expect 0 "$command" --help
	grep -q '^ *--json ' out || continue
	# What driver says of is a file that a test with kernels makes.
	[ "$command" = driver ] && continue
	all_of "$command"
	ask output "$command" <lines
done
