#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The rules of the house that a compiler does not enforce: the order of the rooms, the licence line,
# public headers that stand alone, and tests that say where they failed. Before it looks at the tree it
# breaks each rule in a scratch tree and insists that the breach is found.
#
# usage: house.sh [TREE]		the default is the tree this script is part of
set -eu
LC_ALL=C
export LC_ALL

tree=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
cc=${CC:-cc}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Every file of the tree that is or could be under version control, relative to it.
list_files()
{
	(
		cd "$1"
		# Git may be absent, or refuse a tree that belongs to somebody else.
		if [ -e .git ] && git ls-files >/dev/null 2>&1; then
			git ls-files --cached --others --exclude-standard
		else
			find . \( -name .git -o -path ./build \) -prune -o -type f -print
		fi | sed 's|^\./||' | sort -u | while read -r file; do
			[ ! -f "$file" ] || echo "$file"
		done
	)
}

# Prints one line per breach, and the number of files looked at on descriptor 3.
check_rooms()
{
	(
		cd "$1"
		list_files . | grep -E '^(src|include|examples)/.*\.[ch]$' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		[ -s "$scratch/sources" ] || exit 0
		tr '\n' '\0' <"$scratch/sources" | xargs -0 awk '
		BEGIN {
			split("base abi core model run explore report diagnose scenario asserts fuzz threads harness driver field cli mpi", order, " ")
			for (i in order)
				place[order[i]] = i + 0
			split("scenario/run scenario/explore scenario/report scenario/diagnose " \
			      "report/explore " \
			      "threads/explore threads/report threads/diagnose threads/scenario " \
			      "harness/model harness/run harness/explore harness/report " \
			      "harness/diagnose harness/scenario harness/threads " \
			      "driver/scenario driver/threads " \
			      "threads/asserts harness/asserts driver/asserts field/asserts " \
			      "threads/fuzz harness/fuzz driver/fuzz field/fuzz cli/fuzz " \
			      "field/threads field/harness field/driver " \
			      "cli/driver " \
			      "cli/base cli/abi cli/core cli/model cli/run cli/explore " \
			      "cli/report cli/diagnose cli/scenario cli/threads " \
			      "cli/harness cli/asserts " \
			      "mpi/base mpi/abi mpi/core mpi/model mpi/run mpi/explore mpi/report " \
			      "mpi/diagnose mpi/scenario mpi/asserts mpi/fuzz mpi/threads mpi/harness " \
			      "mpi/driver mpi/field", list, " ")
			for (i in list)
				barred[list[i]] = 1
			split("status", list, " ")
			for (i in list)
				plain[list[i]] = 1
		}
		function breach(why) {
			printf "%s:%d: includes %s: %s\n", FILENAME, FNR, name, why
		}
		FNR == 1 {
			depth = split(FILENAME, part, "/")
			top = part[1]
			room = top == "src" ? part[2] : ""
			if (top == "src" && (depth < 3 || !(room in place)))
				printf "%s:1: not in one of the rooms\n", FILENAME
		}
		!/^[ \t]*#[ \t]*include[ \t]*[<"]/ { next }
		{
			name = $0
			sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
			quoted = substr(name, 1, 1) == "\""
			name = substr(name, 2)
			sub(/[>"].*$/, "", name)
			split(name, part, "/")
			public = part[1] == "teeq"
			subject = part[2]
			sub(/\.h$/, "", subject)
		}
		name ~ /(^|\/)\.\.?\// { breach("paths are relative to src/"); next }
		name == "yaml.h" && room != "scenario" {
			breach("libyaml belongs to scenario")
			next
		}
		name == "jansson.h" && room != "scenario" && room != "cli" && top != "examples" {
			breach("jansson belongs to scenario and cli")
			next
		}
		name == "mpi.h" && room != "mpi" && top != "tests" {
			breach("MPI belongs to mpi")
			next
		}
		public && room == "base" && !(subject in plain) {
			breach("base knows nothing of TEEs")
			next
		}
		public && room != "cli" && room != "" && subject == "teeq" {
			breach("a room names the headers it needs")
			next
		}
		public && room != "cli" && ((room "/" subject) in barred) {
			breach(room " knows nothing of " subject)
			next
		}
		public { next }
		# An example of several files has headers of its own, beside it.
		top == "examples" && quoted && name !~ /\// { next }
		# What is compiled with the headers of a kernel tree has those, and its own beside it.
		FILENAME ~ /^include\/teeq\/harness\/driver\// && quoted && name !~ /\// { next }
		top != "src" && (quoted || (part[1] in place)) {
			breach("only public headers here")
			next
		}
		!quoted && !(part[1] in place && name ~ /\//) { next }
		!(part[1] in place) || name !~ /\// { breach("paths are relative to src/"); next }
		part[1] == room { next }
		place[part[1]] > place[room] { breach(part[1] " comes after " room); next }
		((room "/" part[1]) in barred) { breach(room " knows nothing of " part[1]) }
		'
	)
}

check_licences()
{
	(
		cd "$1"
		list_files . | grep -E -v '^fuzz/corpus/' |
			grep -E '(\.([ch]|cmake|sh|ya?ml)|(^|/)CMakeLists\.txt|^\.ci/run)$' \
			>"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		while read -r file; do
			head -n 3 "$file" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' ||
				echo "$file:1: no SPDX-License-Identifier: BSD-2-Clause"
		done <"$scratch/sources"
	)
}

# The root is for what one looks for there, and no place for what a command left behind.
check_root()
{
	(
		cd "$1"
		list_files . | grep -v / >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		while read -r file; do
			case $file in
			.* | [A-Z]*.md | LICENSE | CMakeLists.txt | CMakePresets.json | run.sh | test.sh) ;;
			*) echo "$file:1: has no place in the root" ;;
			esac
		done <"$scratch/sources"
	)
}

# What .editorconfig asks of every text: no blanks at the end of a line, and a line's end at the last one.
# And sources are read in windows of 100 columns; texts that are printed are not cut for that.
check_text()
{
	(
		cd "$1"
		list_files . | grep -E -v '^fuzz/corpus/' |
			grep -E '(\.([ch]|cmake|sh|awk|ya?ml|json|md)|(^|/)CMakeLists\.txt)$' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		tr '\n' '\0' <"$scratch/sources" | xargs -0 awk '/[ \t]$/ {
			printf "%s:%d: a blank at the end of a line\n", FILENAME, FNR
		}
		FILENAME ~ /^(include|src)\/.*\.[ch]$/ && length($0) > 50 {
			gsub(/"([^"\\]|\\.)*"/, "\"\"")
			columns = 0
			for (i = 1; i <= length($0); i++)
				columns = substr($0, i, 1) == "\t" ? columns - columns % 8 + 8 : columns + 1
			if (columns > 100)
				printf "%s:%d: %d columns\n", FILENAME, FNR, columns
		}'
		while read -r file; do
			[ -z "$(tail -c 1 "$file")" ] || echo "$file:1: no line end at its end"
		done <"$scratch/sources"
	)
}

