#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# tree.sh VERSION POLICY RUN FFA COMPILER: the driver of that kernel compiles unchanged; at least RUN scenarios
# run with it, and each agrees with the model under POLICY step by step; so do at least FFA of those that
# are made over for that interface; what is found can be replayed.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
version=$1
policy=$2
most=$3
over_ffa=$4
compiler=$5

command -v "$compiler" >/dev/null || skip "no $compiler"
unpack "$version" "$scratch/tree"
expect 0 driver build "$scratch/tree" -o driver.so --cc "$compiler"
grep -q "^driver.so: Linux $version\.[0-9]*, sources [0-9a-f]\{16\}, compiler " out ||
	fail 'the stamp is not as it should be'
cp out stamp
expect 0 driver show driver.so --json
[ "$(cat out)" = "{\"file\":\"driver.so\",\"stamp\":\"$(sed 's/^[^:]*: //' stamp)\"}" ] ||
	fail 'the stamp is another one in JSON'
expect 0 driver build "$scratch/tree" -o again.so --cc "$compiler"
[ "$(sed 's/^[^:]*//' out)" = "$(sed 's/^[^:]*//' stamp)" ] || fail 'another stamp of the same tree'

# agrees RUN FILE...: steps, queue, threads and outcome are those of the model in each of the files that run,
# RUN or more; of any other it is told in one line why it does not.
agrees()
{
	local least=$1 ran
	shift
	"$TEEQ" conform --driver driver.so --runs 20 "$@" >agree 2>refused || {
		grep seed agree >&2
		fail 'the driver and the model differ'
	}
	ran=$(sed -n 's/^\([0-9]*\) of [0-9]* files ran, \1 of them agree$/\1/p' agree)
	[ -n "$ran" ] || fail "not all agree: $(tail -n 1 agree)"
	[ "$ran" -ge "$least" ] || fail "$ran scenarios ran, there were $least"
	[ "$(wc -l <refused)" -eq "$(($# - ran))" ] ||
		fail 'a scenario that does not run is not told in one line'
}
agrees "$most" "$corpus"/*.yaml
# What is done to the driver itself no model knows.
mapfile -t own < <(grep -L 'driver: ' "$SOURCE_DIR"/tests/driver/scenarios/*.yaml)
# A timeout of a notification is what 6.1 does not have.
agrees $((${#own[@]} - $([ "$version" = 6.1 ] && echo 2 || echo 0))) "${own[@]}"
mkdir ffa
for file in "$corpus"/*.yaml "$SOURCE_DIR"/tests/driver/scenarios/*.yaml; do
	grep -q '^abi: ffa' "$file" || sed '/^name:/a\abi: ffa' "$file" >"ffa/$(basename "$file")"
done
agrees "$over_ffa" ffa/*.yaml

# Another policy is told from it.
other=untracked
[ "$policy" = mainline ] || other=mainline
# The command that is told says the same again, whatever the files are called.
cp driver.so "the driver's.so"
cp "$corpus/absorbed-wake.yaml" 'a wake.yaml'
expect 1 conform --driver "./the driver's.so" --policy "$other" --seed 7 'a wake.yaml'
grep ': seed ' out >differs || fail 'no seed of the difference'
command=$(sed -n 's/^  again: teeq //p' out)
[ -n "$command" ] || fail 'no command that repeats the difference'
status=0
eval "'$TEEQ' $command" >again 2>err || status=$?
[ "$status" -eq 1 ] || fail "'$command' ended with $status: $(cat err)"
grep ': seed ' again | cmp -s differs - || fail "'$command' says something else"
command=$(sed -n 's/^  the driver alone: teeq //p' out)
[ -n "$command" ] || fail 'no command that replays the driver'
status=0
eval "'$TEEQ' $command" >alone 2>err || status=$?
[ "$status" -le 1 ] && grep -q '^event hash' alone || fail "'$command' ended with $status: $(cat err)"

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
expect 0 check --driver driver.so --preemptions 1 "$file"
expect 2 replay --driver driver.so "$corpus/hwrng.yaml" "$schedule"

# By states as by schedules, which know nothing of them; and what states find comes again from the boot.
for name in absorbed-wake busy-ta close-last-session rpmb-scmi; do
	for bound in 0 1; do
		by_states=0 by_schedules=0
		"$TEEQ" explore --driver driver.so --preemptions $bound "$corpus/$name.yaml" >out 2>err ||
			by_states=$?
		"$TEEQ" explore --driver driver.so --preemptions $bound --search schedules --runs 3000 \
			"$corpus/$name.yaml" >out 2>err || by_schedules=$?
		[ "$by_schedules" -eq 3 ] || [ "$by_states" -eq "$by_schedules" ] ||
			fail "$name, $bound preemptions: $by_states by states, $by_schedules by schedules"
	done
done
expect 1 explore --driver driver.so "$file"
hash=$(sed -n 's/^event hash //p' out)
length=$(sed -n 's/^.* after \([0-9]*\) steps$/\1/p' out)
schedule=$(sed -n "s/^replay: .* '\(.*\)'$/\1/p" out)
expect 1 replay --driver driver.so "$file" "$schedule"
[ "$(sed -n 's/^event hash //p' out)" = "$hash" ] || fail 'what states find does not come again'
expect 3 explore --driver driver.so --search schedules --runs 20000 --steps $((length - 1)) "$file"
expect 1 explore --driver driver.so --search depth "$file"
expect 0 explore --driver driver.so "$corpus/close-last-session.yaml"
grep -q '^exhausted: no schedule fails in a way that is watched; every one of [0-9]* states was visited' out ||
	fail 'what was covered is not told'
counted=$(sed -n 's/^in breadth: \(.*\), depth [0-9]*$/\1/p' out)
expect 0 explore --driver driver.so --search depth "$corpus/close-last-session.yaml"
[ "$(sed -n 's/^in depth: \(.*\), depth [0-9]*$/\1/p' out)" = "$counted" ] ||
	fail 'in depth there are other states than in breadth'
# Who tries again for ever comes to states that were there before.
expect 1 explore --driver driver.so --max-states 100000 "$corpus/field-2659-busy.yaml"
grep -q '^exhausted: livelock: ' out || fail 'trying for ever has no end of states'
expect 3 explore --driver driver.so --max-states 10 "$corpus/close-last-session.yaml"
grep -q '^limit: --max-states 10; nothing is claimed$' out || fail 'the limit is not told'

# A driver's own bug: the waiter is woken before it is in the list, that is never.
sed -i '0,/list_add_tail(&w->list_node/s//(void)(\&w->list_node/;' "$scratch/tree/drivers/tee/optee/call.c"
if expect 0 driver build "$scratch/tree" -o broken.so --cc "$compiler" 2>/dev/null; then
	status=0
	"$TEEQ" conform --driver broken.so --runs 5 "$corpus/absorbed-wake.yaml" >out 2>err || status=$?
	[ "$status" -ne 0 ] || fail 'a waiter that is in no list is not noticed'
fi
