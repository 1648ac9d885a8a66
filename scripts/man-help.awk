# SPDX-License-Identifier: BSD-2-Clause
# From what a command says to --help to a page in mdoc.
#
# variables: name, summary, see (names of pages of section 1), date

# A sentence begins a line, and no line is taken for a macro.
function text(line) {
	gsub(/\\/, "\\e", line)
	gsub(/--/, "\\-\\-", line)
	gsub(/\.\.\./, "\001", line)
	gsub(/\.  ?/, ".\n", line)
	gsub(/\001/, "...", line)
	line = "\n" line
	gsub(/\n'/, "\n\\\\\\&'", line)
	gsub(/\n\./, "\n\\\\\\&.", line)
	return substr(line, 2)
}

# One word of a synopsis.
function synopsis_word(word,    rest) {
	rest = ""
	if (word ~ /^\[.*\](\.\.\.)?$/) {
		if (word ~ /\.\.\.$/)
			rest = " ..."
		gsub(/^\[|\](\.\.\.)?$/, "", word)
		return ".Op " (word ~ /^-/ ? flag(word) : "Ar " word) rest
	}
	if (word ~ /\.\.\.$/) {
		sub(/\.\.\.$/, "", word)
		return ".Ar " word " ..."
	}
	if (word ~ /^-/)
		return "." flag(word)
	return (word ~ /^[A-Z]/ ? ".Ar " : ".Cm ") word
}

function flag(word) {
	if (word ~ /^--/)
		return "Fl Fl " substr(word, 3)
	return "Fl " substr(word, 2)
}

function synopsis(line,    count, words, i) {
	sub(/^(usage:)? *teeq */, "", line)
	# What belongs together in brackets is one word.
	while (match(line, /\[[^\]]* [^\]]*\]/))
		line = substr(line, 1, RSTART - 1) \
			gensub_blank(substr(line, RSTART, RLENGTH)) substr(line, RSTART + RLENGTH)
	print ".Nm teeq"
	count = split(line, words, " ")
	for (i = 1; i <= count; i++) {
		gsub(/\001/, " ", words[i])
		print synopsis_word(words[i])
	}
}

function gensub_blank(part) {
	gsub(/ /, "\001", part)
	return part
}

function close_list() {
	if (listed)
		print ".El"
	listed = 0
}

# "  -o, --output FILE  what it does", "  run   what it does"
function item(line,    word, heading, rest, place) {
	sub(/^ +/, "", line)
	if (!listed)
		print ".Bl -tag -width Ds"
	listed = 1
	heading = ".It"
	# A command: all that stands before two blanks.
	if (line !~ /^-/) {
		place = match(line, /  /) ? RSTART : length(line) + 1
		word = substr(line, 1, place - 1)
		line = substr(line, place)
		sub(/ /, " Ar ", word)
		heading = heading " Cm " word
	}
	while (line ~ /^-/) {
		match(line, /^-[a-z-]*/)
		word = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
		heading = heading " " flag(word)
		if (sub(/^, /, "", line))
			heading = heading " ,"
	}
	# One blank and a word: that is its value. What it does comes behind more than one, or behind that.
	if (match(line, /^ [^ ]+/)) {
		heading = heading " Ar " substr(line, 2, RLENGTH - 1)
		line = substr(line, RLENGTH + 1)
	}
	sub(/^ +/, "", line)
	print heading
	if (line != "")
		print text(line)
}

BEGIN {
	print ".\\\" Made from what the command says to --help."
	print ".Dd " date
	print ".Dt " toupper(name) " 1"
	print ".Os"
	print ".Sh NAME"
	print ".Nm " name
	print ".Nd " text(summary)
	print ".Sh SYNOPSIS"
	part = "synopsis"
}

/^== / {
	close_list()
	print ".Sh " substr($0, 4)
	part = "more"
	next
}

part == "synopsis" && /^(usage:| +teeq )/ { synopsis($0); next }
part == "synopsis" { print ".Sh DESCRIPTION"; part = "text"; fresh = 1 }
part == "more" && /^(usage:| +teeq )/ {
	sub(/^usage:/, "      ")
	print ".Dl " text(substr($0, 8))
	next
}
/^exit status: / {
	close_list()
	if (part != "more") {
		print ".Sh EXIT STATUS"
		part = "status"
		fresh = 1
		blank = 0
	}
	sub(/^exit status: /, "")
	sub(/^./, toupper(substr($0, 1, 1)))
}
/^(commands|options):$/ { close_list(); commands = /^commands/; next }
/^$/ { blank = !fresh; commands = 0; next }
match($0, /^ +-/) && RLENGTH <= 7 || (/^  [a-z]/ && commands) { item($0); fresh = blank = 0; next }
/^ / && listed { sub(/^ +/, ""); print text($0); next }
{
	close_list()
	if (blank)
		print ".Pp"
	sub(/^ +/, "")
	print text($0)
	fresh = blank = 0
}

END {
	close_list()
	print ".Sh SEE ALSO"
	count = split(see " teeq-scenario.5 teeq-schedule.5 teeq.7", pages, " ")
	for (i = 1; i <= count; i++) {
		section = 1
		if (pages[i] ~ /\.[0-9]$/) {
			section = substr(pages[i], length(pages[i]))
			pages[i] = substr(pages[i], 1, length(pages[i]) - 2)
		}
		print ".Xr " pages[i] " " section (i < count ? " ," : "")
	}
}
