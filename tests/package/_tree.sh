#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Sourced by tests that change the tree, or build where they may leave something.
# shellcheck shell=bash

# copy_tree FOLDER: the tree as it is now, whoever goes on working in it.
copy_tree()
{
	mkdir -p "$1"
	(
		cd "$SOURCE_DIR" || exit 1
		if git rev-parse --quiet --verify HEAD >/dev/null 2>&1; then
			git ls-files --cached --others --exclude-standard | while read -r file; do
				[ ! -e "$file" ] || echo "$file"
			done
		else
			find . \( -name .git -o -path ./build \) -prune -o -type f -print
		fi | tar -cf - -T -
	) | tar -xf - -C "$1"
}
