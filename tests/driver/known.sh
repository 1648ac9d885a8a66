#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# known.sh VERSION COMPILER: faults that were first shown on single functions of that kernel's driver, found
# on all of it, and not found when it is repaired. docs/findings.md tells of each, and why `late-key` hangs
# with a repaired driver as well, so that the repair is asked about in another way.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
version=$1

prepare "$version" "$2"

# asks STATUS COMMAND SCENARIO OPTION...
asks()
{
	local status=$1 command=$2 scenario=$3
	shift 3
	expect "$status" "$command" --driver driver.so "$@" "$scenarios/$scenario.yaml"
}

# What is found comes again by the command that is told.
replays()
{
	local command status=0
	cp out found
	command=$(sed -n 's/^replay: teeq //p' found)
	eval "'$TEEQ' $command" >out 2>err || status=$?
	[ "$status" -eq 1 ] || fail "'$command' ended with $status: $(cat err)"
	[ "$(grep '^event hash' out)" = "$(grep '^event hash' found)" ] || fail "'$command' went elsewhere"
}

says()
{
	grep -qE -- "$1" out || fail "nothing is said of $1: $(head -n 8 out)"
}

exhausted()
{
	says 'exhausted: no schedule .*fails'
}

# undelivered STATUS: a request that was taken and whose words cannot be written to tee-supplicant, four ways; how
# each ends.
undelivered()
{
	local number met=0 status
	for number in $(seq 1 40); do
		status=0
		"$TEEQ" run --driver driver.so --fail "$number" "$scenarios/one-request.yaml" >out 2>err || status=$?
		grep -qE '^  refused: (put_user|copy_to_user), in (tee_ioctl_supp_recv|params_to_supp)\(\)' out || continue
		[ "$status" -eq "$1" ] || fail "$(sed -n 2,3p out): status $status"
		met=$((met + 1))
		[ "$status" -eq 0 ] || says 'app waits for completion &req->c, in optee_supp_thrd_req\(\)'
	done
	[ "$met" -eq 4 ] || fail "$met of 4 ways were met"
}

build driver.so
undelivered 1
# The device is freed by whom the last put wakes, and the other one unlocks a mutex in it.
asks 1 explore put-device --remove beside --points shared --preemptions 2
says 'remove: &teedev->mutex: is destroyed while it is locked in tee_release_device\(\)'
replays
# A request that nobody was given is answered: it is freed, and stands in the list. A search of states does not
# see who only reads freed memory.
asks 1 run two-requests --answer-ahead --runs 50
says 'tee-supplicant: uses freed memory: .* by kzalloc in optee_supp_thrd_req\(\)'
asks 1 explore two-requests --answer-ahead --search schedules --preemptions 1
says 'tee-supplicant: uses freed memory: .* by kzalloc in optee_supp_thrd_req\(\)'
replays
# The largest key of 64 has bit 64, the 65th.
asks 1 explore last-key --max-key 64
says 'holder: runs over the end: byte 8 of 8 by kcalloc in optee_notif_init\(\)'
replays
asks 0 explore last-key
exhausted
expect 2 explore --driver driver.so --max-key 64 "$scenarios/probe-ffa.yaml"
has err 'over FF-A the driver asks nobody'
expect 2 conform --driver driver.so --max-key 64 "$scenarios/last-key.yaml"
if [ "$version" = 6.1 ]; then
	expect 2 run --driver driver.so "$scenarios/late-key.yaml"
	has err 'this kernel waits for a notification without an end'
else
	# The key is delivered to who has given up, and whoever waits for it again waits for ever.
	asks 1 explore late-key
	says 'app waits for completion &entry->c, in optee_notif_wait\(\)'
	replays
fi

# ------------------------------------------ and repaired -----------------------------------------------
tee=tree/drivers/tee
sed -i -E -e 's/^\tteedev->num_users(\+\+| = 1);/&\n\tget_device(\&teedev->dev);/' \
	-e '/^void tee_device_put\(/,/^\}/s/^\tmutex_unlock.*/&\n\tput_device(\&teedev->dev);/' "$tee/tee_core.c"
sed -i -E '/supp_pop_req\(/,/^\}/s/^\t\tgoto failed_req;/&\n\tif (req->in_queue)\n\t\treturn ERR_PTR(-ENOENT);/' \
	"$tee/optee/supp.c"
sed -i -E 's/bitmap_zalloc\(max_key,/bitmap_zalloc(max_key + 1,/' "$tee/optee/notif.c"
change tee_core.c tee_ioctl_supp_recv '/^\t    put_user\(num_params/{n;n;s/.*/\t\tgoto undelivered;/}
s/^\trc = params_to_supp\(.*/&\n\tif (!rc)\n\t\tgoto out;\nundelivered:\n\tctx->teedev->desc->ops->supp_send(ctx, 0xffff000e, num_params, params);/'
if [ "$version" != 6.1 ]; then
	# Whose time is up waits once more: the key is to be had then, unless it was given to who went.
	build driver.so
	asks 0 explore late-key-once
	change optee/rpc.c handle_rpc_func_cmd_wq \
		's/^\t\trc = optee_notif_wait\(optee, ([^,]*), .*/&\n\t\tif (rc == -ETIMEDOUT)\n\t\t\trc = optee_notif_wait(optee, \1, 0);/'
	cp saved whole-rpc
	build driver.so
	asks 1 explore late-key-once
	says 'app waits for completion &entry->c, in optee_notif_wait\(\)'
	replays
	change optee/notif.c optee_notif_wait \
		's/^\tlist_del\(&entry->link\);/\tif (rc == -ETIMEDOUT \&\& completion_done(\&entry->c))\n\t\trc = 0;\n&/'
	build driver.so
	asks 0 explore late-key-once
	exhausted
	asks 0 explore late-key-once --points shared
	exhausted
	cp whole-rpc "$tee/optee/rpc.c"
fi
build driver.so
undelivered 0
asks 0 explore put-device --remove beside --points shared --preemptions 2
exhausted
asks 0 run two-requests --answer-ahead --runs 1000
asks 0 explore two-requests --answer-ahead --search schedules --preemptions 2
exhausted
asks 0 explore last-key --max-key 64
exhausted
