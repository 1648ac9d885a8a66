#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# removal.sh VERSION COMPILER: the boot and the removal of that kernel's driver as tasks. What it takes is
# given back, in whatever order and whatever is refused; where it is not, that is told, with who took it. What
# docs/findings.md says of this version comes of the commands that it names, and not of repaired copies.
#
# environment: SOURCE_DIR, TEEQ, BINARY_DIR
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
version=$1

prepare "$version" "$2"
cp -r tree whole

# ask STATUS SCENARIO OPTION...: run it.
ask()
{
	local status=$1 file=$scenarios/$2.yaml
	shift 2
	[ -f "$file" ] || file=$corpus/$(basename "$file")
	expect "$status" run --driver driver.so "$@" "$file"
}

says()
{
	grep -qE -- "$1" out || fail "does not say: $1"
}

restore()
{
	rm -rf tree
	cp -r whole tree
}

# ------------------------------------------ it is as it should be ---------------------------------------
build driver.so
for scenario in two-waves notified early-supplicant probe-ffa probe-smc; do
	ask 0 "$scenario" --remove end --runs 50
	ask 0 "$scenario" --boot alone --remove end --runs 20
done
expect 0 conform --driver driver.so --runs 50 "$scenarios/notified.yaml" "$scenarios/probe-smc.yaml"
ask 0 two-waves --boot alone
schedule=$(sed -n "s/^replay: .* '\(.*\)'$/\1/p" out)
hash=$(sed -n 's/^event hash //p' out)
expect 0 replay --driver driver.so --boot alone "$scenarios/two-waves.yaml" "$schedule"
has_line out "event hash $hash"
# Its schedules are no others', and neither goes with what it cannot be run with.
expect 2 replay --driver driver.so "$scenarios/two-waves.yaml" "$schedule"
ask 2 probe-smc --remove beside
ask 2 two-waves --remove sometimes
# Taken away and given back by a script, and nothing is left then.
expect 0 explore --driver driver.so "$scenarios/removed-and-back.yaml"
says 'exhausted: no schedule fails'
ask 0 removed-and-back --remove end --runs 30
ask 0 removed-and-back --boot alone --remove end --runs 20
sed 's/driver: remove/driver: shutdown/; /driver: probe/d' "$scenarios/removed-in-use.yaml" >off.yaml
expect 0 explore --driver driver.so off.yaml
says 'exhausted: no schedule fails'
# In the wrong order there is nothing to be taken or given, which a script may be told.
sed 's/- driver: remove/- try: {do: [{driver: probe}], on-error: {enodev: [{driver: remove}]}}/' \
	"$scenarios/removed-and-back.yaml" >order.yaml
ask 0 removed-and-back --runs 5
expect 0 run --driver driver.so --runs 20 order.yaml
expect 2 conform --driver driver.so "$scenarios/removed-and-back.yaml"
has err 'no policy has a model of it'

# ------------------------------------------ what is left is told ----------------------------------------
# seeded FILE FUNCTION SED STATUS SCENARIO TEXT OPTION...
seeded()
{
	local text=$6 scenario=$5 status=$4
	change "$1" "$2" "$3"
	build driver.so
	shift 6
	ask "$status" "$scenario" "$@"
	says "$text"
	restore
}

seeded optee/smc_abi.c optee_smc_notif_uninit_irq '/^[[:space:]]*else$/d; /free_irq/d; s/if \(irq_is_percpu_devid.*/if (0)/' \
	1 notified 'kfree in optee_(smc_)?remove\(\) .* of what has an interrupt, since .*\(\) at drivers/tee/optee/smc_abi.c' \
	--remove end
seeded optee/core.c optee_remove_common '/optee_notif_uninit/d' \
	1 two-waves 'leak: 1 allocation is left; .* by kcalloc in optee_notif_init\(\) at drivers/tee/optee/notif.c' --remove end
seeded tee_core.c teedev_close_context '/tee_device_put/d' \
	1 two-waves 'remove waits for completion &teedev->c_no_users, in tee_device_unregister\(\)' --remove end
seeded optee/smc_abi.c optee_probe '/^err_free_optee:/,$s/kfree\(optee\)/;/' \
	1 two-waves 'leak: .* by kzalloc in optee_probe\(\)' --boot alone --remove end --starve --runs 1
seeded optee/device.c optee_unregister_devices 's/bus_for_each_dev/if (0)&/' \
	1 probe-smc 'since .*optee_register_device\(\) at drivers/tee/optee/device.c' --remove end

