#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# All states of a model as a graph: as many states and ends as the search tells, the thick way is as long as its
# counterexample, and the same bytes every time.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# Nodes, or arrows, of a.dot whose line has the text.
nodes()
{
	grep '^	s[0-9]* \[' a.dot | grep -cF -- "$1"
}

# agree STATUS ARGUMENT...: explore and its picture.
agree()
{
	local wanted=$1 states steps verdict count expected
	shift
	"$TEEQ" "$@" --all --json >all 2>err </dev/null
	expect "$wanted" "$@" --dot-states a.dot
	states=$(sed 's/.*"states":\([0-9]*\).*/\1/' all)
	[ "$(nodes '')" -eq "$states" ] || fail "$*: $(nodes '') nodes, and $states states"
	for verdict in done deadlock lost-wakeup violation; do
		count=$(sed -n 's/.*"ends":{[^}]*"'"$verdict"'":\([0-9]*\).*/\1/p' all)
		[ "$(nodes "\\n$verdict\"")" -eq "${count:-0}" ] || fail "$*: not ${count:-0} ends of $verdict"
	done
	[ "$(nodes octagon)" -eq "$(($(nodes '') - $(nodes 'shape=doublecircle') - $(nodes 'list ')))" ] ||
		fail "$*: shapes and words differ"
	# An arrow is a move, and those that go with it.
	steps=$(awk '/^\ts[0-9]+ ->.*penwidth=3/ { n++; if (match($0, /\(\+[0-9]+\)/)) n += substr($0, RSTART + 2, RLENGTH - 3) }
		END { print n + 0 }' a.dot)
	expected=$(sed -n 's/.*: a counterexample of \([0-9]*\) steps.*/\1/p' out)
	[ "$steps" -eq "${expected:-0}" ] || fail "$*: the thick way has $steps steps, and the counterexample ${expected:-0}"
}
for file in rpmb.yaml nested.yaml "$SOURCE_DIR/examples/scenarios/flagship-staged.yaml"; do
	for policy in untracked v1 v7 mainline repaired; do
		status=0
		"$TEEQ" explore "$file" --policy $policy >out 2>err || status=$?
		agree $status explore "$file" --policy $policy
	done
done
agree 1 explore nested.yaml --no-symmetry --no-reduction
agree 1 explore nested.yaml --client k
has_line a.dot '	s0 [label="0\nfree 2, list 0", tooltip="k can enter\nn can enter", penwidth=3];'

# The same for any number of workers, and whatever order the search has.
expect 1 explore rpmb.yaml --policy untracked --dot-states one.dot
for more in '--workers 3' '--directed' '--search depth' '--all --exact'; do
	# The words are several on purpose.
	# shellcheck disable=SC2086
	expect 1 explore rpmb.yaml --policy untracked --dot-states a.dot $more
	same a.dot one.dot
done
expect 1 explore rpmb.yaml --policy untracked
cp out plain
expect 1 explore rpmb.yaml --policy untracked --dot-states a.dot
same out plain

if command -v dot >/dev/null; then
	dot -Tsvg one.dot >a.svg || fail 'dot does not read it'
	[ "$(grep -c '<g id="node' a.svg)" -eq "$(nodes '')" ] || fail 'not as many nodes in the picture'
	[ "$(grep -c '<g id="edge' a.svg)" -eq "$(grep -c ' -> ' one.dot)" ] || fail 'not as many arrows in the picture'
	has a.svg '>deadlock</text>'
else
	echo 'no dot: the graph was not drawn' >&2
fi

# Too many, and what cannot be.
expect 2 explore rpmb.yaml --policy untracked --max-states 40 --dot-states none.dot
has_line err 'teeq: rpmb.yaml: --dot-states: there are more than 40 states, and none is drawn; --max-states N draws up to N'
expect 2 explore rpmb.yaml --set clients.app.count=6 --no-reduction --no-symmetry --policy untracked --directed --dot-states none.dot
has err '--dot-states: there are more than 1000 states'
refuse '--dot-states: draws 100000 states at most' explore rpmb.yaml --max-states 100001 --dot-states none.dot

# What a budget or an interruption ended has no picture, and nothing goes on behind it.
ended='teeq: rpmb.yaml: --dot-states: a budget or an interruption ended the search, and none is drawn'
expect 3 explore rpmb.yaml --max-states 5 --dot-states none.dot
has_line err "$ended"
has out 'bounded: a budget ended the search'
expect 3 explore rpmb.yaml --policy untracked --directed --set clients.app.count=12 --no-reduction --no-symmetry \
	--max-states 100000 --max-memory 4M --dot-states none.dot
has err '--dot-states: the memory is used up after '
has out 'replay: teeq replay'
"$TEEQ" explore rpmb.yaml --set clients.app.count=12 --no-reduction --no-symmetry --dot-states none.dot >out 2>err &
sleep 1
kill -TERM $!
status=0
wait $! || status=$?
[ "$status" -eq 3 ] || fail "interrupted: status $status"
has_line err "$ended"
[ ! -e none.dot ] || fail 'a graph was begun'
refuse 'is the same file as' explore rpmb.yaml --dot-states rpmb.yaml
refuse 'is named for two kinds of output' explore rpmb.yaml --dot-states x --html x
mkdir folder
refuse 'is named for two kinds of output' explore rpmb.yaml --dot-states folder/x --dot folder/../folder/x
refuse 'is named for two kinds of output' explore rpmb.yaml --dot-states x --checkpoint ./x
refuse 'is named for two kinds of output' explore rpmb.yaml --html x --checkpoint folder/../x
refuse 'not to standard output' explore rpmb.yaml --dot-states -
# A checkpoint that is gone on from stays.
expect 3 explore rpmb.yaml --max-states 5 --checkpoint saved
cp saved kept
for option in --dot-states --html; do
	refuse 'is the same file as' explore rpmb.yaml "$option" ./saved --resume saved
done
refuse 'not to standard output' explore rpmb.yaml --checkpoint -
same saved kept
refuse 'not together with --preemptions' explore rpmb.yaml --preemptions 1 --dot-states x
exit 0
