# SPDX-License-Identifier: BSD-2-Clause
# teeq-scenario(5) from docs/scenarios.md: headings, paragraphs, tables, examples, lists.
#
# variables: date

function inline(line,    out, part, link, strip) {
	gsub(/\\\|/, "|", line)
	gsub(/\\/, "\\e", line)
	# A link is its text.
	while (match(line, /\[[^\][]*\]\([^)]*\)/)) {
		link = substr(line, RSTART + 1, RLENGTH - 1)
		part = substr(line, RSTART + RLENGTH)
		sub(/\]\(.*/, "", link)
		line = substr(line, 1, RSTART - 1) link part
	}
	out = ""
	while (match(line, /`[^`]*`|\*\*[^*]*\*\*|\*[^*]*\*/)) {
		out = out substr(line, 1, RSTART - 1) "\\fB"
		part = substr(line, RSTART, RLENGTH)
		strip = part ~ /^\*\*/ ? 2 : 1
		part = substr(part, strip + 1, length(part) - 2 * strip)
		out = out part "\\fP"
		line = substr(line, RSTART + RLENGTH)
	}
	line = out line
	gsub(/\. /, ".\n", line)
	line = "\n" line
	gsub(/\n'/, "\n\\\\\\&'", line)
	gsub(/\n\./, "\n\\\\\\&.", line)
	return substr(line, 2)
}

function flush_paragraph() {
	if (paragraph == "")
		return
	if (blank)
		print ".Pp"
	print inline(paragraph)
	paragraph = ""
	blank = 1
}

function end_block() {
	flush_paragraph()
	if (block == "table" || block == "list")
		print ".El"
	if (block == "code")
		print ".Ed"
	block = ""
}

function row(line,    count, cells, i, heading) {
	gsub(/\\\|/, "\001", line)
	sub(/^\| */, "", line)
	sub(/ *\|$/, "", line)
	count = split(line, cells, / *\| */)
	for (i = 1; i <= count; i++)
		gsub(/\001/, "|", cells[i])
	if (block != "table") {
		end_block()
		split("", titles)
		for (i = 1; i <= count; i++)
			titles[i] = cells[i]
		print ".Bl -tag -width Ds"
		block = "table"
		return
	}
	if (line ~ /^-+/)
		return
	heading = inline(cells[1])
	print ".It " heading
	# Of four columns the two in the middle are short.
	for (i = 2; i < count; i++)
		print inline(titles[i] ": " cells[i] ".")
	print inline(cells[count])
}

BEGIN {
	print ".\\\" Made from docs/scenarios.md."
	print ".Dd " date
	print ".Dt TEEQ-SCENARIO 5"
	print ".Os"
	print ".Sh NAME"
	print ".Nm teeq-scenario"
	print ".Nd what calls the secure world, and how, for teeq"
	print ".Sh DESCRIPTION"
}

/^```/ && fenced { fenced = 0; end_block(); blank = 1; next }
fenced { print ($0 ~ /^[.']/ ? "\\&" : "") gensub_code($0); next }
/^```/ { end_block(); print ".Bd -literal -offset indent"; block = "code"; fenced = 1; next }
/^# / { next }
/^##+ / {
	end_block()
	heading = $0
	sub(/^#+ /, "", heading)
	if ($0 ~ /^## /)
		heading = toupper(heading)
	print ($0 ~ /^## / ? ".Sh " : ".Ss ") inline(heading)
	blank = 0
	next
}
/^\|/ { row($0); next }
block == "table" { end_block(); blank = 1 }
/^    / && (block == "code" || paragraph == "") {
	if (block != "code") {
		end_block()
		print ".Bd -literal -offset indent"
		block = "code"
	}
	print gensub_code(substr($0, 5))
	next
}
/^$/ {
	if (block == "code") {
		end_block()
		blank = 1
	} else {
		flush_paragraph()
	}
	next
}
/^- / {
	if (block != "list") {
		end_block()
		print ".Bl -bullet"
		block = "list"
	}
	flush_paragraph()
	print ".It"
	blank = 0
	paragraph = substr($0, 3)
	next
}
block == "list" && !/^ / { end_block(); blank = 1 }
{ sub(/^ +/, ""); paragraph = paragraph == "" ? $0 : paragraph " " $0 }

function gensub_code(line) {
	gsub(/\\/, "\\e", line)
	return line
}

END {
	end_block()
	print ".Sh SEE ALSO"
	print ".Xr teeq 1 ,"
	print ".Xr teeq-schedule 5 ,"
	print ".Xr teeq 7"
}
