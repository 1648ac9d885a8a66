#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# scripts/teeq-collect.sh on a tree that looks like /proc and /sys of a board, and what is made of its output.
. "$(dirname "$0")/_common.sh"
collect=$SOURCE_DIR/scripts/teeq-collect.sh

# task PID NAME STATE [FUNCTION]...: one that is there.
task()
{
	local folder=proc/$1/task/$1
	mkdir -p "$folder"
	printf 'Name:\t%s\nUmask:\t0022\nState:\t%s\nTgid:\t%s\nNgid:\t0\nPid:\t%s\nPPid:\t1\n' \
		"$2" "$3" "$1" "$1" >"$folder/status"
	: >"$folder/stack"
	for function in "${@:4}"; do
		printf '[<0>] %s+0x10/0x40\n' "$function" >>"$folder/stack"
	done
}

ask=(optee_supp_thrd_req handle_rpc_supp_cmd optee_rpc_cmd optee_smc_do_call_with_arg
	optee_open_session tee_ioctl __arm64_sys_ioctl el0_svc)
mkdir -p proc/sys/kernel sys/class/tee/tee0 sys/kernel/tracing/events/optee
echo 6.12.30 >proc/sys/kernel/osrelease
echo '93.12 300.00' >proc/uptime
echo 'console=ttyAMA0' >proc/cmdline
echo kernel >sys/class/tee/tee0/rpmb_routing_model
echo 0 >sys/kernel/tracing/events/optee/enable
echo 1 >sys/kernel/tracing/tracing_on
printf '# tracer: nop\n' >sys/kernel/tracing/trace
task 1 init 'S (sleeping)' do_wait kernel_wait4 el0_svc
task 140 busy 'R (running)'
task 150 'x test' 'D (disk sleep)' "${ask[@]}"
printf '[   90.1] optee: initialized driver\n' >kernel.log
options=(-i 0 -t 1 -n 2 -P proc -S sys -D kernel.log)

sh "$collect" "${options[@]}" board 2>err || fail 'it failed'
has err 'teeq diagnose board.log'
has board.log 'teeq-collect: kernel 6.12.30'
has board.log 'teeq-collect: rpmb is routed by kernel'
has board.log '[   90.1] optee: initialized driver'
has_line board.log 'task:x test state:D stack:0 pid:150 tgid:150 ppid:1 flags:0x0'
[ "$(grep -c 'stacks of all tasks' board.log)" -eq 2 ] || fail 'not two rounds'
has board.trace '# tracer: nop'
[ "$(cat sys/kernel/tracing/events/optee/enable)" = 0 ] || fail 'events are not put back'
[ "$(cat sys/kernel/tracing/tracing_on)" = 1 ] || fail 'the tracer is not put back'
expect 1 diagnose board.log
has out 'tee-supplicant does not run, and 1 call waits for it'
has out 'How sure: certain'
has out 'The pool: 2 threads, 1 of them held'
has out 'x test 150 in open-session'
lacks out 'printed into each other'

task 160 tee-supplicant 'T (stopped)' do_signal_stop get_signal el0_svc
sh "$collect" "${options[@]}" -t 0 board 2>err || fail 'it failed'
expect 1 diagnose board.log
has out 'tee-supplicant is stopped by a signal or a debugger'

# A kernel whose /proc has no stacks is asked by SysRq.
rm proc/*/task/*/stack
: >proc/sysrq-trigger
sh "$collect" "${options[@]}" -t 0 board 2>err || fail 'it failed'
has board.log 'no stacks in /proc: SysRq is asked instead'
has_line proc/sysrq-trigger t
rm -r sys
sh "$collect" "${options[@]}" board 2>err || fail 'it failed'
has err 'no events of the driver'

! sh "$collect" 2>err || fail 'no OUT was fine'
has err 'usage: teeq-collect.sh'
! sh "$collect" -i soon board 2>err || fail '-i soon was fine'
has err "'soon' is not a number"
for shell in dash 'busybox sh'; do
	command -v "${shell%% *}" >/dev/null || continue
	# Words on purpose.
	# shellcheck disable=SC2086
	$shell "$collect" "${options[@]}" -t 0 other 2>err || fail "$shell: it failed"
	has other.log 'teeq-collect: kernel 6.12.30'
done
