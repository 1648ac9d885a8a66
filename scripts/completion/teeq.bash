# SPDX-License-Identifier: BSD-2-Clause
# Completion of teeq for bash. It asks the command itself: for its subcommands and options what --help says,
# for a value what an empty one is answered.

_teeq()
{
	local teeq=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before command= i words=
	before=${COMP_WORDS[COMP_CWORD - 1]}
	# bash takes --policy=x for three words.
	if [ "$word" = = ]; then
		word=
	elif [ "$before" = = ]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	[ "$COMP_CWORD" -lt 2 ] || command=${COMP_WORDS[1]}
	if [ -z "$command" ] || { [ "$command" = help ] && [ "$COMP_CWORD" -eq 2 ]; }; then
		words=$("$teeq" --help 2>/dev/null |
			sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p')
	elif [[ $word == -* ]]; then
		words=$("$teeq" "$command" --help 2>/dev/null |
			sed -n 's/^ \{2,6\}\(-[a-z], \)\{0,1\}\(--[a-z-]*\).*/\2/p')
	elif [ "$before" = --policy ]; then
		words=$("$teeq" policies --json 2>/dev/null | sed -n 's/^{"policy":"\([^"]*\)".*/\1/p')
	elif [[ $before == --* ]]; then
		words=$("$teeq" "$command" "$before=" 2>&1 </dev/null |
			sed -n "s/^teeq [a-z]*: --[a-z-]*: '' is not \([a-z-]*\(, [a-z-]*\)* or [a-z-]*\) .*/\1/p" |
			sed 's/,/ /g; s/ or / /g')
	fi
	# What is not known is a file.
	# shellcheck disable=SC2207 # words without blanks
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -o bashdefault -F _teeq teeq
