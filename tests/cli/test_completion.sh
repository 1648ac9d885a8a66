#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Completion of bash, zsh and fish, by running it: what each offers is what the command has, and what it offers
# for a value is one. A shell that is not there is left out; at least bash is.
. "$(dirname "$0")/_common.sh"
folder=$SOURCE_DIR/scripts/completion
# Hundreds of times --help: leaks are looked for elsewhere, and the search for them stops the process from outside.
export ASAN_OPTIONS=detect_leaks=0
write_rpmb

expect 0 --help
sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p' out | sort >commands
grep -qx explore commands || fail 'the list of commands was not read'

# offers SHELL WORD...: what is offered for the last of them, one a line, sorted.
offers()
{
	local shell=$1
	shift
	case $shell in
	bash)
		# Words as bash takes them apart.
		bash -c '. "$1/teeq.bash"; shift; COMP_WORDS=(); for word; do
			case $word in
			--*=*) COMP_WORDS+=("${word%%=*}" "="); [ -z "${word#*=}" ] || COMP_WORDS+=("${word#*=}") ;;
			*) COMP_WORDS+=("$word") ;;
			esac; done; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _teeq; printf "%s\n" "${COMPREPLY[@]}"' \
			bash "$folder" "$@"
		;;
	zsh)
		# What zsh itself would do with what it is given is to filter it by the word so far.
		zsh -f -c 'folder=$1; shift; words=("$@"); CURRENT=$#; last=${words[CURRENT]##*=}
			compadd() { print -l -- ${(M)found:#$last*} }; compset() { : }; _files() { : }
			. $folder/_teeq' zsh "$folder" "$@"
		;;
	fish)
		local line="" word
		for word; do line="$line$word "; done
		fish -N -c "source '$folder/teeq.fish'; complete -C '${line% }'" | cut -f 1 | sed 's/^--[a-z-]*=//'
		;;
	esac | grep . | sort -u
}

# offered SHELL EXPECTED WORD...: these, one a line in the file.
offered()
{
	local shell=$1 expected=$2
	shift 2
	HOME=$scratch offers "$shell" "$@" >offers || :
	cmp -s "$expected" offers || fail "$shell: '$*': expected $(tr '\n' ' ' <"$expected"), found $(tr '\n' ' ' <offers)"
}

shells=0
for shell in bash zsh fish; do
	command -v $shell >/dev/null || continue
	shells=$((shells + 1))
	offered $shell commands teeq ''
	printf 'explain\nexplore\n' >some
	offered $shell some teeq exp
	for command in $(grep -v help commands); do
		"$TEEQ" "$command" --help | sed -n 's/^ \{2,6\}\(-[a-z], \)\{0,1\}\(--[a-z-]*\).*/\2/p' | sort -u >options
		offered $shell options teeq "$command" --
	done
	"$TEEQ" policies | sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1/p' | sort >policies
	grep -qx mainline policies || fail 'the list of policies was not read'
	offered $shell policies teeq run rpmb.yaml --policy=
	printf 'pct\n' >some
	offered $shell some teeq run --strategy=p
	for option in run:--strategy run:--trace explore:--search; do
		offers $shell teeq ${option%:*} ${option#*:}= >offers
		[ "$(wc -l <offers)" -ge 2 ] || fail "$shell: nothing for $option"
		while read -r value; do
			expect 0 "${option%:*}" rpmb.yaml "${option#*:}=$value"
		done <offers
	done
done
echo "$shells shells"
