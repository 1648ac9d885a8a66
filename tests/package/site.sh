#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The documentation's site: it is made without a warning of Doxygen's, its links lead somewhere, and a page, a
# function and the run are on it. A link that leads nowhere, and a comment that Doxygen cannot read, are found.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/package/_tree.sh"
export TEEQ
copy_tree tree
tree/scripts/site.sh "$scratch/site" >out 2>&1 || {
	[ $? -eq 77 ] && { cat out; exit 77; }
	fail "the site is not made: $(cat out)"
}
grep -q '<table>' site/testing.html || fail 'there are no tables'
grep -q 'id="with-which-framework"' site/testing.html || fail 'headings have no names'
grep -rq 'teeq_fuzz_operations' site/reference/*.html || fail 'a function is not in the reference'
grep -q 'Up to eight tasks open sessions' site/reference/fuzz_8h.html || fail 'its description is not, either'
grep -q 'app\.1' site/report.html || fail 'the report is not one'

echo 'See [that](nowhere.md), [this](#no-such-heading).' >>tree/docs/testing.md
tree/scripts/site.sh "$scratch/site" >out 2>&1 && fail 'a link that leads nowhere is not found'
has out 'testing.html: nowhere.html leads nowhere'
has out 'testing.html: #no-such-heading: there is no such heading'
sed -i 's/^function bold(text)$/&\n{\n	return text\n}\n\nfunction bolder(text)/' tree/scripts/reference.awk
tree/scripts/site.sh "$scratch/site" >out 2>&1 && fail 'a warning of Doxygen is none'
has out 'unknown command'
has out 'the reference has warnings'
