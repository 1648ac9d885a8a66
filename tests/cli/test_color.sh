#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Colours: only where they are wanted, and what is printed is otherwise the same byte for byte.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
escape=$(printf '\033')

# plain STATUS ARGUMENT...: the same with colours taken out, never and in a file without any.
plain()
{
	local wanted=$1
	shift
	expect "$wanted" "$@"
	cp out one
	lacks one "$escape"
	expect "$wanted" "$@" --color=never
	same one out
	expect "$wanted" "$@" --color=always
	has out "$escape"
	sed "s/$escape\[[0-9;]*m//g" out >bare
	same one bare
}
plain 1 run rpmb.yaml --policy untracked --seed 1 --trace text
has_line out "$escape[1mThreads of the secure world:$escape[0m"
has out "$escape[1;31mdeadlock$escape[0m after 9 steps"
plain 0 run rpmb.yaml
has out "$escape[32mdone$escape[0m after"
plain 1 explore nested.yaml
plain 0 check rpmb.yaml nested.yaml
has out "$escape[32mok$escape[0m"
plain 0 compare rpmb.yaml
plain 0 minimum nested.yaml --policy repaired
# Words of names and quotations are left alone, and JSON is.
sed 's/app:/done:/; s/emmc/deadlock/; s/rpmb-scmi/limit/' rpmb.yaml >names.yaml
expect 0 explore names.yaml --color=always --json
lacks out "$escape"
refuse "--color: 'red' is not auto, always or never" run rpmb.yaml --color=red

# On a terminal, unless NO_COLOR is there, or it has none.
command -v script >/dev/null || { echo 'no script(1): no terminal to print to' >&2; exit 77; }
terminal()
{
	env -u NO_COLOR TEEQ_PAGER= "$@" script -qec "'$TEEQ' run rpmb.yaml" /dev/null >out 2>err </dev/null
}
terminal TERM=xterm
has out "$escape[32mdone"
for none in TERM=dumb NO_COLOR=1; do
	terminal TERM=xterm "$none"
	lacks out "$escape"
	has out 'done after'
done
exit 0
