#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Run the driver's own sources in the harness: what docs/findings.md tells of them, each with the
# schedule that shows it, and then with its smallest repair.
#
# usage: scripts/real-driver.sh TREE [BUILD]
#
# TREE is a kernel tree, or a tarball of one, such as /usr/src/linux-source-6.12.tar.xz of Debian's
# package of that name; it is not changed, and nothing of it stays. BUILD is a built folder of this project,
# by default build/release. What is compiled are drivers/tee/optee/call.c, notif.c and
# drivers/tee/tee_core.c, as they are; around them are the programs of tests/harness/real and the
# kernel headers of include/teeq/harness. Exits with 0 if every finding and every repair came out as
# the page says, and with 1 otherwise.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
tree=${1:-}
build=${2:-$here/build/release}
cc=${CC:-cc}
if [ -z "$tree" ] || [ ! -e "$tree" ] || [ ! -f "$build/libteeq-harness.a" ]; then
	echo "usage: $0 TREE [BUILD]; TREE is a kernel tree or its tarball, BUILD a built folder" >&2
	exit 2
fi
build=$(cd "$build" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LD_LIBRARY_PATH="$build"

parts='Makefile drivers/tee include/linux/tee_drv.h include/linux/tee_core.h include/uapi/linux/tee.h'
mkdir "$scratch/tree" "$scratch/source" "$scratch/source/linux"
if [ -d "$tree" ]; then
	for part in $parts; do
		if [ -e "$tree/$part" ]; then
			(cd "$tree" && cp -r --parents "$part" "$scratch/tree")
		fi
	done
else
	patterns=
	for part in $parts; do
		patterns="$patterns */$part"
	done
	# A part that this version does not have is no error. shellcheck disable=SC2086
	(set -f && tar -xf "$tree" -C "$scratch/tree" --strip-components=1 --no-wildcards-match-slash \
		--wildcards $patterns) 2>/dev/null || true
fi
if [ ! -f "$scratch/tree/drivers/tee/optee/call.c" ]; then
	echo "$tree: has no drivers/tee/optee/call.c" >&2
	exit 2
fi
sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = //p' "$scratch/tree/Makefile" 2>/dev/null | paste -sd . |
	sed 's/^/Linux /'

cd "$scratch/source"
cp ../tree/drivers/tee/optee/{call.c,notif.c,optee_private.h,optee_msg.h} .
cp ../tree/drivers/tee/{tee_core.c,tee_private.h} .
cp ../tree/include/uapi/linux/tee.h ../tree/include/linux/tee_drv.h linux
if [ -f ../tree/include/linux/tee_core.h ]; then
	cp ../tree/include/linux/tee_core.h linux
else
	# Older versions have one header for both. What it leaves out stands in tee_private.h.
	printf '#include <linux/tee_drv.h>\n#include <linux/idr.h>\n#include <linux/cdev.h>\n' \
		>linux/tee_core.h
fi
cp "$here"/tests/harness/real/*.[ch] .

options="-g -O1 -std=gnu11 -w -DCONFIG_ARM64 -DKBUILD_MODNAME=\"optee\" -I. -I$here/include/teeq/harness
	-I$here/include"

# compile NAME FLAGS SOURCES... Repairs have to be free of data races as well, so they are
# instrumented.
compile() {
	local name=$1 flags=$2
	shift 2
	case $name in
	*-repaired | *-later) flags="$flags -fsanitize=thread" ;;
	esac
	rm -f ./*.o
	# shellcheck disable=SC2086
	"$cc" $options $flags -c call.c
	# shellcheck disable=SC2086
	"$cc" $options $flags -c "$@"
	"$cc" ./*.o -L"$build" -lteeq-harness -lteeq -pthread -o "$name"
}

failed=0

# expect STATUS NAME ARGUMENTS...
expect() {
	local wanted=$1 name=$2 status=0
	shift 2
	echo "\$ ./$name $*"
	"./$name" "$@" || status=$?
	if [ $status -ne "$wanted" ]; then
		echo "!!! status $status, expected $wanted"
		failed=1
	fi
	echo
}

argument_cache() {
	echo "== The argument cache: optee_get_msg_arg() registers a page under its mutex"
	echo "-- pages of two messages"
	compile argcache "-DPAGE_SHIFT=10 -DCALLERS=3" argcache.c core.c main.c shm.c
	expect 1 argcache search 1 21
	echo "-- pages of ten messages, as they are"
	compile argcache10 "-DCALLERS=11" argcache.c core.c main.c shm.c
	expect 1 argcache10 pct 1000
	echo "-- repaired: each argument lies on a private page of its own, which needs no registering"
	compile argcache-repaired "-DPAGE_SHIFT=10 -DCALLERS=3 -DREPAIRED" argcache.c core.c main.c shm.c
	expect 0 argcache-repaired search 2
}

echo
if grep -q optee_system_session call.c; then
	argument_cache
else
	options="$options -DBEFORE_SYSTEM_SESSIONS"
	echo "== The argument cache: this version has no system sessions, and is not asked"
	echo
fi
echo "== tee_device_put(): completes under a mutex that the other side frees"
compile device -DCLIENTS=1 device.c core.c main.c shm.c notif.c
expect 1 device search
echo "-- completing behind the unlock is not enough: the client may be inside its unlock still"
compile device-later "-DCLIENTS=1 -DLATER" device.c core.c main.c shm.c notif.c
expect 1 device-later search
echo "-- repaired: each user has a reference to the device until it has unlocked"
compile device-repaired "-DCLIENTS=2 -DREPAIRED" device.c core.c main.c shm.c notif.c
expect 0 device-repaired search 3
expect 0 device-repaired --points unlock search 3

if grep -q 'optee_notif_wait(.*timeout' optee_private.h; then
	echo "== optee_notif_wait(): a key that arrives as the time is up is lost"
	compile timeout "" timeout.c core.c main.c shm.c
	expect 1 timeout search
	echo "-- repaired: looks again under the lock"
	compile timeout-repaired -DREPAIRED timeout.c core.c main.c shm.c
	expect 0 timeout-repaired search
else
	echo "== optee_notif_wait(): this version has no timeout, and is not asked"
	echo
fi

echo "== optee_notif_init(): a bit too few"
compile key "" key.c core.c main.c shm.c
expect 1 key search
echo "-- repaired: one bit more"
compile key-repaired -DREPAIRED key.c core.c main.c shm.c
expect 0 key-repaired search

exit $failed
