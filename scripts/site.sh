#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The site of the documentation, without network: the pages of docs, the reference of the C interface from the
# headers, and a run as the page that --html writes. Fails where Doxygen warns, and where a link leads nowhere.
#
# usage: site.sh [OUTPUT]		default: build/site
# environment: TEEQ: the command that makes the report, default build/release/teeq
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-build/site}
teeq=${TEEQ:-build/release/teeq}

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

# What pages lead to outside of docs goes along as it is, below "tree".
pages=$(cd docs && for page in *.md; do echo "${page%.md}"; done)
for file in README.md CONTRIBUTING.md docs/*.md; do
	name=$(basename "$file" .md)
	[ "$file" != README.md ] || name=index
	cmark-gfm --unsafe -e table "$file" |
		awk -v title="$(sed -n 's/^# //p;T;q' "$file")" -v pages="$(echo $pages)" -f scripts/page.awk \
			>"$output/$name.html"
done
cp docs/site/site.css "$output/"
cp -r docs/schemas "$output/"
cp docs/*.svg "$output/"
"$teeq" run examples/scenarios/rpmb-scmi.yaml --policy untracked --strategy random --seed 1 \
	--html "$output/report.html" >/dev/null || [ $? -eq 1 ]

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
		elif [ -n "$anchor" ] && ! grep -q "id=\"$anchor\"" "$output/${path:-$page.html}"; then
			echo "site.sh: $page.html: $link: there is no such heading" >&2
			wrong=1
		fi
	done < <(links "$page.html")
done
[ $wrong -eq 0 ] || exit 1
echo "$(ls "$output"/*.html | wc -l) pages, $(ls "$output"/reference/*.html | wc -l) of the reference, in $output"