# ------------------------------------------ what is found ----------------------------------------------
build driver.so
# Whoever adds a page keeps its context, and so its sessions, until the driver is removed.
ask 1 page-owner --remove end
says 'remove: &optee->shm_arg_cache.mutex was not initialised, in optee_get_msg_arg\(\)'
# Memory that could not be unregistered is freed.
ask 1 notified --boot alone --remove end --starve --runs 1
says 'free_pages.* of what has memory that the secure world uses'
# Over FF-A a probe that fails late waits for the pages that it made.
ask 1 probe-ffa --boot alone --remove end --starve --runs 1
says "refused: the secure world's list of devices"
says 'boot waits for completion &teedev->c_no_users, in tee_device_unregister\(\)'
# Calls go on while the driver is taken away.
ask 1 two-waves --remove beside --runs 50
says 'violation'
expect 1 explore --driver driver.so "$scenarios/removed-in-use.yaml"
says 'user: &optee->shm_arg_cache.mutex was not initialised, in optee_(get|free)_msg_arg\(\)'
if [ "$version" != 6.1 ]; then
	says_work='kfree in optee_smc_remove\(\) .* of what has work that is queued'
	expect 1 explore --driver driver.so --boot beside --remove end --preemptions 0 "$scenarios/early-supplicant.yaml"
	says "$says_work"
	ask 1 field-122-ffa-callback-mended --boot alone --remove end --starve --runs 1
	says 'leak: .* by alloc_workqueue in optee_ffa_async_notif_init\(\)'
fi

# ------------------------------------------ and repaired -----------------------------------------------
change optee/call.c optee_get_msg_arg 's/\(ctx, SHM_ENTRY_SIZE\)/(optee->ctx, SHM_ENTRY_SIZE)/'
change optee/smc_abi.c 'optee_shm_unregister' \
	's/^\tshm_arg = tee_shm_alloc_priv_buf.*/\tdo\n\t&\n\twhile (IS_ERR(shm_arg) \&\& PTR_ERR(shm_arg) == -ENOMEM);/'
change optee/ffa_abi.c optee_ffa_probe 's/^err_rhashtable_free:/&\n\toptee_shm_arg_cache_uninit(optee);/'
if [ "$version" != 6.1 ]; then
	change optee/ffa_abi.c optee_ffa_probe \
		'/if \(optee->ffa.bottom_half_value != U32_MAX\)/{N;N;s/U32_MAX\)\n(.*)/U32_MAX) {\n\1\n\t\tdestroy_workqueue(optee->ffa.notif_wq);\n\t}/}'
	change optee/core.c optee_remove_common \
		's/^\toptee_unregister_devices\(\);/\tif (optee->scan_bus_done)\n\t\tcancel_work_sync(\&optee->scan_bus_work);\n&/'
fi
build driver.so
expect 0 explore --driver driver.so --remove end --preemptions 1 "$scenarios/page-owner.yaml"
says 'exhausted: no schedule within the bound on preemptions fails'
ask 0 page-owner --remove end --runs 300
ask 0 notified --boot alone --remove end --starve --runs 2
ask 0 early-supplicant --boot beside --remove end --runs 500
# Each thing that is refused, over both interfaces, in boot, use and removal. Who opens what others open meanwhile
# (ta-loading) does not undo it when that is refused.
change optee/core.c optee_bus_scan 's/WARN_ON\((.*)\);/(void)(\1);/'
build driver.so
for scenario in two-waves supplicant-again closed-session removed-and-back ta-loading; do
	ask 0 "$scenario" --boot alone --remove end --starve --runs 1
	[ -f "$scenarios/$scenario.yaml" ] || continue
	sed '/^name:/a\abi: ffa' "$scenarios/$scenario.yaml" >ffa.yaml
	expect 0 run --driver driver.so --boot alone --remove end --starve --runs 1 ffa.yaml
	grep -q ': nothing breaks, ' out || fail "$scenario over FF-A: something breaks"
done
# A probe that fails when its device is there already takes away what a process uses.
ask 1 early-supplicant --boot beside --remove end --starve --runs 2
says 'app: &optee->shm_arg_cache.mutex was not initialised, in optee_(get|free)_msg_arg\(\)'
says 'refused: cdev_device_add, in tee_device_register\(\)'
if [ "$version" != 6.1 ]; then
	ask 0 probe-smc --boot alone --remove end --starve --runs 2
	ask 0 probe-ffa --boot alone --remove end --starve --runs 2
	ask 0 field-122-ffa-callback-mended --boot alone --remove end --starve --runs 2
fi
