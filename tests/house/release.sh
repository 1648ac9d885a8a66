#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The tarball of a release has the same bytes whoever makes it, whenever and with whatever settings, and
# holds what is committed.
set -euo pipefail
tree=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A tarball has no history, and git refuses a tree that belongs to somebody else.
git -C "$tree" rev-parse --quiet --verify HEAD >/dev/null 2>&1 ||
	{ echo 'no commit to make a release of'; exit 77; }

fail()
{
	echo "release: $1"
	exit 1
}

mkdir "$scratch/one" "$scratch/two"
(
	umask 022
	TZ=UTC "$tree/scripts/release.sh" -o "$scratch/one" >/dev/null
)
(
	umask 077
	cd /
	LC_ALL=C TZ=Asia/Tokyo GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.autocrlf GIT_CONFIG_VALUE_0=true \
		"$tree/scripts/release.sh" -o "$scratch/two" HEAD >/dev/null
)
one=$(echo "$scratch"/one/*)
two=$(echo "$scratch"/two/*)
[ "${one##*/}" = "${two##*/}" ] || fail "two names: ${one##*/}, ${two##*/}"
cmp -s "$one" "$two" || fail 'two tarballs of one commit differ'

tar -tzf "$one" | sed -n 's|^[^/]*/\(.*[^/]\)$|\1|p' | sort >"$scratch/found"
git -C "$tree" ls-tree -r --name-only HEAD | sort >"$scratch/committed"
cmp -s "$scratch/found" "$scratch/committed" ||
	fail "holds other files than the commit: $(diff "$scratch/found" "$scratch/committed" | head -n 5)"
"$tree/scripts/release.sh" no-such-commit >/dev/null 2>&1 && fail 'a commit that is none was taken'
echo "${one##*/}: the same twice"
