# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests of the command. TEEQ is its path. Every test works in a scratch folder of its
# own, and ends at the first expectation that is not met.
# shellcheck shell=bash
set -u
LC_ALL=C
export LC_ALL

: "${TEEQ:?the path of the command}" "${SOURCE_DIR:?the root of the tree}"
case $TEEQ in
/*) ;;
*) TEEQ=$PWD/$TEEQ ;;
esac
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# Replay commands that the command prints begin with its bare name.
mkdir bin
ln -s "$TEEQ" bin/teeq
PATH=$scratch/bin:$PATH

fail()
{
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	for file in out err; do
		[ ! -f "$file" ] || sed "s/^/  $file: /" "$file" | head -n 40 >&2
	done
	exit 1
}

# expect STATUS ARGUMENT...: run the command; its output is then in the files out and err.
expect()
{
	local wanted=$1 status=0
	shift
	"$TEEQ" "$@" >out 2>err </dev/null || status=$?
	[ "$status" -eq "$wanted" ] || fail "teeq $*: expected status $wanted, found $status"
}

# has FILE TEXT: somewhere in the file, literally; lacks: nowhere.
has()
{
	grep -qF -- "$2" "$1" || fail "expected in $1: $2"
}

lacks()
{
	! grep -qF -- "$2" "$1" || fail "not expected in $1: $2"
}

# has_line FILE TEXT: a whole line.
has_line()
{
	grep -qxF -- "$2" "$1" || fail "expected as a line of $1: $2"
}

is_empty()
{
	[ ! -s "$1" ] || fail "expected nothing in $1"
}

# lines FILE COUNT
lines()
{
	[ "$(wc -l <"$1")" -eq "$2" ] || fail "expected $2 lines in $1, found $(wc -l <"$1")"
}

same()
{
	cmp -s "$1" "$2" || fail "$1 and $2 differ: $(diff "$1" "$2" | head -n 10)"
}

# refuse TEXT ARGUMENT...: status 2, nothing on stdout, one line on stderr with the text in it.
refuse()
{
	local text=$1
	shift
	expect 2 "$@"
	is_empty out
	lines err 1
	has err "$text"
}

# browser PAGE[#PLACE]: open a page that was written here in Chromium; what it then holds is in the file dom.
browser()
{
	timeout 300 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" \
		--virtual-time-budget=5000 --dump-dom "file://$scratch/$1" >dom 2>browser.err </dev/null || return 1
	grep -q 'data-ready="true"' dom
}

# The scenario that all start from: two storage calls, each of which needs a call of its own.
write_rpmb()
{
	cat >rpmb.yaml <<-'END'
		teeq: 1
		name: rpmb-scmi
		secure: {threads: 2}
		locks: [emmc]
		sessions:
		  scmi: {system: true}
		commands:
		  storage-write: [{rpc: rpmb}]
		  regulator-on: []
		services:
		  rpmb:
		    by: caller
		    do:
		      - lock: emmc
		      - call: {session: scmi, command: regulator-on}
		      - unlock: emmc
		clients:
		  app: {count: 2, do: [{call: {command: storage-write}}]}
		expect:
		  untracked: deadlock
		  mainline: done
	END
}

# Two system sessions, one inside a call of the other: loses a wake-up under mainline.
write_nested()
{
	cat >nested.yaml <<-'END'
		teeq: 1
		name: nested
		secure: {threads: 2}
		sessions:
		  key: {system: true}
		  scmi: {system: true}
		commands:
		  outer: [{rpc: serve}]
		services:
		  serve: {by: caller, do: [{call: {session: scmi}}]}
		clients:
		  k: {do: [{call: {session: key, command: outer}}]}
		  n: {do: [{call: {}}]}
		expect:
		  mainline: lost-wakeup
		  repaired: done
	END
}

# A task that unlocks what it does not hold.
write_violation()
{
	cat >violation.yaml <<-'END'
		teeq: 1
		name: violation
		secure: {threads: 1}
		locks: [l]
		clients:
		  a: {do: [{unlock: l}]}
	END
}
