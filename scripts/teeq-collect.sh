#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Gathers on a board what `teeq diagnose` and `teeq trace` want to see of a hang: the kernel's log, all stacks
# twice, and for some seconds the events of the OP-TEE driver. A POSIX shell and the tools of busybox are
# enough. As root; nothing is changed but the tracer, which is put back.
#
# usage: teeq-collect.sh [OPTION]... OUT		writes OUT.log and OUT.trace
#	-r ROUNDS	how often stacks are taken, 2
#	-i SECONDS	between two times, 10
#	-t SECONDS	for how long events are traced, 5; 0: not at all
#	-n THREADS	how many threads the secure world has (CFG_NUM_THREADS), if you know
#	-s		SysRq w and t as well, even where /proc has stacks
#	-P DIR, -S DIR	where /proc and /sys are
#	-D FILE		the kernel's log, instead of what dmesg says
set -u
LC_ALL=C
export LC_ALL

rounds=2
interval=10
seconds=5
threads=
sysrq=
proc=/proc
sys=/sys
log=

usage()
{
	sed -n 's/^# \{0,1\}//; /^usage/,/^-D/p' "$0" >&2
	exit 2
}

# number TEXT: whether it is one.
number()
{
	case $1 in
	'' | *[!0-9]*) echo "teeq-collect: '$1' is not a number" >&2; usage ;;
	esac
}

while getopts r:i:t:n:sP:S:D: option; do
	case $option in
	r) number "$OPTARG"; rounds=$OPTARG ;;
	i) number "$OPTARG"; interval=$OPTARG ;;
	t) number "$OPTARG"; seconds=$OPTARG ;;
	n) number "$OPTARG"; threads=$OPTARG ;;
	s) sysrq=yes ;;
	P) proc=$OPTARG ;;
	S) sys=$OPTARG ;;
	D) log=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] || usage
out=$1

say()
{
	echo "teeq-collect: $*"
}

# The first line of a file, or nothing.
first_line()
{
	line=
	[ -r "$1" ] && read -r line <"$1"
	echo "$line"
}

about()
{
	say "kernel $(first_line "$proc/sys/kernel/osrelease")"
	[ -z "$threads" ] || say "threads $threads"
	for file in "$sys"/class/tee/*; do
		[ -e "$file" ] || continue
		say "device ${file##*/}"
		routing=$(first_line "$file/rpmb_routing_model")
		[ -z "$routing" ] || say "rpmb is routed by $routing"
	done
	say "command line $(first_line "$proc/cmdline")"
}

# one_task DIR: the head of its stack, as the kernel writes it, and the stack.
one_task()
{
	name=
	state=
	tgid=
	pid=
	ppid=
	while read -r key value rest; do
		case $key in
		Name:) name=$value${rest:+ $rest} ;;
		State:) state=$value ;;
		Tgid:) tgid=$value ;;
		Pid:) pid=$value ;;
		PPid:) ppid=$value ;;
		esac
	done 2>/dev/null <"$1/status"
	# Tasks end while they are looked at.
	[ -n "$pid" ] || return 0
	echo "task:$name state:$state stack:0 pid:$pid tgid:$tgid ppid:$ppid flags:0x0"
	echo "==> /proc/$pid/stack <=="
	cat "$1/stack" 2>/dev/null
}

stacks()
{
	say "stacks of all tasks, round $1, uptime $(first_line "$proc/uptime")"
	for task in "$proc"/[0-9]*/task/[0-9]*; do
		[ -r "$task/status" ] && one_task "$task"
	done
	say 'end of stacks'
}

kernel_log()
{
	say 'log of the kernel'
	if [ -n "$log" ]; then
		cat "$log"
	else
		dmesg
	fi
	say 'end of the log'
}

# Whether stacks can be read in /proc: the kernel was built for it, and we may.
has_stacks()
{
	for file in "$proc"/[0-9]*/task/[0-9]*/stack; do
		[ -n "$(cat "$file" 2>/dev/null)" ] && return 0
	done
	return 1
}

ask_sysrq()
{
	for key in w t; do
		echo "$key" 2>/dev/null >"$proc/sysrq-trigger" ||
			say "SysRq $key was refused: not root, or /proc/sys/kernel/sysrq forbids it"
	done
}

collect()
{
	about
	if has_stacks; then
		[ -z "$sysrq" ] || ask_sysrq
		kernel_log
	else
		say 'no stacks in /proc: SysRq is asked instead'
		sysrq=only
	fi
	round=1
	while [ "$round" -le "$rounds" ]; do
		[ "$round" -eq 1 ] || sleep "$interval"
		if [ "$sysrq" = only ]; then
			ask_sysrq
		else
			stacks "$round"
		fi
		round=$((round + 1))
	done
	[ "$sysrq" != only ] || kernel_log
}

# The tracer, as it was before.
put_back()
{
	[ -n "$tracing" ] || return 0
	echo "$was_enabled" >"$tracing/events/optee/enable"
	echo "$was_on" >"$tracing/tracing_on"
	tracing=
}

trace()
{
	tracing=
	for folder in "$sys/kernel/tracing" "$sys/kernel/debug/tracing"; do
		[ -w "$folder/events/optee/enable" ] && tracing=$folder && break
	done
	if [ -z "$tracing" ]; then
		echo "teeq-collect: no events of the driver: no tracefs at $sys/kernel/tracing, no driver loaded," \
			'or a kernel without them (before Linux 5.13)' >&2
		return 0
	fi
	was_enabled=$(first_line "$tracing/events/optee/enable")
	was_on=$(first_line "$tracing/tracing_on")
	trap 'put_back; exit 1' INT TERM HUP
	echo 1 >"$tracing/events/optee/enable"
	echo 1 >"$tracing/tracing_on"
	sleep "$seconds"
	echo 0 >"$tracing/tracing_on"
	cat "$tracing/trace" >"$out.trace"
	put_back
	trap - INT TERM HUP
}

collect >"$out.log" || exit 1
[ "$seconds" -eq 0 ] || trace
echo "teeq-collect: wrote $out.log; look at it with: teeq diagnose $out.log" >&2
[ ! -f "$out.trace" ] || echo "teeq-collect: wrote $out.trace; look at it with: teeq trace $out.trace" >&2
