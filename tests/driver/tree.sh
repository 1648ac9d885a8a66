#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# tree.sh VERSION POLICY RUN: the driver of that kernel compiles unchanged; at least RUN scenarios run with
# it, and each agrees with the model under POLICY step by step; what is found can be replayed.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
version=$1
policy=$2
most=$3
corpus=$SOURCE_DIR/examples/scenarios

unpack "$version" "$scratch/tree"
expect 0 driver build "$scratch/tree" -o driver.so
grep -q "^driver.so: Linux $version\.[0-9]*, sources [0-9a-f]\{16\}, compiler " out ||
	fail 'the stamp is not as it should be'
cp out stamp
expect 0 driver build "$scratch/tree" -o again.so
[ "$(sed 's/^[^:]*//' out)" = "$(sed 's/^[^:]*//' stamp)" ] || fail 'another stamp of the same tree'

# Steps, queue, threads and outcome are those of the model; another policy is told from it.
"$TEEQ" conform --driver driver.so --runs 20 "$corpus"/*.yaml >agree 2>refused || {
	grep seed agree >&2
	fail 'the driver and the model differ'
}
ran=$(sed -n 's/^\([0-9]*\) of [0-9]* files ran, \1 of them agree$/\1/p' agree)
[ -n "$ran" ] || fail "not all agree: $(tail -n 1 agree)"
[ "$ran" -ge "$most" ] || fail "$ran scenarios ran, there were $most"
[ "$(wc -l <refused)" -eq "$(($(find "$corpus" -name '*.yaml' | wc -l) - ran))" ] ||
	fail 'a scenario that does not run is not told in one line'
other=untracked
[ "$policy" = mainline ] || other=mainline
expect 1 conform --driver driver.so --policy "$other" "$corpus/absorbed-wake.yaml"

# A failure comes again, and is found by a search as well.
case $policy in
mainline) file=$corpus/system-absorbs.yaml kind=lost-wakeup ;;
*) file=$corpus/not-registered.yaml kind=deadlock ;;
esac
expect 1 run --driver driver.so --runs 200 "$file"
grep -q "$kind after" out || fail "no $kind"
hash=$(sed -n 's/^event hash //p' out)
schedule=$(sed -n "s/^replay: .* '\(.*\)'$/\1/p" out)
expect 1 replay --driver driver.so --trace text "$file" "$schedule"
[ "$(sed -n 's/^event hash //p' out)" = "$hash" ] || fail 'the replay went elsewhere'
grep -q 'lock &cq->mutex, in optee_cq_wait_init() at drivers/tee/optee/call.c:' out ||
	fail 'the trace does not tell the place in the driver'
expect 1 explore --driver driver.so --preemptions 2 "$file"
expect 0 check --driver driver.so --runs 300 --preemptions 1 "$file"
expect 2 replay --driver driver.so "$corpus/hwrng.yaml" "$schedule"

# A driver's own bug: the waiter is woken before it is in the list, that is never.
sed -i '0,/list_add_tail(&w->list_node/s//(void)(\&w->list_node/;' "$scratch/tree/drivers/tee/optee/call.c"
if expect 0 driver build "$scratch/tree" -o broken.so 2>/dev/null; then
	status=0
	"$TEEQ" conform --driver broken.so --runs 5 "$corpus/absorbed-wake.yaml" >out 2>err || status=$?
	[ "$status" -ne 0 ] || fail 'a waiter that is in no list is not noticed'
fi
