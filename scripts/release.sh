#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Make the release tarball of a commit: the same bytes every time and everywhere. It holds what is
# committed, nothing else, with the commit's own time.
#
# usage: release.sh [-o FOLDER] [COMMIT]		default: this folder, HEAD
set -eu

folder=$PWD
while getopts o: option; do
	case $option in
	o) folder=$(cd "$OPTARG" && pwd) ;;
	*) echo 'usage: release.sh [-o FOLDER] [COMMIT]' >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -le 1 ] || { echo 'usage: release.sh [-o FOLDER] [COMMIT]' >&2; exit 2; }
cd "$(dirname "$0")/.."
commit=$(git rev-parse --verify --quiet "${1:-HEAD}^{commit}") ||
	{ echo "release.sh: '${1:-HEAD}' is no commit" >&2; exit 2; }

# part NAME: of the version, as the public header of that commit states it.
part()
{
	git show "$commit:include/teeq/status.h" | sed -n "s/^#define TEEQ_VERSION_$1 \([0-9]*\)$/\1/p"
}
name=teeq-$(part MAJOR).$(part MINOR).$(part PATCH)

# Neither git's own tar nor a local configuration has a say in the order, the owners or the modes.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/$name"
git -c core.autocrlf=false archive "$commit" | tar -xf - -C "$scratch/$name"
tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' \
	--mtime="@$(git show -s --format=%ct "$commit")" -cf "$scratch/$name.tar" -C "$scratch" "$name"
gzip -9 -n "$scratch/$name.tar"
mv "$scratch/$name.tar.gz" "$folder/"
cd "$folder"
sha256sum "$name.tar.gz"
