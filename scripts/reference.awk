# SPDX-License-Identifier: BSD-2-Clause
# A public header for Doxygen, whose comments are marked for it: what is in front of something becomes its
# description, what is behind a member on its line as well, and a name of a parameter or member ("@task") stands
# out; a block of these, one to a line, is a list. The headers themselves are plain C.
function bold(text)
{
	while (match(text, /@[a-z_]+/))
		text = substr(text, 1, RSTART - 1) "<b>" substr(text, RSTART + 1, RLENGTH - 1) "</b>" \
			substr(text, RSTART + RLENGTH)
	return text
}

function plain(text)
{
	gsub(/[\\#%$&<>"]/, "\\\\&", text)
	gsub(/::/, "\\::", text)
	# "@step, @task   text" at the beginning of a line: an entry of a list.
	if (match(text, /^@[a-z_]+(, @[a-z_.]+)*(   *|$)/)) {
		listed = 1
		size = RLENGTH
		head = substr(text, 1, size)
		sub(/ +$/, "", head)
		return "- " bold(head) " " bold(substr(text, size + 1))
	}
	sub(/^ +/, listed ? "  " : "", text)
	return bold(text)
}

FNR == 1 { print "/** @file */" }

inside {
	end = sub(/ *\*\/.*$/, "")
	sub(/^[ \t]*\*? ?/, "")
	if ($0 == "")
		listed = 0
	print (trailing ? "" : " * ") plain($0) (end ? " */" : "")
	inside = !end
	next
}

# A rule, and the licence: neither describes what follows.
/^\/\* -+ .* -+ \*\/$/ || /SPDX-License-Identifier/ { print ""; next }

/^[ \t]*\/\*/ {
	listed = trailing = 0
	end = sub(/ *\*\/[ \t]*$/, "")
	sub(/^[ \t]*\/\* ?/, "")
	print "/** " plain($0) (end ? " */" : "")
	inside = !end
	next
}

# Behind code.
/\/\*/ && !/\\$/ {
	listed = 0
	trailing = 1
	at = index($0, "/*")
	code = substr($0, 1, at - 1)
	text = substr($0, at + 2)
	end = sub(/ *\*\/[ \t]*$/, "", text)
	printf "%s/**<%s%s\n", code, plain(text), end ? " */" : ""
	inside = !end
	next
}

{ print }