# A name says whose it is: none is defined in two files, not even as a static function. But each program has
# its main().
check_names()
{
	(
		cd "$1"
		list_files . | grep -E '^src/.*\.[ch]$' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		tr '\n' '\0' <"$scratch/sources" | xargs -0 awk '
		FNR == 1 { name = "" }
		/^[a-z][^;=]*[ *(][a-z_0-9]+\)?\(/ && !/^(typedef|return|else) / {
			name = $0
			sub(/^static \(/, "", name)
			sub(/\)?\(.*/, "", name)
			sub(/.*[ *(]/, "", name)
		}
		/;[ \t]*$/ { name = "" }
		/^{/ && name != "" && name != "main" {
			if (name in home && home[name] != FILENAME)
				printf "%s:%d: %s() is defined in %s, too\n", FILENAME, FNR, name, home[name]
			else
				home[name] = FILENAME
			name = ""
		}
		'
	)
}

# docs/words.md: names of teeq's that are not defined, and functions of src/core that are not there.
check_words()
{
	(
		cd "$1"
		echo 1 >&3
		cat src/*/*.[ch] src/core/policies/*.c include/teeq/*.h >"$scratch/text"
		awk -F'|' '/^\| .*src\/|include\// { print (NF > 5 ? $4 : $2) }' docs/words.md |
			grep -o '`[a-z_]*()`' | tr -d '`()' | sort -u |
			while read -r name; do
				grep -q "^[a-z].*[ *]$name(" "$scratch/text" ||
					echo "docs/words.md:1: $name() is defined nowhere"
			done
		sed -n 's/^[a-z].*[ *]\([a-z_]*\)(.*/\1/p' src/core/*.h | sort -u |
			while read -r name; do
				grep -q "\`$name()\`" docs/words.md ||
					echo "docs/words.md:1: $name() of src/core is missing"
			done
	)
}

# Pages for whoever changes teeq: functions that are not defined, files and folders that are not there,
# and rooms that have no row. NAME stands for what a reader would put there.
check_architecture()
{
	(
		cd "$1"
		echo 2 >&3
		find src include/teeq -name '*.[ch]' -exec cat {} + >"$scratch/text"
		for page in docs/architecture.md CONTRIBUTING.md; do
			[ -f "$page" ] || { echo "$page:1: is not there"; continue; }
			grep -o '`[A-Za-z_]*()`' "$page" | tr -d '`()' | sort -u | while read -r name; do
				grep -q "^[a-zA-Z#].*[ *]$name(" "$scratch/text" ||
					echo "$page:1: $name() is defined nowhere"
			done
			grep -E -o '`(src|include|tests|fuzz|bench|examples|docs|scripts)(/[A-Za-z0-9_./-]*)?`' \
				"$page" | tr -d '`' | grep -v NAME | sort -u | while read -r path; do
				[ -e "$path" ] || echo "$page:1: $path is not there"
			done
		done
		for room in src/*/; do
			room=${room#src/}
			grep -q "^| \`${room%/}\` |" docs/architecture.md ||
				echo "docs/architecture.md:1: room ${room%/} has no row"
		done
	)
}

# What tests are made of: files that can be taken in, and helpers that name the line of the test that
# failed. Who asserts, by itself or through another, and is called is a macro of its own name, as
# tests/place.h says; what is only passed on has no call to name.
check_tests()
{
	(
		cd "$1"
		# Headers first: what they define, all may call.
		list_files . | grep -E '^tests/([^/]*|[^/]*/[^/]*)\.h$' >"$scratch/sources" || :
		list_files . | grep -E '^tests/[^/]*/[^/]*\.c$' >>"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		[ -s "$scratch/sources" ] || exit 0
		tr '\n' '\0' <"$scratch/sources" | xargs -0 awk '
		function judge(    key, part, again, caller, called) {
			if (lines > 600)
				printf "%s:601: a test file of %d lines, at most 600\n", file, lines
			do {
				again = 0
				for (key in calls) {
					split(key, part, SUBSEP)
					caller = part[1]
					called = part[2]
					if (!(caller in asserts) &&
					    (called in asserts || (called in shared && !(called in home)))) {
						asserts[caller]
						again = 1
					}
				}
			} while (again)
			for (key in calls) {
				split(key, part, SUBSEP)
				if (part[1] != part[2]) {
					is_called[part[2]]
					called_anywhere[part[2]]
				}
			}
			for (caller in asserts) {
				if (!(caller in home) || caller in own || !(header || is_test))
					continue
				text = sprintf("%s:%d: %s() asserts and is no macro of its own name",
					       file, home[caller], caller)
				if (header)
					pending[text] = caller
				else if (caller in is_called)
					print text
			}
			split("", calls)
			split("", asserts)
			split("", home)
			split("", own)
			split("", is_called)
		}
		FNR == 1 {
			if (file)
				judge()
			file = FILENAME
			header = file ~ /\.h$/ && file !~ /place\.h$/
			is_test = file ~ /\/test_[^\/]*$/
			name = ""
			inside = 0
		}
		{ lines = FNR }
		/^#define [a-z_0-9]*\(\.\.\.\) *(\\|FROM\()/ {
			word = substr($2, 1, index($2, "(") - 1)
			own[word]
			if (header)
				shared[word]
		}
		/^static .*[ *][a-z_0-9]+\(/ && !/;$/ {
			name = $0
			sub(/\(.*/, "", name)
			sub(/.*[ *]/, "", name)
			home[name] = FNR
		}
		/^[a-z].*[ *]\(?[a-z_0-9]+\)?\(/ && !/^static / && !/;$/ { name = "" }
		/^}/ { inside = 0; name = "" }
		/^{/ { inside = 1 }
		inside {
			text = $0
			gsub(/"([^"\\]|\\.)*"/, "", text)
			gsub(/\/\*.*\*\//, "", text)
			while (match(text, /[A-Za-z_0-9.>]+\(/)) {
				word = substr(text, RSTART, RLENGTH - 1)
				text = substr(text, RSTART + RLENGTH)
				if (word ~ /[.>]/)
					continue
				if (word ~ /^(assert_[a-z_]*|_?fail|fail_msg)$/ && name && !(word in home))
					asserts[name]
				calls[name, word]
			}
		}
		END {
			judge()
			for (text in pending)
				if (pending[text] in called_anywhere)
					print text
		}
		'
	)
}

# What a compiler said, set off from the breaches.
indent()
{
	sed 's/^/    /' "$scratch/log"
}

# A fault that tests/mutation seeds must change the file that it is for.
check_faults()
{
	(
		cd "$1"
		grep -n '^[a-z]' tests/mutation/faults.txt >"$scratch/faults" || :
		cut -f 2 "$scratch/faults" | sort -u | grep -c . >&3 || :
		while IFS='	' read -r name file script; do
			sed "$script" "src/core/$file" | cmp -s - "src/core/$file" &&
				echo "tests/mutation/faults.txt:${name%%:*}: it seeds nothing in src/core/$file"
		done <"$scratch/faults"
		:
	)
}

check_headers()
{
	(
		cd "$1"
		list_files . | grep -E '^include/teeq/[^/]*\.h$' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		while read -r file; do
			# Macros and plain types have no linkage; whatever is called does.
			if grep -v '^ *\*' "$file" | grep -q ')[[:space:]]*;' &&
				! grep -q 'extern "C" {' "$file"; then
				echo "$file:1: no extern \"C\" for C++"
			fi
			name=${file#include/}
			printf '#include <%s>\n#include <%s>\nextern int alone;\n' "$name" "$name" \
				>"$scratch/alone.c"
			"$cc" -std=c11 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude \
				"$scratch/alone.c" >"$scratch/log" 2>&1 </dev/null ||
				{ echo "$file:1: does not compile alone"; indent; continue; }
			command -v clang++ >/dev/null || continue
			clang++ -std=c++17 -nostdinc++ -fsyntax-only -x c++ -Iinclude \
				"$scratch/alone.c" >"$scratch/log" 2>&1 </dev/null ||
				{ echo "$file:1: does not compile as C++"; indent; }
		done <"$scratch/sources"
	)
}

# Making and freeing have one pair of verbs, and an error is the last thing that a function is given.
check_interface()
{
	(
		cd "$1"
		list_files . | grep -E '^include/teeq/[^/]*\.h$' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		[ -s "$scratch/sources" ] || exit 0
		# The runtime of real threads has threads of others in it: it is opened and closed.
		tr '\n' '\0' <"$scratch/sources" | xargs -0 awk '
		function breach(why) {
			printf "%s:%d: %s: %s\n", FILENAME, line, name, why
		}
		function judge() {
			gsub(/[ \t]+/, " ", text)
			name = text
			sub(/\(.*/, "", name)
			sub(/.*[ *]/, "", name)
			if (text ~ /struct teeq_error \*[a-z]*,/)
				breach("the error is not the last parameter")
			if (name !~ /^teeq_(rt|play)_/ &&
			    name ~ /_(build|make|create|alloc|open|init|destroy|close|delete|release)$/)
				breach("things are made by _new and given back by _free")
			if (name ~ /_new$/)
				made[substr(name, 1, length(name) - 4)] = FILENAME ":" line
			if (name ~ /_free$/)
				freed[substr(name, 1, length(name) - 5)]
		}
		/^TEEQ_API / { inside = 1; text = ""; line = FNR }
		inside { text = text " " $0 }
		inside && /;/ { inside = 0; judge() }
		END {
			for (name in made)
				if (!(name in freed))
					printf "%s: %s_new: nothing gives it back\n", made[name], name
		}
		'
	)
}

# What is public is explained where it is declared: each function has a comment directly above, for
# itself, and each struct and enum, too. And teeq/teeq.h leads to every header.
check_comments()
{
	(
		cd "$1"
		list_files . | grep -E '^include/teeq/([^/]*|harness/runtime)\.h$' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		[ -s "$scratch/sources" ] || exit 0
		tr '\n' '\0' <"$scratch/sources" | xargs -0 awk '
		FNR == 1 { commented = 0; inside = 0 }
		# The rest of a declaration, and what a compiler is told besides.
		inside { if (/;/) inside = 0; commented = 0; next }
		/^#if|^#endif|^__attribute__/ { next }
		/^TEEQ_API / {
			if (!commented) {
				sub(/;$/, "")
				printf "%s:%d: no comment directly above: %s\n", FILENAME, FNR, $0
			}
			inside = !/;/
		}
		/^(struct|union|enum) [a-z_0-9]* \{/ && !commented {
			printf "%s:%d: no comment directly above: %s\n", FILENAME, FNR, $0
		}
		{ commented = /^( \*|\/\*).*\*\/$|^ \*\/$/ }
		'
		while read -r file; do
			name=${file#include/}
			[ "$name" = teeq/teeq.h ] || [ "${name%/*}" != teeq ] ||
				grep -q "^ \* $name " include/teeq/teeq.h ||
				echo "$file:1: teeq/teeq.h does not say what it is for"
		done <"$scratch/sources"
	)
}

# What the kernel's headers call of the harness has a door before it, or a driver on threads comes in
# without the lock. A bus is no function, and instrumented code, which has the last two, has no threads.
check_doors()
{
	(
		cd "$1"
		list_files . | grep '^include/teeq/harness/.*\.h$' |
			grep -v '^include/teeq/harness/driver/' >"$scratch/sources" || :
		wc -l <"$scratch/sources" >&3
		[ -s "$scratch/sources" ] || exit 0
		grep -o 'DOOR(teeq_[a-z0-9_]*)' include/teeq/harness/driver/doors.h >"$scratch/doors"
		tr '\n' '\0' <"$scratch/sources" |
			xargs -0 grep -Hno 'teeq_kernel_[a-z0-9_]*' | sort -t : -u -k 3 |
			grep -vE ':teeq_kernel_([a-z0-9_]*_bus|access|call)$' |
			while IFS=: read -r file line name; do
				grep -qxF "DOOR($name)" "$scratch/doors" ||
					echo "$file:$line: $name() has no door in harness/driver/doors.h"
			done
	)
}

# plant PATH LINE...: a file of the scratch tree with a licence line and these lines.
plant()
{
	path=$scratch/tree/$1
	shift
	mkdir -p "$(dirname "$path")"
	printf '%s\n' '/* SPDX-License-Identifier: BSD-2-Clause */' "$@" >"$path"
}

fresh_tree()
{
	rm -rf "$scratch/tree"
	plant include/teeq/status.h '#include <stdint.h>' '#ifdef __cplusplus' 'extern "C" {' \
		'#endif' 'int32_t teeq_first(void);' '#ifdef __cplusplus' '}' '#endif'
	plant include/teeq/teeq.h '/*' ' * teeq/status.h  what?' ' * teeq/bad.h  what?' ' */' \
		'#ifndef TEEQ_H' '#define TEEQ_H' '#include "teeq/status.h"' '#endif'
	plant src/base/text.h '#include "base/hash.h"' \
		'#include <teeq/status.h>' '#include <stdio.h>'
	plant src/core/callq.c '#include "core/callq.h"' \
		'#include "abi/smc.h"' '#include <sys/types.h>'
	plant src/scenario/load.c '#include "model/model.h"' \
		'#include "teeq/model.h"' '#include <yaml.h>'
	plant src/diagnose/expectation.c '#include "explore/search.h"' '#include "report/graph.h"'
	plant src/threads/task.c '#include "model/world.h"' '#include <pthread.h>'
	plant src/harness/smc.c '#include "core/thread_pool.h"' '#include "teeq/harness.h"' \
		'#include <linux/mutex.h>'
	plant src/driver/calls.c '#include "harness/harness.h"' '#include "model/world.h"' \
		'#include "core/thread_pool.h"' '#include "teeq/harness/driver/command.h"' '#include <linux/mutex.h>'
	plant include/teeq/harness/driver/glue.c '#include "optee_private.h"'
	plant include/teeq/harness/driver/doors.h '#define TEEQ_DOORS(DOOR) DOOR(teeq_kernel_good)'
	plant include/teeq/harness/linux/good.h '#define good() teeq_kernel_good()' \
		'#define good_bus teeq_kernel_good_bus'
	plant src/cli/run.c '#include "cli/cli.h"' \
		'#include <teeq/explore.h>' '#include <jansson.h>'
	plant src/mpi/main.c '#include "cli/cli.h"' '#include <teeq/peers.h>' '#include <mpi.h>'
	plant examples/policies/fair.c '#include <teeq/policy.h>'
	plant tests/unit/test_good.c 'static void helps(int i)' '{' '	assert_true(i);' '}' \
		'#define helps(...) FROM(helps(__VA_ARGS__))' 'static int only(int i)' '{' \
		'	return x->fail(i) + strlen("assert_true(i)");' '}' \
		'static void seen(int i)' '{' '	assert_true(i);' '}' \
		'static void test_it(void **state)' '{' '	helps(only(1));' '	watch(seen);' '}'
}

test_count=0
# expect CHECK BREACHES WHAT: the scratch tree breaks the rule that many times (0: not at all).
expect()
{
	"$1" "$scratch/tree" 3>"$scratch/count" >"$scratch/found"
	found=$(grep -c '^[^ ]*:[0-9]*: ' "$scratch/found") || :
	if [ "$found" -ne "$2" ]; then
		echo "self-test: $3: $2 breaches planted, $found found"
		cat "$scratch/found"
		exit 1
	fi
	test_count=$((test_count + 1))
}

# expect_breach CHECK WHAT PATH LINE...: one more file with those lines is one breach.
expect_breach()
{
	check=$1
	what=$2
	shift 2
	fresh_tree
	plant "$@"
	expect "$check" 1 "$what"
}

# expect_words BREACHES WHAT ROW LINE...: a table of one row, and a header of the core.
expect_words()
{
	count=$1
	what=$2
	row=$3
	shift 3
	fresh_tree
	mkdir -p "$scratch/tree/docs" "$scratch/tree/src/core/policies"
	echo "$row" >"$scratch/tree/docs/words.md"
	plant src/core/policies/v1.c 'int v1;'
	plant src/core/callq.h "$@"
	expect check_words "$count" "$what"
}

self_test()
{
	fresh_tree
	expect check_rooms 0 'a good tree'
	expect check_licences 0 'a good tree'
	expect check_headers 0 'a good tree'
	expect check_tests 0 'a good tree'
	expect check_interface 0 'a good tree'
	expect check_comments 0 'a good tree'
	expect check_text 0 'a good tree'
	expect check_names 0 'a good tree'

	expect_breach check_rooms 'a room below' src/core/bad.c '#include "model/world.h"'
	expect_breach check_rooms 'a room below, in <>' src/core/bad.c '#include <run/run.h>'
	expect_breach check_rooms 'spaces' src/abi/bad.h ' #  include  "core/callq.h" /* why */'
	expect_breach check_rooms 'no room' src/core/bad.c '#include "callq.h"'
	expect_breach check_rooms 'a way around' src/core/bad.c '#include "../model/world.h"'
	expect_breach check_rooms 'an unknown room' src/attic/bad.c 'int bad;'
	expect_breach check_rooms 'base, public' src/base/bad.c '#include <teeq/policy.h>'
	expect_breach check_rooms 'scenario, a room' src/scenario/bad.c '#include "run/run.h"'
	expect_breach check_rooms 'scenario, public' src/scenario/bad.c '#include "teeq/explore.h"'
	expect_breach check_rooms 'report, a room' src/report/bad.c '#include "explore/seen.h"'
	expect_breach check_rooms 'diagnose, a room below' src/diagnose/bad.c '#include "scenario/tree.h"'
	expect_breach check_rooms 'scenario, diagnose' src/scenario/bad.c '#include "diagnose/what_helps.h"'
	expect_breach check_rooms 'explore, a room below' src/explore/bad.c '#include "diagnose/what_helps.h"'
	expect_breach check_rooms 'threads, a room' src/threads/bad.c '#include "explore/search.h"'
	expect_breach check_rooms 'harness, a room' src/harness/bad.c '#include "model/world.h"'
	expect_breach check_rooms 'harness, public' src/harness/bad.c '#include <teeq/scenario.h>'
	expect_breach check_rooms 'driver, a room' src/driver/bad.c '#include "scenario/load.h"'
	expect_breach check_rooms 'cli, drivers' src/cli/bad.c '#include "driver/driver.h"'
	expect_breach check_rooms 'cli, internals' src/cli/bad.c '#include "base/text.h"'
	expect_breach check_rooms 'libyaml' src/model/bad.c '#include <yaml.h>'
	expect_breach check_rooms 'jansson' src/report/bad.c '#include <jansson.h>'
	expect_breach check_rooms 'MPI' src/explore/bad.c '#include <mpi.h>'
	expect_breach check_rooms 'mpi, internals' src/mpi/bad.c '#include "explore/search.h"'
	expect_breach check_rooms 'mpi, public' src/mpi/bad.c '#include <teeq/explore.h>'
	expect_breach check_rooms 'public header' include/teeq/bad.h '#include "core/callq.h"'
	expect_breach check_rooms 'example' examples/policies/bad.c '#include "core/callq.h"'

	fresh_tree
	echo 'int bad;' >"$scratch/tree/src/core/bad.c"
	expect check_licences 1 'no licence, C'
	fresh_tree
	printf '\n\n\n# SPDX-License-Identifier: BSD-2-Clause\n' >"$scratch/tree/CMakeLists.txt"
	expect check_licences 1 'licence too late, CMake'

	fresh_tree
	echo >"$scratch/tree/README.md"
	expect check_root 0 'a good root'
	expect_breach check_root 'what was left in the root' out ''

	expect_breach check_text 'a blank at the end' src/core/bad.c 'int bad; '
	expect_breach check_text '101 columns' include/teeq/bad.h "/*	$(yes 5678 | head -n 23 | tr -d '\n')5 */"
	expect_breach check_text '101 columns' src/core/bad.c "/*	$(yes 5678 | head -n 23 | tr -d '\n')5 */"
	fresh_tree
	printf 'a page' >"$scratch/tree/README.md"
	expect check_text 1 'no line end at the end'

	for line in 'static bool first(int i,' 'struct more *first(' 'int first(void)'; do
		fresh_tree
		plant src/core/good.c 'static int first(int i)' '{' '}' 'int second(void);'
		plant src/core/second.c 'int second(void)' '{' '	first(1);' '}'
		expect check_names 0 'names'
		plant src/run/bad.c "$line" '		int more)' '{' '}'
		expect check_names 1 "a name of two files: $line"
	done

	words='| x | y | `first()` | src/core/callq.c |'
	expect_words 0 'the words' "$words" 'void first(void);'
	expect_words 1 'a word that is not defined' "$words" ''
	expect_words 1 'a function without its word' "$words" 'void first(void);' 'int more(int i);'

	for line in '' '`second()`' '`src/attic`' '`src/core/bad.c`'; do
		fresh_tree
		plant src/core/policies/v1.c 'int first(void);'
		mkdir -p "$scratch/tree/docs"
		for room in base core scenario diagnose threads harness driver cli mpi; do
			[ "$room$line" = threads ] || echo "| \`$room\` | |"
		done >"$scratch/tree/docs/architecture.md"
		echo "\`src/core/NAME.c\` $line" >"$scratch/tree/CONTRIBUTING.md"
		echo "\`first()\` of \`src/core/policies/v1.c\`" >>"$scratch/tree/docs/architecture.md"
		expect check_architecture 1 "architecture: ${line:-a room without a row}"
	done

	expect_breach check_tests 'a helper asserts' tests/unit/test_bad.c 'static void helps(int i)' \
		'{' '	assert_true(i);' '}' 'static void test_it(void **state)' '{' '	helps(1);' '}'
	expect_breach check_tests 'a helper calls one' tests/unit/test_bad.c 'static void low(int i)' \
		'{' '	fail_msg("%d", i);' '}' '#define low(...) FROM(low(__VA_ARGS__))' \
		'static int *high(int i)' '{' '	low(i);' '	return NULL;' '}' \
		'static void test_it(void **state)' '{' '	high(1);' '}'
	fresh_tree
	plant tests/unit/shared.h 'static inline void helps(int i)' '{' '	assert_true(i);' '}'
	plant tests/unit/test_bad.c 'static void test_it(void **state)' '{' '	helps(1);' '}'
	expect check_tests 1 'a helper in a header asserts'
	fresh_tree
	plant tests/unit/test_bad.c "$(yes 'int line;' | head -n 599)"
	expect check_tests 0 'a test of 600 lines'
	plant tests/unit/test_bad.c "$(yes 'int line;' | head -n 600)"
	expect check_tests 1 'a test of 601 lines'

	expect_breach check_headers 'no guard for C++' include/teeq/bad.h \
		'#ifndef BAD' '#define BAD' 'void teeq_bad(void);' '#endif'
	expect_breach check_headers 'needs another header' include/teeq/bad.h \
		'#ifndef BAD' '#define BAD' '/* extern "C" { */' 'uint32_t teeq_bad(void);' '#endif'
	expect_breach check_interface 'an error in the middle' include/teeq/bad.h \
		'TEEQ_API int teeq_bad(struct teeq_error *error, int more);'
	expect_breach check_interface 'another verb' include/teeq/bad.h \
		'TEEQ_API int' 'teeq_bad_open(int more);'
	expect_breach check_interface 'nothing frees it' include/teeq/bad.h \
		'TEEQ_API struct bad *teeq_bad_new(void);'

	expect_breach check_comments 'a function without a comment' include/teeq/bad.h \
		'/* Of all three: */' '' 'TEEQ_API int teeq_bad(int more);'
	expect_breach check_comments 'a comment for two functions' include/teeq/bad.h \
		'/* Both. */' 'TEEQ_API int teeq_good(int more,' '		int less);' \
		'TEEQ_API int teeq_bad(int more);'
	expect_breach check_comments 'a comment behind a function' include/teeq/bad.h '/* Good. */' \
		'TEEQ_API int teeq_good(int more); /* good */' 'TEEQ_API int teeq_bad(int more);'
	expect_breach check_comments 'a struct without a comment' include/teeq/bad.h \
		'#include <stddef.h>' '' 'struct teeq_bad {' '	int bad; /* bad */' '};'
	expect_breach check_comments 'a header that nothing leads to' include/teeq/worse.h 'extern int worse;'
	fresh_tree
	plant include/teeq/bad.h '/* Good. */' '#if defined(__GNUC__)' '__attribute__((noreturn))' \
		'#endif' 'TEEQ_API void teeq_good(void);' '/* Good. */' 'struct teeq_good {' '};'
	expect check_comments 0 'an attribute between'

	expect_breach check_doors 'a function without a door' include/teeq/harness/linux/bad.h \
		'#define bad() teeq_kernel_good() + teeq_kernel_goodness()' \
		'#define worse() teeq_kernel_goodness()'
	fresh_tree
	expect check_doors 0 'a function with a door, and a bus'

	for script in s/0/1/ s/2/1/; do
		fresh_tree
		plant src/core/good.c 'int first(void)' '{' '	return 0;' '}'
		mkdir -p "$scratch/tree/tests/mutation"
		printf '# Faults.\n\nfirst\tgood.c\t/return/%s\n' "$script" >"$scratch/tree/tests/mutation/faults.txt"
		expect check_faults "$([ "$script" = s/0/1/ ] && echo 0 || echo 1)" "a seeded fault: $script"
	done

	expect_breach check_headers 'no include guard' include/teeq/bad.h \
		'/* extern "C" { */' 'struct teeq_bad { int bad; };'
}

failed=0
# examine CHECK WHAT: run one check on the real tree; finding no file at all is a failure as well.
examine()
{
	"$1" "$tree" 3>"$scratch/count" >"$scratch/found"
	if [ -s "$scratch/found" ]; then
		cat "$scratch/found"
		failed=1
	elif [ "$(cat "$scratch/count")" -eq 0 ]; then
		echo "$2: nothing to look at in $tree"
		failed=1
	else
		echo "$2: $(tr -d ' ' <"$scratch/count") files, in order"
	fi
}

self_test
echo "self-test: $test_count planted trees judged rightly"
examine check_rooms rooms
examine check_licences licences
examine check_root 'the root'
examine check_text texts
examine check_names 'names of functions'
examine check_headers 'public headers'
examine check_tests tests
examine check_faults 'faults to be seeded into'
examine check_interface 'public functions'
examine check_comments 'what is public, explained'
examine check_doors 'doors before the harness'
examine check_words "the driver's words"
examine check_architecture 'the account of the rooms'
if command -v reuse >/dev/null; then
	(cd "$tree" && reuse lint >"$scratch/log" 2>&1) ||
		{ echo 'reuse lint says of licences:'; indent; failed=1; }
else
	echo 'reuse is not installed: what it says of licences was not asked'
fi
exit "$failed"
