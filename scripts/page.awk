# SPDX-License-Identifier: BSD-2-Clause
# A page of the site, of what cmark-gfm makes of a Markdown file: the same head and list of pages around each,
# names for headings, as GitHub gives them, and links to pages and not to Markdown.
#
# A comment "picture: PAGE.html#STEP HEIGHT CAPTION" becomes a figure, which site.sh makes.
#
# -v title=TITLE -v pages="NAME...", of docs, without .md -v pictures=yes, or nothing where there are none
function slug(text)
{
	gsub(/<[^>]*>/, "", text)
	gsub(/&[a-z]+;/, "", text)
	text = tolower(text)
	gsub(/[^a-z0-9 _-]/, "", text)
	gsub(/ /, "-", text)
	return taken[text]++ ? text "-" (taken[text] - 1) : text
}

# What is shown of a page at its first steps, and the words below it.
function figure(words,    page, height, file) {
	page = words
	sub(/ .*/, "", page)
	sub(/^[^ ]* /, "", words)
	height = words + 0
	sub(/^[0-9]* /, "", words)
	if (!pictures)
		return "<p><a href=\"" page "\">" words "</a> (A picture belongs here; there was no browser to make it.)</p>"
	file = page
	sub(/\.html/, "", file)
	sub(/#/, "-", file)
	return "<figure>\n<a href=\"" page "\"><img src=\"pictures/" file ".png\" height=\"" height "\" width=\"1100\"\n" \
		"alt=\"" words "\"></a>\n<figcaption>" words "</figcaption>\n</figure>"
}

BEGIN {
	print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
	print "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" title " - teeq</title>"
	print "<link rel=\"stylesheet\" href=\"site.css\">\n</head>\n<body>\n<nav>\n<a href=\"index.html\">teeq</a>"
	count = split(pages, names, " ")
	for (i = 1; i <= count; i++)
		print "<a href=\"" names[i] ".html\">" names[i] "</a>"
	print "<a href=\"reference/files.html\">C interface</a>\n<a href=\"report.html\">a report</a>\n</nav>\n<main>"
}

/^<!-- picture: .* -->$/ {
	sub(/^<!-- picture: /, "")
	sub(/ -->$/, "")
	print figure($0)
	next
}

match($0, /^<h[1-6]>/) {
	level = substr($0, 3, 1)
	text = substr($0, 5)
	sub("</h" level ">$", "", text)
	print "<h" level " id=\"" slug(text) "\">" text "</h" level ">"
	next
}

{
	gsub(/href="\.\.\/docs\//, "href=\"")
	gsub(/href="docs\//, "href=\"")
	gsub(/src="docs\//, "src=\"")
	gsub(/href="\.\.\/CONTRIBUTING\.md/, "href=\"CONTRIBUTING.md")
	gsub(/href="\.\.\//, "href=\"tree/")
	while (match($0, /href="[A-Za-z0-9_-]+\.md/))
		$0 = substr($0, 1, RSTART + RLENGTH - 4) ".html" substr($0, RSTART + RLENGTH)
	print
}

END { print "</main>\n</body>\n</html>" }
