#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# As Debian and a new user have it. In a fresh Debian 12, with what debian/control asks for, dpkg-buildpackage makes
# the source and the packages, and runs their tests. Into another one apt installs them, and what is done first is
# tried there: the version, the manual, completion, the example project with its tests, and autopkgtest. Wants root,
# a mirror, and mmdebstrap; leaves nothing behind but build/chroot-debs.
#
# usage: chroot.sh [FOLDER]	with the packages, *.deb; without it they are built, into build/chroot-debs
# environment: MIRROR: default http://deb.debian.org/debian
set -euo pipefail
cd "$(dirname "$0")/.."
mirror=${MIRROR:-http://deb.debian.org/debian}
debs=${1:-}

fail()
{
	echo "chroot.sh: $1" >&2
	exit 1
}

command -v mmdebstrap >/dev/null || fail 'no mmdebstrap (apt-get install mmdebstrap)'
[ "$(id -u)" -eq 0 ] || fail 'it wants to be root'
scratch=$(mktemp -d)
clean_up()
{
	umount "$scratch"/*/proc "$scratch"/*/dev/pts 2>/dev/null || :
	rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT

# fresh NAME: a Debian of its own, in $root.
fresh()
{
	root=$scratch/$1
	cp -a "$scratch/base" "$root"
	mount -t proc proc "$root/proc" && mount -t devpts -o ptmxmode=0666 devpts "$root/dev/pts" ||
		fail 'nothing can be mounted here'
}

# inside WHAT COMMAND: by a shell in $root.
inside()
{
	chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
		DEBIAN_FRONTEND=noninteractive bash -euc "$2" >"$scratch/log" 2>&1 ||
		fail "$1: $(tail -n 20 "$scratch/log")"
	echo "$1"
}

mmdebstrap --quiet --variant=minbase bookworm "$scratch/base" "deb $mirror bookworm main" >"$scratch/log" 2>&1 ||
	fail "no Debian: $(tail -n 5 "$scratch/log")"
# A minimal Debian is told not to unpack manuals and examples.
rm -f "$scratch"/base/etc/dpkg/dpkg.cfg.d/docker "$scratch"/base/etc/dpkg/dpkg.cfg.d/*exclude*
cp /etc/resolv.conf "$scratch/base/etc/"
mkdir -p "$scratch/base/proc" "$scratch/base/dev/pts"

if [ -z "$debs" ]; then
	debs=$PWD/build/chroot-debs
	fresh builder
	SOURCE_DIR=$PWD
	. tests/package/_tree.sh
	copy_tree "$root/build/teeq"
	inside 'what debian/control asks for is installed' 'apt-get update -q &&
		apt-get install -q -y --no-install-recommends build-essential &&
		apt-get build-dep -q -y --no-install-recommends /build/teeq'
	inside 'the packages build, and their tests pass' 'cd /build/teeq &&
		DEB_BUILD_OPTIONS=parallel=$(nproc) dpkg-buildpackage -us -uc'
	inside 'lintian has nothing to say' 'apt-get install -q -y --no-install-recommends lintian &&
		lintian --allow-root --fail-on error,warning /build/teeq_*.changes'
	rm -rf "$debs"
	mkdir -p "$debs"
	mv "$root"/build/*.deb "$debs/"
fi

fresh user
mkdir "$root/debs"
cp "$debs"/*.deb "$root/debs/"
rm -f "$root"/debs/*-dbgsym_*

inside 'the command alone is installed' 'apt-get update -q && apt-get install -q -y --no-install-recommends /debs/teeq_*.deb && teeq --version'
inside 'its dependencies are all there' 'teeq policies && ! ldd /usr/bin/teeq | grep "not found"'
inside 'the other packages are installed' 'apt-get install -q -y --no-install-recommends /debs/*.deb'
inside 'what users have beside them is installed' 'apt-get install -q -y --no-install-recommends \
	man-db bash-completion zsh fish gcc libc6-dev make cmake pkg-config libcmocka-dev clang libclang-rt-14-dev python3'
inside 'the manual is there' 'for command in $(teeq --help | sed -n "/^commands:/,/^\$/s/^  \([a-z]*\)  *.*/\1/p" | grep -vx help); do
	man "teeq-$command" | grep -q "^NAME"; done
	for page in "1 teeq" "7 teeq" "5 teeq-scenario" "5 teeq-schedule" "3 libteeq"; do man $page | grep -q "^NAME"; done
	mandb -q && man -k teeq | grep -q "^teeq-sweep (1)"'
inside 'bash completes' '. /usr/share/bash-completion/bash_completion
	_completion_loader teeq || [ $? -eq 124 ]
	COMP_WORDS=(teeq exp) COMP_CWORD=1 COMP_LINE="teeq exp" COMP_POINT=8
	$(complete -p teeq | sed "s/.*-F \([^ ]*\) .*/\1/") teeq exp teeq
	printf "%s\n" "${COMPREPLY[@]}" | grep -q "^explore *$"'
inside 'fish completes' "fish -c 'complete -C \"teeq exp\"' | grep -q '^explore'"
# A terminal, and somebody at it who presses the tabulator.
cat >"$root/root/complete.zsh" <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'autoload -Uz compinit; compinit -u; print REA""DY'
zpty -r shell line '*READY*'
zpty -w -n shell $'teeq explo\t'
zpty -r shell line '*explore*'
END
inside 'zsh completes' 'timeout 60 zsh -f /root/complete.zsh'
inside 'the examples are as they say' 'cd /usr/share/doc/teeq/examples/scenarios && teeq check rpmb-scmi.yaml absorbed-wake.yaml'
inside 'the example project passes its tests' 'cp -r /usr/share/doc/teeq/examples/ci-project /root/project && cd /root/project
	cmake -S . -B build -DCMAKE_C_COMPILER=clang && cmake --build build && ctest --test-dir build --output-on-failure |
	tee /root/said && grep -q "100% tests passed, 0 tests failed out of 4" /root/said'
mkdir -p "$root/root/tree/tests"
cp -r tests/install "$root/root/tree/tests/"
cp -r debian "$root/root/tree/"
inside 'autopkgtest passes' 'apt-get install -q -y --no-install-recommends autopkgtest dpkg-dev && cd /root/tree &&
	autopkgtest --no-built-binaries . -- null && apt-get purge -q -y autopkgtest'
inside 'all of it goes away again' 'apt-get purge -q -y teeq libteeq0 libteeq-dev libteeq-harness-dev teeq-doc &&
	! find /usr /etc /var/lib/dpkg/info -name "*teeq*" | grep .'
