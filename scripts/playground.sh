#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Build the playground: one page with the command, compiled to WebAssembly, every example, and an editor in it. It
# wants Debian's emscripten, ninja-build and libxxhash-dev, and the sources of libyaml and Jansson: those of Debian
# are downloaded, once, into the build folder, unless trees are named. So are the editor's packages, by npm, just as
# playground/editor/package-lock.json has them.
#
# usage: playground.sh [-y LIBYAML] [-j JANSSON] [-o OUT]	OUT: build/playground/teeq.html
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build/playground
out=$build/teeq.html
libyaml='' jansson=''
while getopts y:j:o: option; do
	case $option in
	y) libyaml=$(cd "$OPTARG" && pwd) ;;
	j) jansson=$(cd "$OPTARG" && pwd) ;;
	o) out=$OPTARG ;;
	*) echo 'usage: playground.sh [-y LIBYAML] [-j JANSSON] [-o OUT]' >&2; exit 2 ;;
	esac
done
command -v npm >/dev/null || { echo 'playground: no npm' >&2; exit 2; }
command -v emcmake >/dev/null || { echo 'playground: no emcmake: apt-get install emscripten' >&2; exit 2; }
mkdir -p "$build"

# The system's own lists of packages stay as they are.
fetch()
{
	(
		mkdir -p "$build/apt/parts" "$build/apt/lists/partial" "$build/sources"
		cat >"$build/apt/parts/source.sources" <<-END
			Types: deb-src
			URIs: http://deb.debian.org/debian
			Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")
			Components: main
			Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
		END
		cd "$build/sources"
		set -- -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$build/apt/parts" \
			-o Dir::State::Lists="$build/apt/lists" -o APT::Sandbox::User=
		apt-get "$@" update
		apt-get "$@" source --download-only libyaml jansson
		for file in ./*.orig.tar.gz; do
			tar -xf "$file"
		done
	) >&2
}

# tree NAME: the one in the build folder.
tree()
{
	for found in "$build/sources/$1"-*/; do
		[ ! -d "$found" ] || { echo "${found%/}"; return; }
	done
}
if [ -z "$libyaml" ] || [ -z "$jansson" ]; then
	[ -n "$(tree libyaml)" ] && [ -n "$(tree jansson)" ] || fetch
	[ -n "$libyaml" ] || libyaml=$(tree libyaml)
	[ -n "$jansson" ] || jansson=$(tree jansson)
fi

# The editor, as one file. Nothing of a package is run but the bundler.
mkdir -p "$build/editor"
if ! cmp -s "$root/playground/editor/package-lock.json" "$build/editor/package-lock.json"; then
	cp "$root/playground/editor/package.json" "$root/playground/editor/package-lock.json" "$build/editor"
	(cd "$build/editor" && npm ci --ignore-scripts --no-audit --no-fund >&2) || { rm "$build/editor/package-lock.json"; exit 1; }
fi
cp "$root/playground/editor/editor.js" "$build/editor"
(cd "$build/editor" && node_modules/@esbuild/linux-*/bin/esbuild editor.js --bundle --minify --format=iife --target=es2020 \
	--log-level=warning --outfile=editor.min.js)

# Where Debian has the modules that emscripten wants, should this node be another one than Debian's.
NODE_PATH=/usr/share/nodejs
export NODE_PATH
emcmake cmake -G Ninja -S "$root/playground" -B "$build" -DCMAKE_BUILD_TYPE=Release \
	-DLIBYAML="$libyaml" -DJANSSON="$jansson" >"$build/configure.log" 2>&1 || { cat "$build/configure.log" >&2; exit 1; }
ninja -C "$build" >&2
node "$root/playground/assemble.js" "$root" "$build" "$libyaml" "$jansson" "$out"
wc -c "$out"
