#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The binary interface is what it was; and where a function is gone, or a structure has grown, it shows.
#
# environment: SOURCE_DIR
. "$SOURCE_DIR/tests/cli/_common.sh"
bash "$SOURCE_DIR/scripts/abi.sh" >out 2>&1 || {
	[ $? -eq 77 ] && { cat out; exit 77; }
	fail "the interface is another one; if it is to be, run scripts/abi.sh --renew: $(cat out)"
}

# broken WHAT EXPRESSION: a reference from which the libraries differ in that.
broken()
{
	mkdir -p reference
	cp "$SOURCE_DIR"/tests/package/*.abi reference/
	sed -i "$2" reference/libteeq.abi
	cmp -s reference/libteeq.abi "$SOURCE_DIR/tests/package/libteeq.abi" && fail "$1: nothing was changed"
	ABI_REFERENCE=$scratch/reference bash "$SOURCE_DIR/scripts/abi.sh" >out 2>&1
	[ $? -eq 1 ] || fail "$1 does not show: $(cat out)"
	has out "$3"
}
broken 'a function that is gone' "s/'teeq_world_step'/'teeq_world_leap'/g" 'teeq_world_leap'
size=$(sed -n "s/.*class-decl name='teeq_error' size-in-bits='\([0-9]*\)'.*/\1/p" "$SOURCE_DIR/tests/package/libteeq.abi" |
	head -n 1)
broken 'a structure that has grown' "s/\(class-decl name='teeq_error' size-in-bits=\)'$size'/\1'$((size - 64))'/" \
	'teeq_error'
