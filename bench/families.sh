#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How far searches come in families of scenarios that grow by one caller at a time: states for each
# size, their growth, and the last size that was exhausted within the budget.
#
#   bench/families.sh [--teeq FILE] [--states N] [--policy P] [FAMILY...]
set -eu

teeq=build/release/teeq states=4000000 policy=mainline all='like names scripts steps fault cpus mixed pairs'

refuse()
{
	echo "families.sh: $*" >&2
	exit 2
}

while [ $# -gt 0 ]; do
	case $1 in
	--teeq | --states | --policy) [ $# -gt 1 ] || refuse "$1: nothing behind it" ;;&
	--teeq) teeq=$2; shift 2 ;;
	--states) states=$2; shift 2 ;;
	--policy) policy=$2; shift 2 ;;
	-*) refuse "$1: unknown; see its head" ;;
	*) break ;;
	esac
done
[ -f "$teeq" ] && [ -x "$teeq" ] || refuse "$teeq: no command; build it, or say --teeq FILE"
[[ $states =~ ^[1-9][0-9]{0,11}$ ]] || refuse "--states '$states': not a number from 1 up"
for family in "$@"; do
	[[ " $all " == *" $family "* ]] || refuse "'$family': no family, expected some of: $all"
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What most of them begin with: storage behind one mutex, whose power is switched by a system call.
storage()
{
	printf 'teeq: 1\nname: family\nsecure: {threads: 4}\nlocks: [emmc]\n'
	printf 'sessions:\n  scmi: {system: true}\ncommands:\n  on: []\n'
}

service()
{
	printf 'services:\n  r:\n    by: caller\n    do:\n      - lock: emmc\n'
	printf '      - call: {session: scmi, command: on}\n      - unlock: emmc\n'
}

like() # callers of one client
{
	storage
	printf '  w: [{rpc: r}]\n'
	service
	printf 'clients:\n  app:\n    count: %d\n    do: [{call: {command: w}}]\n' "$1"
}

names() # the same script under different names
{
	storage
	printf '  w: [{rpc: r}]\n'
	service
	echo 'clients:'
	for i in $(seq "$1"); do
		printf '  a%d: {do: [{call: {command: w}}]}\n' "$i"
	done
}

callers_of_their_own() # of w1 and so on, one each
{
	service
	echo 'clients:'
	for i in $(seq "$1"); do
		printf '  a%d: {do: [{call: {command: w%d}}]}\n' "$i" "$i"
	done
}

scripts() # each works a while longer than the one before, which no search can tell
{
	storage
	for i in $(seq "$1"); do
		printf '  w%d: [{rpc: r}, {work: %d}]\n' "$i" "$i"
	done
	callers_of_their_own "$1"
}

steps() # each takes a step more than the one before, and nobody is like another
{
	storage
	for i in $(seq "$1"); do
		printf '  w%d: [{rpc: r}' "$i"
		for _ in $(seq "$i"); do
			printf ', {work: 1}'
		done
		echo ']'
	done
	callers_of_their_own "$1"
}

fault() # one call fails
{
	like "$1"
	printf 'faults:\n  f: {kind: call-fails}\n'
}

cpus() # as many processors as threads
{
	like "$1"
	echo 'cpus: 4'
}

mixed() # N that make two normal calls, and N that make a system call
{
	printf 'teeq: 1\nname: family\nsecure: {threads: 4}\nsessions:\n  s: {system: true}\n'
	printf 'commands:\n  c: []\nclients:\n'
	printf '  n: {count: %d, do: [{call: {command: c}}, {call: {command: c}}]}\n' "$1"
	printf '  s: {count: %d, do: [{call: {session: s, command: c}}]}\n' "$1"
}

pairs() # one waits for a notification, another sends it; there are slots for the arguments of all
{
	local keys
	keys=$(seq -s, -f 'k%g' "$1")
	printf 'teeq: 1\nname: family\nsecure: {threads: 4}\narguments: {slots: 16}\n'
	printf 'notifications: [%s]\ncommands:\n' "$keys"
	for i in $(seq "$1"); do
		printf '  s%d: [{wait: k%d}]\n  w%d: [{notify: k%d}]\n' "$i" "$i" "$i" "$i"
	done
	echo 'clients:'
	for i in $(seq "$1"); do
		printf '  s%d: {do: [{call: {command: s%d}}]}\n' "$i" "$i"
		printf '  w%d: {do: [{call: {command: w%d}}]}\n' "$i" "$i"
	done
}

# The states of one search, or nothing where it was not exhausted.
count()
{
	"$teeq" explore "$1" --all --policy "$policy" --max-states "$states" --max-memory 8G \
		--workers "$(nproc)" --trace none 2>/dev/null |
		awk '/^states/ { sub(",", "", $2); n = $2 } /^exhausted/ { print n }'
}

measure()
{
	local family=$1 before= last= line= n=1 now
	while [ "$n" -le 16 ]; do
		"$family" "$n" >"$scratch/$family.$n.yaml"
		now=$(count "$scratch/$family.$n.yaml")
		[ -n "$now" ] || break
		line="$line $now" last=$n
		[ -z "$before" ] || growth=$(awk "BEGIN { printf \"%.1f\", $now / $before }")
		before=$now n=$((n + 1))
	done
	printf '%-8s %5s %7s  %s\n' "$family" "${last:--}" "${growth:--}" "$line"
}

printf '%-8s %5s %7s  %s\n' family last growth "states, from 1 up ($policy, at most $states)"
like 1 >"$scratch/like.1.yaml"
"$teeq" explore "$scratch/like.1.yaml" --policy "$policy" --trace none >"$scratch/words" 2>&1 ||
	[ $? -ne 2 ] || refuse "$(tail -n 1 "$scratch/words")"
# All of them, each a word of its own.
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all
for family in "$@"; do
	growth=
	measure "$family"
done
