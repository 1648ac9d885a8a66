#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Install whatever of the tools and libraries is missing (Debian 12). Does nothing, and needs no
# network, where all of it is there.
set -eu

packages='gcc libc6-dev clang libclang-rt-14-dev cmake ninja-build pkg-config git
	libyaml-dev libjansson-dev libxxhash-dev libcmocka-dev'

if ! command -v dpkg-query >/dev/null; then
	echo 'setup: not a Debian system; taking the tools and libraries that are there' >&2
	exit 0
fi

missing=
for package in $packages; do
	status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || status=absent
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
echo "setup: installing$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null
# The list is words on purpose.
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive \
	apt-get install -q -y --no-install-recommends $missing </dev/null
