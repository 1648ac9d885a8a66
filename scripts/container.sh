#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The image of scripts/Containerfile, built by buildah and tried. A registry is not needed: what the file takes for
# debian:12 is a base of Debian 12 from its mirror. Wants root, and leaves nothing behind.
#
# environment: MIRROR: default http://deb.debian.org/debian
set -euo pipefail
cd "$(dirname "$0")/.."
mirror=${MIRROR:-http://deb.debian.org/debian}

fail()
{
	echo "container.sh: $1" >&2
	exit 1
}

for tool in mmdebstrap buildah; do
	command -v $tool >/dev/null || fail "no $tool (apt-get install mmdebstrap buildah)"
done
[ "$(id -u)" -eq 0 ] || fail 'it wants to be root'
scratch=$(mktemp -d)

# Images and containers in a store of this run's own; no namespaces are needed for what runs in them.
build()
{
	buildah --root "$scratch/store" --runroot "$scratch/run" --storage-driver vfs "$@"
}
clean_up()
{
	build umount --all >/dev/null 2>&1 || :
	rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT
export BUILDAH_ISOLATION=chroot

# quietly WHAT COMMAND...: what it says matters only if it fails.
quietly()
{
	"${@:2}" >"$scratch/log" 2>&1 || fail "$1: $(tail -n 20 "$scratch/log")"
	echo "$1"
}

quietly 'the base is unpacked' mmdebstrap --quiet --variant=minbase bookworm "$scratch/base.tar" "deb $mirror bookworm main"
base=$(build from scratch)
quietly 'it is in a container' build add "$base" "$scratch/base.tar" /
rm "$scratch/base.tar"
for name in $(sed -n 's/^FROM \([^ ]*\).*/\1/p' scripts/Containerfile); do
	quietly "it stands for $name" build commit --quiet "$base" "$name"
done
quietly 'the image is built' build build --pull-never -f scripts/Containerfile -t teeq .
entry=$(build inspect --type image --format '{{.OCIv1.Config.Entrypoint}} in {{.OCIv1.Config.WorkingDir}}' teeq)
[ "$entry" = '[/usr/local/bin/teeq] in /work' ] || fail "the image runs $entry"
container=$(build from --pull-never teeq)

# inside ARGUMENT...: the command there, on the examples of this tree.
inside()
{
	build run -v "$PWD/examples/scenarios:/work:ro" "$container" -- /usr/local/bin/teeq "$@"
}
quietly 'it says its version' inside --version
quietly 'the examples are as they say' inside check rpmb-scmi.yaml absorbed-wake.yaml
status=0
inside explore rpmb-scmi.yaml --policy untracked >"$scratch/log" 2>&1 || status=$?
[ $status -eq 1 ] && grep -q '^deadlock after 9 steps' "$scratch/log" || fail "explore ends with $status: $(cat "$scratch/log")"
echo 'it finds a deadlock'
