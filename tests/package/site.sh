#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The documentation's site: it is made without a warning of Doxygen's, its links lead somewhere, and a page, a
# function, the reports and pictures of them are on it; without a browser it says that there are none. A link that
# leads nowhere, and a comment that Doxygen cannot read, are found.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/package/_tree.sh"
export TEEQ
copy_tree tree
CHROMIUM=$scratch/none tree/scripts/site.sh "$scratch/site" >out 2>&1 || {
	[ $? -eq 77 ] && { cat out; exit 77; }
	fail "the site is not made: $(cat out)"
}
has out 'pictures are left out'
grep -q '<table>' site/testing.html || fail 'there are no tables'
grep -q 'id="with-which-framework"' site/testing.html || fail 'headings have no names'
grep -rq 'teeq_fuzz_operations' site/reference/*.html || fail 'a function is not in the reference'
grep -q 'Up to eight tasks open sessions' site/reference/fuzz_8h.html || fail 'its description is not, either'
for page in report explained swept diagnosed; do
	grep -q '</html>' site/$page.html || fail "$page.html is no page"
done
has site/reports.html '<a href="report.html#7">A run of rpmb-scmi'
has site/reports.html 'there was no browser to make it'
lacks site/reports.html '<img src="pictures/'

echo 'See [that](nowhere.md), [this](#no-such-heading).' >>tree/docs/testing.md
tree/scripts/site.sh "$scratch/site" >out 2>&1 && fail 'a link that leads nowhere is not found'
has out 'testing.html: nowhere.html leads nowhere'
has out 'testing.html: #no-such-heading: there is no such heading'
sed -i 's/^function bold(text)$/&\n{\n	return text\n}\n\nfunction bolder(text)/' tree/scripts/reference.awk
tree/scripts/site.sh "$scratch/site" >out 2>&1 && fail 'a warning of Doxygen is none'
has out 'unknown command'
has out 'the reference has warnings'

command -v chromium >/dev/null || { echo 'no chromium: no pictures were made'; exit 77; }
copy_tree again
again/scripts/site.sh "$scratch/site" >out 2>&1 || fail "the site is not made: $(cat out)"
has site/reports.html '<a href="report.html#7"><img src="pictures/report-7.png" height="1300" width="1100"'
has site/field.html '<img src="pictures/diagnosed.png"'
for picture in report-7 explained-9 swept diagnosed; do
	# Its width and height, as PNG has them; and more than a white sheet of that size takes.
	size=$(od -A n -t u1 -j 18 -N 2 site/pictures/$picture.png | awk '{ print $1 * 256 + $2 }')
	[ "$size" -eq 1100 ] || fail "$picture.png is $size wide"
	[ "$(wc -c <site/pictures/$picture.png)" -gt 50000 ] || fail "$picture.png shows nothing"
done
# Another step is another picture, and a page that is not there is found.
sed -i 's/^<!-- picture: report.html#7/<!-- picture: report.html#1/; s/^<!-- picture: swept/<!-- picture: unswept/' again/docs/reports.md
mv site/pictures/report-7.png .
again/scripts/site.sh "$scratch/site" >out 2>&1 && fail 'a picture of nothing is one'
has out 'no picture of unswept.html'
cmp -s report-7.png site/pictures/report-1.png && fail 'the picture is of no step'
[ -s site/pictures/report-1.png ] || fail 'there is no other picture'
