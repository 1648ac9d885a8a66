#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Install whatever of the tools and libraries is missing (Debian 12). Does nothing, and needs no
# network, where all of it is there.
#
# usage: setup.sh [tests [package]]	with what only the tests want: the kernels whose drivers they run, and what reads
#	manual pages, completions, schemas, recordings and screens; package: what makes packages, and the site with pictures
set -eu

packages='gcc libc6-dev clang libclang-rt-14-dev cmake ninja-build pkg-config git
	libyaml-dev libjansson-dev libncurses-dev libxxhash-dev libcmocka-dev zlib1g-dev'

if ! command -v dpkg-query >/dev/null; then
	echo 'setup: not a Debian system; taking the tools and libraries that are there' >&2
	exit 0
fi

# missing PACKAGE...: those that are not installed.
missing()
{
	for package in "$@"; do
		status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) ||
			status=absent
		[ "$status" = installed ] || printf ' %s' "$package"
	done
}

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
updated=
install()
{
	echo "setup: installing $*"
	[ -n "$updated" ] ||
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null
	updated=yes
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends "$@" </dev/null
}

# The lists are words on purpose.
# shellcheck disable=SC2086
wanted=$(missing $packages)
# shellcheck disable=SC2086
[ -z "$wanted" ] || install $wanted

[ "${1:-}" = tests ] || exit 0
more='linux-source-6.1 linux-source-6.12 mandoc zsh fish python3-jsonschema python3-yaml
	trace-cmd busybox-static tmux parallel libopenmpi-dev openmpi-bin less graphviz
	libxml2-utils'
[ "${2:-}" != package ] ||
	more="$more dpkg-dev debhelper lintian abigail-tools doxygen cmark-gfm chromium"
# Not every mirror has them, and nothing else needs them.
# shellcheck disable=SC2086
for package in $(missing $more); do
	install "$package" ||
		echo "setup: no $package: what needs it is skipped" >&2
done
