# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests of what the pages show: commands, and what they print.
# shellcheck shell=bash

# cases PAGE: case-NNN.command and case-NNN.shown: a command of teeq behind "$ ", and its output, up to the next
# command or plain line. They are indented, or between lines of "```console" and "```".
cases()
{
	awk '
		/^```/ {
			fenced = $0 == "```console"
			shown = 0
			next
		}
		fenced { $0 = "    " $0 }
		/^    \$ / {
			shown = 0
			if ($2 != "teeq")
				next
			shown = sprintf("case-%03d", ++count)
			print substr($0, 7) >(shown ".command")
			next
		}
		/^    / || /^$/ { if (shown) print substr($0, 5) >(shown ".shown"); next }
		{ shown = 0 }
	' "$1"
}

# compare SHOWN FOUND: line by line; a line "..." stands for any lines, "..." inside of one for any text, and what
# follows may be left out.
compare()
{
	awk '
		function same(shown, found,    parts, count, i, at)
		{
			count = split(shown, parts, /[.][.][.]/)
			if (index(found, parts[1]) != 1)
				return 0
			found = substr(found, length(parts[1]) + 1)
			for (i = 2; i <= count; i++) {
				at = parts[i] == "" ? length(found) + 1 : index(found, parts[i])
				if (!at)
					return 0
				found = substr(found, at + length(parts[i]))
			}
			return found == ""
		}
		NR == FNR { shown[++count] = $0; next }
		{ found[++length_found] = $0 }
		END {
			while (count > 0 && shown[count] == "")
				count--
			at = 1
			for (i = 1; i <= count; i++) {
				if (shown[i] == "...") {
					skip = 1
					continue
				}
				while (skip && at <= length_found && !same(shown[i], found[at]))
					at++
				skip = 0
				if (at > length_found || !same(shown[i], found[at])) {
					print "shown: " shown[i]
					print "found: " found[at]
					exit 1
				}
				at++
			}
		}' "$1" "$2"
}
