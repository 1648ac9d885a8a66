#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# As a new user has it: a fresh Debian 12 with nothing but its base, teeq's packages installed into it by apt, and
# then what is done first: the version, the manual, completion, the example project with its tests, and the
# commands of autopkgtest. Wants root, a mirror, and mmdebstrap; leaves nothing behind but build/chroot-debs.
#
# usage: chroot.sh [FOLDER]	with the packages, *.deb; without it they are built here, into build/chroot-debs
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

for tool in mmdebstrap dpkg-buildpackage chroot; do
	command -v $tool >/dev/null || fail "no $tool (apt-get install mmdebstrap dpkg-dev debhelper)"
done
[ "$(id -u)" -eq 0 ] || fail 'it wants to be root'
scratch=$(mktemp -d)
root=$scratch/root
clean_up()
{
	umount "$root/proc" 2>/dev/null || :
	rm -rf --one-file-system "$scratch"
}
trap clean_up EXIT

if [ -z "$debs" ]; then
	debs=$PWD/build/chroot-debs
	SOURCE_DIR=$PWD
	. tests/package/_tree.sh
	copy_tree "$scratch/build/teeq"
	(cd "$scratch/build/teeq" && DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" DEB_BUILD_PROFILES=nocheck \
		dpkg-buildpackage -us -uc -b) >"$scratch/log" 2>&1 ||
		fail "the packages do not build: $(tail -n 30 "$scratch/log")"
	rm -rf "$debs"
	mkdir -p "$debs"
	mv "$scratch"/build/*.deb "$debs/"
fi

mmdebstrap --quiet --variant=minbase bookworm "$root" "deb $mirror bookworm main" >"$scratch/log" 2>&1 ||
	fail "no Debian: $(tail -n 5 "$scratch/log")"
# A minimal Debian is told not to unpack manuals and examples.
rm -f "$root"/etc/dpkg/dpkg.cfg.d/docker "$root"/etc/dpkg/dpkg.cfg.d/*exclude*
cp /etc/resolv.conf "$root/etc/"
mount -t proc proc "$root/proc" 2>/dev/null || mkdir -p "$root/proc"
mkdir "$root/debs"
cp "$debs"/*.deb "$root/debs/"
rm -f "$root"/debs/*-dbgsym_*

# inside WHAT COMMAND: by a shell in the chroot.
inside()
{
	chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
		DEBIAN_FRONTEND=noninteractive bash -euc "$2" >"$scratch/log" 2>&1 ||
		fail "$1: $(tail -n 20 "$scratch/log")"
	echo "$1"
}

inside 'the command alone is installed' 'apt-get update -q && apt-get install -q -y --no-install-recommends /debs/teeq_*.deb && teeq --version'
inside 'its dependencies are all there' 'teeq policies && ! ldd /usr/bin/teeq | grep "not found"'
inside 'the other packages are installed' 'apt-get install -q -y --no-install-recommends /debs/*.deb'
inside 'what users have beside them is installed' 'apt-get install -q -y --no-install-recommends \
	man-db bash-completion zsh fish gcc libc6-dev make cmake pkg-config libcmocka-dev clang libclang-rt-14-dev python3'
inside 'the manual is there' 'for page in teeq teeq-run teeq-explore teeq-check teeq-scenario teeq-schedule libteeq; do
	man "$page" | grep -q NAME; done; man 7 teeq | grep -q NAME; man -k teeq | grep -q teeq-run || mandb -q'
inside 'bash completes' '. /usr/share/bash-completion/bash_completion
	. /usr/share/bash-completion/completions/teeq
	COMP_WORDS=(teeq exp) COMP_CWORD=1 COMP_LINE="teeq exp" COMP_POINT=8
	$(complete -p teeq | sed "s/.*-F \([^ ]*\) .*/\1/") teeq exp teeq
	printf "%s\n" "${COMPREPLY[@]}" | grep -q "^explore *$"'
inside 'fish completes' "fish -c 'complete -C \"teeq exp\"' | grep -q '^explore'"
inside 'zsh finds its completion' "zsh -fc 'autoload -Uz compinit && compinit -u && [[ -n \${_comps[teeq]} ]]'"
inside 'the examples are as they say' 'cd /usr/share/doc/teeq/examples/scenarios && teeq check rpmb-scmi.yaml absorbed-wake.yaml'
inside 'the example project passes its tests' 'cp -r /usr/share/doc/teeq/examples/ci-project /root/project && cd /root/project
	cmake -S . -B build -DCMAKE_C_COMPILER=clang && cmake --build build && ctest --test-dir build --output-on-failure |
	tee /root/said && grep -q "100% tests passed, 0 tests failed out of 4" /root/said'
mkdir -p "$root/root/tree/tests" "$root/root/tree/debian"
cp -r tests/install "$root/root/tree/tests/"
cp -r debian/tests "$root/root/tree/debian/"
for test in $(sed -n 's/^Tests: //p' debian/tests/control); do
	inside "autopkgtest's $test passes" "cd /root/tree && AUTOPKGTEST_TMP=\$(mktemp -d) sh debian/tests/$test"
done
inside 'all of it goes away again' 'apt-get purge -q -y teeq libteeq0 libteeq-dev libteeq-harness-dev teeq-doc &&
	! find /usr -name "*teeq*" -not -path "/usr/share/doc/*" | grep .'
