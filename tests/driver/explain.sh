#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# explain.sh COMPILER: why a driver of Linux 6.12 fails, and the smallest scenario with which it does.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"

prepare 6.12 "$1"
build driver.so
cp driver.so other.so

# A lost wake-up: the cycle, and that a thread more helps.
expect 0 explain --driver driver.so --other other.so "$corpus/system-absorbs.yaml"
has out 'lost-wakeup after'
has out 'completion &w->c, in optee_cq_wait_for_completion() at drivers/tee/optee/call.c:'
has out 'thread 0 is held by first; 1 of 2 threads free'
has out ' first -> second -> first'
has out 'There is no step of no return: none of 1000 runs'
grep -qE '^  1 thread more: 3 +not in any of all [0-9]+ states$' out || fail 'a thread more does not help'
grep -qE '^  driver of Linux 6\.12\.[0-9]+ +lost-wakeup after' out || fail 'the same driver does not fail'
schedule=$(sed -n "s/^replay: .* '\(.*\)'$/\1/p" out)
cp out first
length=$(sed -n 's/^lost-wakeup after \([0-9]*\) steps$/\1/p' out)
expect 1 explore --driver driver.so "$corpus/system-absorbs.yaml"
has out "lost-wakeup after $length steps"
expect 0 explain --driver driver.so --other other.so "$corpus/system-absorbs.yaml" "$schedule"
cmp -s out first || fail 'the same schedule is explained otherwise'
expect 2 explain --driver driver.so --other driver.so --runs 1 "$corpus/system-absorbs.yaml"
has err 'it is loaded already'
expect 2 explain --driver driver.so "$corpus/hwrng.yaml" "$schedule"

# The command that is told makes that run, whatever the files are called.
cp driver.so 'a driver.so'
cp "$corpus/system-absorbs.yaml" 'a wake.yaml'
for command in explain shrink; do
	expect 0 "$command" --driver './a driver.so' --runs 100 'a wake.yaml'
	line=$(sed -n 's/^replay: teeq //p' out)
	[ -n "$line" ] || fail "$command: no command"
	status=0
	eval "'$TEEQ' $line" >again 2>err || status=$?
	[ "$status" -eq 1 ] || fail "'$line' ended with $status: $(cat err)"
	has again 'lost-wakeup after'
done

# Four that need each other, which is no single cycle.
expect 0 explain --driver driver.so "$corpus/nested-system.yaml"
has out 'The knot: each of these waits until one of them gets on.'
has_line out '  scmi-agent needs user.0, user.1 or trusted-keys'
has out 'There is no step of no return: none of 1000 runs'

# What does not fail has no explanation.
expect 2 explain --driver driver.so --runs 100 "$scenarios/two-waves.yaml"
grep -qE 'nothing fails: every one of [0-9]+ states was visited$' err || fail 'states do not decide'
# More states than are visited.
sed -e 's/count: 3/count: 5/' "$scenarios/two-waves.yaml" >five.yaml
expect 2 explain --driver driver.so --runs 100 five.yaml
grep -q 'nothing fails in a search of states that was cut, 100 runs at random' err ||
	fail 'it is not said how much was tried'
expect 2 explain --driver driver.so --runs 3 --steps 400 "$corpus/field-2659-busy.yaml"
has err 'livelock: nobody hangs, and from none of '
expect 2 explain --driver driver.so
expect 2 shrink --driver driver.so --clients "$corpus/system-absorbs.yaml"
expect 2 shrink --driver driver.so --runs 100 "$scenarios/two-waves.yaml"

# A test in C asserts the same of it.
for source in fails holds; do
	[ "$source" = fails ] && file=$corpus/system-absorbs.yaml || file=$corpus/close-last-session.yaml
	"$1" "-DASSERTION=TEEQ_ASSERT_DRIVER_NEVER_HANGS(\"driver.so\", \"$file\")" -I "$SOURCE_DIR/include" \
		"$SOURCE_DIR/tests/install/asserts.c" -o "$source" -L "$BINARY_DIR" -lteeq-scenario -lteeq ||
		fail 'the assertion does not compile'
done
LD_LIBRARY_PATH=$BINARY_DIR ./holds || fail 'the assertion does not hold'
! LD_LIBRARY_PATH=$BINARY_DIR ./fails 2>err || fail 'the assertion holds'
has err "asserts.c:$(grep -n '^	ASSERTION;' "$SOURCE_DIR/tests/install/asserts.c" | tail -n 1 | cut -d : -f 1): fails: "
has err 'completion &w->c, in optee_cq_wait_for_completion() at drivers/tee/optee/call.c:'
has err 'replay: teeq replay --driver driver.so '

# A fault of the driver: who has the mutex, where from, and the one step that decides.
sed -i -E '/^void optee_cq_wait_for_completion\(/,/^\}/{/mutex_unlock/d}' tree/drivers/tee/optee/call.c
build broken.so
expect 0 explain --driver broken.so --other driver.so --runs 300 "$scenarios/two-waves.yaml"
grep -qE 'mutex &cq->mutex, .*, which it itself holds since optee_cq_wait_for_completion\(\)' out ||
	fail 'it is not told who has the mutex'
grep -qE '^The step of no return, as found by 300 runs' out || fail 'no step of no return'
grep -qE '^  step [0-9]+, user\.[012]: ' out || fail 'the step is not told'
grep -q '^Runs still end well' out || fail 'it is not told what could have been done instead'
grep -qE '^  driver of Linux 6\.12\.[0-9]+ +not in any of all [0-9]+ states$' out || fail 'the other driver fails'

# Four calls are no more than the three that are needed; the schedule is no longer, and fails as it did.
sed -e 's/count: 3/count: 6/' "$scenarios/two-waves.yaml" >many.yaml
expect 0 shrink --driver broken.so --clients --out few.yaml many.yaml
has out 'left out: 3 of 6 tasks'
grep -q 'count: 3' few.yaml || fail 'three clients are needed'
before=$(awk '$1 == "before" { print $3 }' out)
after=$(awk '$1 == "after" { print $3 }' out)
[ "$after" -lt "$before" ] || fail "as many switches as before: $after"
schedule=$(sed -n "s/^replay: .* '\(.*\)'$/\1/p" out)
expect 1 replay --driver broken.so few.yaml "$schedule"
has out 'itself holds it since optee_cq_wait_for_completion()'
expect 0 shrink --driver broken.so few.yaml "$schedule"
