#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# threads.sh VERSION COMPILER [sanitize]: the driver of that kernel with each task a thread. Every scenario of the
# corpus that runs comes to an end that fibers come to, too; with "sanitize", which wants a command that was built
# with ThreadSanitizer, that says nothing of the driver as it is, and tells of a race that is put in.
#
# environment: SOURCE_DIR, BINARY_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
mode=(--threads) runs=3
# A race has to be met: minutes of it.
[ "${3:-}" != sanitize ] || { mode=(--sanitize thread); runs=60; }
[ "$(uname -m)" = x86_64 ] || skip 'drivers run on threads on x86-64 only'
TSAN_OPTIONS=exitcode=66
export TSAN_OPTIONS

prepare "$1" "$2"
build driver.so "${mode[@]}"
grep -q ', for threads' out || [ "${mode[0]}" != --threads ] || fail 'the stamp does not say what it is for'

# Who has nothing to wait for that does not come is done, whatever the threads do.
for scenario in two-waves one-waits two-keys two-requests killed-asker supplicant-again closed-session; do
	expect 0 stress --driver driver.so --runs 30 "$scenarios/$scenario.yaml"
	grep -q '^30 runs on threads, [0-9]* points: done 30$' out || fail "$scenario: not all are done"
done
# What one task takes of the kernel another one gives back: work that is queued, by who does it. Over FF-A, Linux 6.1 does not.
if [ "$1" != 6.1 ]; then
	expect 0 stress --driver driver.so --runs 30 "$corpus/field-122-ffa-callback-mended.yaml"
	grep -q '^30 runs on threads, [0-9]* points: done 30$' out || fail 'work that is queued is not done'
fi
# A hang that no schedule gets out of is found in each run, and told with the driver's place.
expect 1 stress --driver driver.so --runs 5 "$corpus/field-mmc-rpmb-ftpm.yaml"
grep -q 'deadlock 5$' out || fail 'not each run hangs'
has out 'run 1: deadlock after'
# No file ends otherwise than by what can be found, be it that it is refused.
ran=0
for file in "$corpus"/*.yaml; do
	status=0
	"$TEEQ" stress --driver driver.so --runs "$runs" --steps 2000 "$file" >out 2>err || status=$?
	[ "$status" -le 3 ] || fail "$file: status $status"
	[ "$status" -eq 2 ] || ran=$((ran + 1))
done
[ "$ran" -ge 90 ] || fail "$ran files ran"

# Each sort of driver has its commands.
expect 2 run --driver driver.so "$scenarios/two-waves.yaml"
has err 'teeq stress takes drivers that were built with --threads'
expect 2 driver build tree -o x.so --sanitize address
build fibers.so
expect 2 stress --driver fibers.so "$scenarios/two-waves.yaml"
has err 'teeq stress takes drivers that were built with --threads'

# Who uses what was freed ends the program, which says who, what, and of which scenario.
if [ "${mode[0]}" = --threads ]; then
	change tee_core.c teedev_ctx_get '/kref_get/d'
	build freed.so "${mode[@]}"
	expect 1 stress --driver freed.so --runs 5 "$scenarios/closed-session.yaml"
	grep -qE '^teeq-harness: linux-[0-9.]*: closed-session, on threads: .*: uses freed memory: byte [0-9]+ of' err ||
		fail 'who uses freed memory is not told'
	has err 'in teedev_open() at drivers/tee/tee_core.c:'
	cp saved tree/drivers/tee/tee_core.c
fi

# A wake left out is found here, too.
change optee/call.c optee_cq_wait_final 's/optee_cq_complete_one\(cq\);/;/'
build hangs.so "${mode[@]}"
expect 1 stress --driver hangs.so --runs 10 "$scenarios/one-waits.yaml"
grep -q 'lost-wakeup 10$' out || fail 'a wake that is left out is not found in each run'
cp saved tree/drivers/tee/optee/call.c
[ "${mode[0]}" != --threads ] || exit 0

# A caller that leaves the list before it has the lock.
change optee/call.c optee_cq_wait_final '/list_del/d
s/^\tmutex_lock.*/list_del(\&w->list_node);&/'
build races.so "${mode[@]}"
status=0
"$TEEQ" stress --driver races.so --runs 50 "$scenarios/two-waves.yaml" >out 2>err || status=$?
[ "$status" -eq 66 ] || fail "a race is not told: status $status"
has err 'WARNING: ThreadSanitizer: data race'
grep -q 'optee_cq_wait_final drivers/tee/optee/call.c:' err || fail 'it is not told where the race is'
