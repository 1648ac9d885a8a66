#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What is no tree, no driver, or wants what there is not is told in one line, with what to do.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"

# says TEXT: the last line of what went wrong.
says()
{
	tail -n 1 err | grep -qF -- "$1" || fail "the last line does not say: $1"
}

expect 2 driver
expect 2 driver build
expect 2 driver build tree
says 'say where to write it'
expect 2 driver build tree -o x.so
says 'does not say which version of the kernel this is'
mkdir -p tree/drivers/tee/optee tree/include
printf 'VERSION = 5\nPATCHLEVEL = 19\nSUBLEVEL = 3\n' >tree/Makefile
expect 2 driver build tree -o x.so
says 'this is Linux 5.19.3'
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n' >tree/Makefile
expect 2 driver build tree -o x.so
says 'tree/drivers/tee/Makefile: cannot be read'
printf 'tee-objs += tee_core.o\n' >tree/drivers/tee/Makefile
expect 2 driver build tree -o x.so
says 'has no drivers/tee/tee_core.c'
printf 'optee-objs := core.o\n' >tree/drivers/tee/optee/Makefile
printf '#include <linux/teeq_has_none.h>\n' >tree/drivers/tee/tee_core.c
: >tree/drivers/tee/optee/core.c
expect 2 driver build tree -o x.so
says 'there is no <linux/teeq_has_none.h>'
grep -q 'fatal error\|file not found' err || fail "the compiler's own words are missing"
mkdir -p own/linux
: >own/linux/teeq_has_none.h
printf '#include <linux/teeq_has_none.h>\nint f(void)\n{\n\treturn no_such_thing();\n}\n' \
	>tree/drivers/tee/tee_core.c
expect 2 driver build tree -o x.so --include own
says 'drivers/tee/tee_core.c: does not compile'
[ ! -e x.so ] || fail 'something was written'
[ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'teeq-driver-*' -user "$(id -u)" -newer tree 2>/dev/null)" ] ||
	fail 'the stage was left behind'

expect 2 driver show none.so
printf 'int unrelated;\n' >unrelated.c
"${CC:-cc}" -shared -fPIC -o unrelated.so unrelated.c || exit 77
expect 2 driver show unrelated.so
says 'not a driver of teeq driver build'
printf 'int no_such_symbol(void);\nint f(void)\n{\n\treturn no_such_symbol();\n}\n' >wants.c
"${CC:-cc}" -shared -fPIC -o wants.so wants.c || exit 77
expect 2 driver show wants.so
says 'wants no_such_symbol, which'
expect 2 run --driver unrelated.so "$SOURCE_DIR/examples/scenarios/hwrng.yaml"
expect 2 shrink --driver unrelated.so x
says 'not a driver of teeq driver build'
expect 2 show --driver unrelated.so x
says '--driver goes with'
expect 2 run --driver unrelated.so --policy mainline x
says 'do not go together'
expect 0 run --driver unrelated.so --help
expect 0 driver --help
