#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq check and teeq show.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# row FILE POLICY EXPECTED WORD: a row of the table, and how it ends.
row()
{
	grep -q "^$1  *$2  *$3  .*  *$4\$" out || fail "expected a row: $1 $2 $3 ... $4"
}

expect 0 check rpmb.yaml nested.yaml --runs 500
is_empty err
row rpmb.yaml untracked deadlock ok
row rpmb.yaml mainline done ok
row nested.yaml mainline lost-wakeup ok
row nested.yaml repaired done ok
has out 'rpmb.yaml    untracked   deadlock     deadlock                found'
has out 'rpmb.yaml    mainline    done         done                    exhausted'
has_line out '4 expectations, 4 ok, 0 failed; each was decided by exhaustive search'

# Where a budget says so, and where it is asked for, it samples, and says it.
expect 0 check rpmb.yaml nested.yaml --runs 500 --max-states 3
tail -n 1 out | grep -q '^4 expectations, 4 ok, 0 failed; 4 sampled by at most 500 schedules each' ||
	fail 'no sum that says it sampled'
expect 0 check rpmb.yaml nested.yaml --runs 500 --max-states 30
tail -n 1 out | grep -q '; 1 sampled by .*; the others were decided by exhaustive search$' ||
	fail 'no sum that says it sampled'
row rpmb.yaml untracked deadlock ok
has out '  sampled           -      seed '
expect 0 check rpmb.yaml nested.yaml --runs 500 --sample
cp out one
lacks out exhausted
expect 0 check rpmb.yaml nested.yaml --runs 500 --max-memory 1
same out one
refuse 'it does not go with' check rpmb.yaml --sample --max-states 9
refuse 'is not a number of bytes' check rpmb.yaml --max-memory 1T

# A lost wake-up is a deadlock; a deadlock is not a lost wake-up.
sed 's/mainline: lost-wakeup/mainline: deadlock/' nested.yaml >kind.yaml
expect 0 check kind.yaml --runs 500
row kind.yaml mainline deadlock ok
sed 's/threads: 2/threads: 1/; s/untracked: deadlock/untracked: lost-wakeup/' rpmb.yaml >kind.yaml
for options in '' '--sample --runs 500'; do
	# shellcheck disable=SC2086
	expect 1 check kind.yaml $options
	row kind.yaml untracked lost-wakeup FAIL
done

# What fails says how to see it.
sed 's/untracked: deadlock/untracked: done/; s/mainline: done/mainline: deadlock/' rpmb.yaml >bad.yaml
expect 1 check bad.yaml --runs 500
row bad.yaml untracked done FAIL
row bad.yaml mainline deadlock FAIL
tail -n 1 out | grep -q '^2 expectations, 0 ok, 2 failed' || fail 'no sum'
sed -n 's/^ *see: //p' out >hints
lines hints 2
has_line hints 'teeq explore bad.yaml --policy=mainline'
hint=$(head -n 1 hints)
case $hint in
'teeq replay bad.yaml '*) ;;
*) fail "another hint: $hint" ;;
esac
status=0
eval "$hint" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$hint: status $status"
expect 1 check bad.yaml --runs 500 --sample
has out 'see: teeq run bad.yaml --policy=untracked --seed=1'

# One policy only.
expect 0 check rpmb.yaml nested.yaml --policy repaired --runs 50
row nested.yaml repaired done ok
lacks out mainline
has err 'rpmb.yaml: no expectation to check for policy repaired'
expect 2 check rpmb.yaml --policy v9 --runs 50
has err 'there was no expectation to check'

# A misspelt policy, or a file that cannot be read, does not pass; the others are still checked.
sed 's/mainline: done/main-line: done/' rpmb.yaml >misspelt.yaml
expect 2 check misspelt.yaml missing.yaml nested.yaml --runs 500
has err 'misspelt.yaml:21: expect.main-line: '
has err 'missing.yaml'
lacks out misspelt.yaml
row nested.yaml repaired done ok

# show: what it prints says the same.
for file in rpmb nested; do
	expect 0 show $file.yaml
	cp out shown.yaml
	expect 0 run $file.yaml --runs 100 --policy repaired
	cp out one
	expect 0 run shown.yaml --runs 100 --policy repaired
	same out one
	expect 0 show shown.yaml
	same out shown.yaml
done
exit 0
