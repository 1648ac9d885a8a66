#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The site of the documentation, without network: the pages of docs, the reference of the C interface from the
# headers, and what --html writes, with pictures of it by Chromium; without that their places say that they are left
# out. Fails where Doxygen warns, and where a link leads nowhere.
#
# usage: site.sh [OUTPUT]		default: build/site
# environment: TEEQ: the command that makes the reports, default build/release/teeq;
#	CHROMIUM: the browser that makes the pictures, default chromium
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-build/site}
teeq=${TEEQ:-build/release/teeq}
chromium=${CHROMIUM:-chromium}
example=examples/scenarios/rpmb-scmi.yaml

for tool in doxygen cmark-gfm; do
	command -v $tool >/dev/null || { echo "site.sh: no $tool (apt-get install $tool)" >&2; exit 77; }
done
rm -rf "$output"
mkdir -p "$output/reference"

version=$(awk '/define TEEQ_VERSION_/ { printf "%s%s", dot, $3; dot = "." }' include/teeq/status.h)
{
	cat docs/site/Doxyfile
	echo "PROJECT_NUMBER = $version"
	echo "OUTPUT_DIRECTORY = $output/reference"
	echo 'HTML_OUTPUT = .'
} | doxygen - || { echo 'site.sh: the reference has warnings' >&2; exit 1; }

pictures=
command -v "$chromium" >/dev/null && pictures=yes || echo "site.sh: no $chromium: pictures are left out" >&2
# What pages lead to outside of docs goes along as it is, below "tree".
pages=$(cd docs && for page in *.md; do echo "${page%.md}"; done)
for file in README.md CONTRIBUTING.md docs/*.md; do
	name=$(basename "$file" .md)
	[ "$file" != README.md ] || name=index
	cmark-gfm --unsafe -e table "$file" |
		awk -v title="$(sed -n 's/^# //p;T;q' "$file")" -v pages="$(echo $pages)" -v pictures="$pictures" -f scripts/page.awk \
			>"$output/$name.html"
done
cp docs/site/site.css "$output/"
cp -r docs/schemas "$output/"
cp docs/*.svg "$output/"

# report NAME COMMAND...: the page NAME.html that it writes. A failure is what it shows.
report()
{
	"$teeq" "${@:2}" --html "$output/$1.html" >/dev/null 2>&1 || [ $? -eq 1 ]
}
report report run $example --policy untracked --strategy random --seed 1
report explained explain $example \
	"$("$teeq" explore $example --policy untracked --json 2>/dev/null |
		sed 's/.*"schedule":"\([^"]*\)".*/\1/')"
report swept sweep $example --policy untracked --threads 1..5 --clients app=1..4
report diagnosed diagnose tests/field/logs/interleaved-callers-6.12.log

# picture FILE PAGE HEIGHT, in pixels, of what a browser shows of PAGE.html or PAGE.html#STEP.
picture()
{
	mkdir -p "$output/pictures"
	timeout 300 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
		--user-data-dir="$profile" --window-size="1100,$3" --screenshot="$(realpath "$output")/$1" \
		"file://$(realpath "$output")/$2" >"$profile/log" 2>&1 </dev/null && [ -s "$output/$1" ] ||
		{ echo "site.sh: no picture of $2: $(tail -n 3 "$profile/log")" >&2; exit 1; }
}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
while read -r file page height; do
	picture "$file" "$page" "$height"
done < <(cat "$output"/*.html | sed -n 's/^<a href="\([^"]*\)"><img src="\(pictures[^"]*\)" height="\([0-9]*\)".*/\2 \1 \3/p')

# Links of the pages: what is in the tree is copied, and everything must be there.
links()
{
	grep -o '\(href\|src\)="[^"]*"' "$output/$1" | sed 's/^[a-z]*="//; s/"$//' | grep -v '^[a-z]*:' | sort -u
}
wrong=0
for page in index CONTRIBUTING $pages; do
	while read -r link; do
		path=${link%%#*}
		case $path in
		tree/*) source=${path#tree/} ;;
		*) source=docs/$path ;;
		esac
		[ -e "$source" ] || source=$path
		if [ -n "$path" ] && [ ! -e "$output/$path" ] && [ -e "$source" ]; then
			mkdir -p "$(dirname "$output/$path")"
			cp -r "$source" "$output/$path"
		fi
		anchor=
		[ "$link" = "$path" ] || anchor=${link#*#}
		if [ ! -e "$output/${path:-$page.html}" ]; then
			echo "site.sh: $page.html: $link leads nowhere" >&2
			wrong=1
		elif [ -n "${anchor//[0-9]/}" ] && ! grep -q "id=\"$anchor\"" "$output/${path:-$page.html}"; then
			echo "site.sh: $page.html: $link: there is no such heading" >&2
			wrong=1
		fi
	done < <(links "$page.html")
done
[ $wrong -eq 0 ] || exit 1
echo "$(ls "$output"/*.html | wc -l) pages, $(ls "$output"/reference/*.html | wc -l) of the reference, in $output"
