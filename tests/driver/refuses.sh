#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What is no tree, no driver, or wants what there is not is told in one line, with what to do.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
# What others build meanwhile is not in it.
TMPDIR=$scratch/temporary
export TMPDIR
mkdir "$TMPDIR"

# says TEXT: the last line of what went wrong.
says()
{
	tail -n 1 err | grep -qF -- "$1" || fail "the last line does not say: $1"
}

expect 2 driver
expect 2 driver build
expect 2 driver build tree
says 'say where to write it'
mkdir tree
expect 2 driver build tree -o x.so
says 'does not say which version of the kernel this is'
# No tree, no place for the result, no compiler: one line each, and before anything is compiled.
rejects()
{
	local text=$1
	shift
	expect 2 driver build "$@"
	[ "$(wc -l <err)" -eq 1 ] || fail "more than one line: driver build $*"
	grep -qF -- "$text" err || fail "driver build $*: does not say: $text"
}
rejects 'nowhere: No such file or directory' nowhere -o x.so
: >file
rejects 'file: is no folder' file -o x.so
mkdir -p tree/drivers/tee/optee
printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n' >tree/Makefile
printf 'tee-objs += tee_core.o\n' >tree/drivers/tee/Makefile
printf 'optee-objs := core.o\n' >tree/drivers/tee/optee/Makefile
printf '#include "tee_private.h"\n' >tree/drivers/tee/tee_core.c
: >tree/drivers/tee/optee/core.c
rejects 'nowhere/x.so: No such file or directory' tree -o nowhere/x.so
rejects 'tree: is no file that could be written' tree -o tree
rejects 'nowhere: No such file or directory' tree -o x.so --include nowhere
rejects 'no-such-compiler: cannot be run' tree -o x.so --cc no-such-compiler
rejects "found 'abc', expected the version of a kernel" tree -o x.so --linux abc
rejects 'not the folder of the kernel' tree -o x.so --shims tree
[ ! -e x.so ] || fail 'something was written'
expect 2 driver build tree -o x.so
says 'drivers/tee/tee_core.c: the tree has no tee_private.h'
printf '#include <linux/tee_drv.h>\n' >tree/drivers/tee/tee_core.c
expect 2 driver build tree -o x.so
says 'drivers/tee/tee_core.c: the tree has no linux/tee_drv.h'
rm -r tree
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
[ -z "$(ls "$TMPDIR")" ] || fail 'the stage was left behind'

expect 2 driver show none.so
expect 2 driver show
expect 2 driver show none.so none.so
expect 2 driver show none.so --jsn
says 'did you mean --json?'
expect 0 driver show --help
printf 'int unrelated;\n' >unrelated.c
"${CC:-cc}" -shared -fPIC -o unrelated.so unrelated.c || exit 77
expect 2 driver show unrelated.so
says 'not a driver of teeq driver build'
expect 2 driver show file
says 'not a shared object, or cut short'
head -c 3000 unrelated.so >cut.so
expect 2 driver show cut.so
says 'not a shared object, or cut short'
# Of another build: its interface is another one.
printf 'unsigned int teeq_driver[64] = { 1 };\n' >old.c
"${CC:-cc}" -shared -fPIC -o old.so old.c || exit 77
expect 2 driver show old.so
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
expect 2 run --driver unrelated.so --search depth x
says '--search and budgets of one go with explore'
expect 2 explore --driver unrelated.so --search widely x
says 'is not breadth, depth or schedules'
expect 0 run --driver unrelated.so --help
expect 0 driver --help
