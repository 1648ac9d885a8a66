#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# seeded.sh VERSION COMPILER: small faults in that kernel's driver, each of a kind that patches have. Each is built
# from a changed copy of the tree and has to be found, as what it is; unchanged, the same commands
# find nothing. docs/driver.md has the table.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
version=$1

prepare "$version" "$2"
found=0

# asked COMMAND SCENARIO: the command line that looks for the fault.
asked()
{
	local file=$scenarios/$2.yaml
	[ -f "$file" ] || file=$corpus/$2.yaml
	case $1 in
	once) line=(run --driver driver.so --seed 1 "$file") ;;
	run) line=(run --driver driver.so --runs 500 "$file") ;;
	explore) line=(explore --driver driver.so --preemptions 1 "$file") ;;
	check) line=(check --driver driver.so "$file") ;;
	conform) line=(conform --driver driver.so --runs 100 "$file") ;;
	esac
}

# fault FILE FUNCTION SED COMMAND SCENARIO VERDICT WORDS: in FUNCTION of drivers/tee/FILE, SED. WORDS are
# what else has to be told, an extended regular expression.
fault()
{
	change "$1" "$2" "$3"
	build driver.so
	cp saved "tree/drivers/tee/$1"
	asked "$4" "$5"
	expect 1 "${line[@]}"
	grep -q "$6" out || fail "$1, $2(), $3: no $6"
	grep -qE "$7" out || fail "$1, $2(), $3: nothing of $7"
	found=$((found + 1))
}

build driver.so
for scenario in two-waves two-keys two-requests killed-asker supplicant-again closed-session; do
	asked check "$scenario"
	expect 0 "${line[@]}"
	grep -q ': done, as expected of .*: all [0-9]* states$' out || fail "$scenario: not as it should be"
done
asked check hwrng
expect 0 "${line[@]}"
for scenario in two-waves two-keys two-requests; do
	asked explore "$scenario"
	expect 0 "${line[@]}"
	asked run "$scenario"
	expect 0 "${line[@]}"
done
asked run closed-session
expect 0 "${line[@]}"
asked conform coalesced-wake
expect 0 "${line[@]}"

# A wake left out: who sleeps for a thread is not told that there is one.
fault optee/call.c optee_cq_wait_final 's/optee_cq_complete_one\(cq\);/;/' run two-waves \
	lost-wakeup 'completion &w->c, in optee_cq_wait_for_completion\(\) at drivers/tee/optee/call.c:'
# ... who has asked tee-supplicant, that it is gone.
fault optee/supp.c optee_supp_release '/complete/d' check supplicant-again \
	deadlock 'completion &req->c, in optee_supp_thrd_req\(\) at drivers/tee/optee/supp.c:'
# A list_del() left out: a waiter that is freed, a request that is received twice.
fault optee/notif.c optee_notif_wait '/list_del/d' run two-keys \
	violation 'waker: uses freed memory: .* by kmalloc in optee_notif_wait\(\)'
fault optee/supp.c supp_pop_entry '/list_del/d' once two-requests \
	violation 'tee-supplicant: uses freed memory: .* by kzalloc in optee_supp_thrd_req\(\)'
# An unlock left out: where a caller sleeps, on the path of an error, of a spinlock.
fault optee/call.c optee_cq_wait_for_completion '/mutex_unlock/d' check two-waves \
	deadlock 'mutex &cq->mutex, .*; itself holds it since optee_cq_wait_for_completion\(\)'
fault optee/supp.c optee_supp_send '0,/mutex_unlock/{/mutex_unlock/d}' check killed-asker \
	deadlock 'mutex &supp->mutex, .*; itself holds it since optee_supp_send\(\)'
fault optee/notif.c optee_notif_send '/spin_unlock/d' explore two-keys \
	deadlock 'spinlock &optee->notif.lock, in optee_notif_wait\(\) .*; waker holds it since'
# One unlock too many.
fault optee/notif.c optee_notif_send 's/^\tspin_unlock.*/&&/' explore two-keys \
	violation 'unlocks &optee->notif.lock, which nobody holds, in optee_notif_send\(\)'
# A reference left out: the context goes with its first user.
fault tee_core.c teedev_ctx_get '/kref_get/d' run closed-session \
	violation 'uses freed memory: .* by kzalloc in teedev_open\(\)'
# A wake before what it tells of.
fault optee/supp.c optee_supp_thrd_req \
	's/^\treq = kzalloc/complete(\&supp->reqs_c);&/; s/^\tcomplete.&supp->reqs_c.;/;/' explore two-requests \
	deadlock 'tee-supplicant waits for completion &supp->reqs_c, in optee_supp_recv\(\)'
# A completion that is not initialised.
fault optee/notif.c optee_notif_wait '/init_completion/d' run two-keys \
	violation '&entry->c was not initialised'
# The wrong key.
fault optee/notif.c optee_notif_send 's/entry->key == key/entry->key != key/' check two-keys \
	deadlock 'waits for completion &entry->c, in optee_notif_wait\(\)'
# Use after free, in the same function and of what a table still has; and freed twice.
fault tee_core.c teedev_ctx_release '/kfree/d; s/^\tctx->teedev->desc->ops->release/kfree(ctx);&/' run closed-session \
	violation 'uses freed memory: .* by kzalloc in teedev_open\(\)'
fault optee/supp.c supp_pop_req '/idr_remove/d' check supplicant-again \
	violation 'uses freed memory: .*, in optee_supp_release\(\)'
fault optee/notif.c optee_notif_wait 's/kfree.entry.;/&&/' run two-keys \
	violation 'kfree of what is not allocated .* in optee_notif_wait\(\)'
# An allocation that may sleep, under a spinlock.
fault optee/notif.c optee_notif_wait 's/^\tif \(have_key/kfree(kmalloc(8, GFP_KERNEL));&/' run two-keys \
	violation 'kmalloc with GFP_KERNEL in optee_notif_wait\(\) .*, and holds a spinlock'
if [ "$version" != 6.1 ]; then
	# A check off by one: the thread that is kept back for system calls is taken by others.
	fault optee/call.c optee_cq_wait_init 's/free_thread_count > free/free_thread_count >= free/' check hwrng \
		deadlock 'hwrng waits for completion &w->c, in optee_cq_wait_for_completion\(\)'
	# A completion that is not initialised again.
	fault optee/call.c optee_cq_wait_for_completion '/reinit_completion/d' conform coalesced-wake \
		'' 'entry 1 of 1 is woken in the driver, and is not in the model'
fi
[ "$found" -ge 10 ] || fail "$found faults only"
