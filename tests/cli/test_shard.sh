#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# --shard and teeq merge: what parts come to, joined, is to the byte what the whole command prints, and its status.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
sed 's/mainline: done/mainline: deadlock/' rpmb.yaml >wrong.yaml
sed '/expect:/,$d' rpmb.yaml >idle.yaml

# parts COUNT ARGUMENT...: all of them, in part.1, part.2 and so on.
parts()
{
	local count=$1 number
	shift
	rm -f part.*
	for number in $(seq "$count"); do
		"$TEEQ" "$@" --shard "$number/$count" --json >"part.$number" 2>/dev/null </dev/null || :
	done
}

# joins STATUS ARGUMENT...: in text and JSON, whatever the number of parts.
joins()
{
	local status=$1 count
	shift
	expect "$status" "$@"
	cp out text
	expect "$status" "$@" --json
	cp out json
	for count in 1 2 5 30; do
		parts "$count" "$@"
		expect "$status" merge part.*
		same out text
		is_empty err
		expect "$status" merge --json part.*
		same out json
	done
}

joins 1 run nested.yaml --runs 200
joins 1 run nested.yaml --runs 101 --strategy pct --depth 2 --seed 77
joins 0 run nested.yaml --runs 17 --policy repaired --workers 3
joins 3 run rpmb.yaml --runs 20 --steps 3 --set secure.threads=3
joins 1 check rpmb.yaml wrong.yaml nested.yaml
joins 0 check rpmb.yaml nested.yaml --policy mainline --workers 2
joins 3 check rpmb.yaml nested.yaml --sample --runs 30
joins 3 check nested.yaml --max-states 3 --runs 5
joins 0 sweep rpmb.yaml --clients app=1..3 --threads 0..3 --policy untracked --policy mainline
joins 3 sweep nested.yaml --threads 1..4 --client n --max-states 20 --set clients.n.count=2

# Whoever asks for other forms gets those.
expect 0 sweep rpmb.yaml --threads 1..3 --csv --html whole.html --svg whole.svg
cp out csv
parts 2 sweep rpmb.yaml --threads 1..3
expect 0 merge --csv --html joined.html --svg joined.svg part.*
same out csv
same whole.svg joined.svg
same whole.html joined.html
refuse 'is named for two kinds of output' merge --html x --svg ./x part.*
expect 1 check rpmb.yaml wrong.yaml --ktap --junit whole.xml --sarif whole.sarif
cp out ktap
parts 3 check rpmb.yaml wrong.yaml
expect 1 merge --ktap --junit joined.xml --sarif joined.sarif part.*
same out ktap
same whole.sarif joined.sarif
has whole.sarif '"ruleId": "expectation-failed"'
same whole.xml joined.xml

# A file without an expectation is bad input, here and there.
expect 2 check idle.yaml rpmb.yaml
cp out text
parts 2 check idle.yaml rpmb.yaml
expect 2 merge part.*
same out text

# What is no whole of one work.
parts 3 run rpmb.yaml --runs 30
refuse 'part 2 of 3 is missing' merge part.1 part.3
refuse 'part 3 of 3 is missing' merge part.2 part.1
refuse 'part.2 and part.2: both are part 2 of 3' merge part.2 part.2 part.1
"$TEEQ" run rpmb.yaml --runs 31 --shard 2/3 --json >other
refuse "other: is no part of the same work as part.1: they differ in 'runs'" merge part.1 other part.3
"$TEEQ" run rpmb.yaml --runs 30 --seed 2 --shard 2/3 --json >other
refuse "they differ in 'seed'" merge part.1 other part.3
"$TEEQ" run rpmb.yaml --runs 30 --shard 2/4 --json >other
refuse "they differ in 'of'" merge part.1 other part.3
"$TEEQ" check rpmb.yaml --shard 2/3 --json >other
refuse "they differ in 'command'" merge part.1 other part.3
sed 's/count: 2/count: 1/' rpmb.yaml >two.yaml
cp rpmb.yaml kept.yaml
mv two.yaml rpmb.yaml
"$TEEQ" run rpmb.yaml --runs 30 --shard 2/3 --json >other
mv kept.yaml rpmb.yaml
refuse "they differ in 'digest'" merge part.1 other part.3
head -n 2 part.2 >other
refuse 'other: is not what --shard leaves, or was cut or changed' merge part.1 other part.3
head -c 100 part.2 >other
refuse 'is not what --shard leaves' merge other
sed 's/"runs":10,/"runs":11,/' part.2 >other
refuse 'is not what --shard leaves' merge part.1 other part.3
sed 's/"complete":true/"complete":false/' part.2 >other
refuse 'part 2 was interrupted, or met bad input' merge part.1 other part.3
refuse 'No such file' merge absent
refuse 'is not what --shard leaves' merge rpmb.yaml
refuse 'no file with a result' merge
refuse '--junit is of check' merge --junit x part.*
refuse '--sarif is of check' merge --sarif x part.*
refuse '--csv is of sweep' merge --csv part.*
refuse 'is named for two kinds of output' merge --junit x --sarif ./x part.*
refuse 'not to standard output' merge --sarif - part.*
refuse '--json, --csv and --ktap do not go together' merge --csv --json part.*

# Any line without a key, or with another value for it: refused, and nothing is printed.
for work in 'run nested.yaml --runs 6' 'check nested.yaml' 'sweep nested.yaml --threads 1..2'; do
	# The words are several on purpose.
	# shellcheck disable=SC2086
	parts 1 $work
	for key in part of command work input inputs policies ranges header rows complete ruling set verdicts \
		runs event_hash expected decided result file; do
		grep -q "\"$key\":" part.1 || continue
		sed "s/\"$key\":/\"other\":/" part.1 >other
		case $key in
		# A work may have any of these, or none.
		part | of | command | work | rows | complete | ruling | verdicts | event_hash | expected | decided | \
			result | header | ranges)
			refuse 'other' merge other ;;
		*)
			status=0
			"$TEEQ" merge other >out 2>err || status=$?
			[ "$status" -le 3 ] || fail "$work without $key: status $status" ;;
		esac
	done
done

refuse "--shard: '0/3' is not K/N" run rpmb.yaml --runs 3 --shard 0/3 --json
refuse "--shard: '4/3' is not K/N" check rpmb.yaml --shard 4/3 --json
refuse "--shard: '1/3x' is not K/N" sweep rpmb.yaml --threads 1..2 --shard 1/3x --json
refuse "is not K/N" sweep rpmb.yaml --threads 1..2 --shard 99999999999999999999/3 --json
refuse 'it goes with --json' run rpmb.yaml --runs 3 --shard 1/3
refuse '--shard divides --runs' run rpmb.yaml --shard 1/3 --json
refuse '--shard needs files' check - --shard 1/3 --json
refuse 'it goes with teeq merge' check rpmb.yaml --shard 1/3 --json --junit x
refuse '--sarif has all' check rpmb.yaml --shard 1/3 --json --sarif x
refuse 'it goes with teeq merge' sweep rpmb.yaml --threads 1..2 --shard 1/3 --json --html x
refuse '--svg shows all' sweep rpmb.yaml --threads 1..2 --shard 1/3 --json --svg x

# As a batch system would.
command -v parallel >/dev/null || { echo 'no GNU parallel: nothing was divided by it'; exit 77; }
expect 1 run nested.yaml --runs 1000
cp out text
rm -f part.*
export TEEQ
parallel --will-cite -j 2 '"$TEEQ" run nested.yaml --runs 1000 --shard {}/8 --json >part.{}' ::: 1 2 3 4 5 6 7 8 2>err || :
expect 1 merge part.*
same out text
exit 0
