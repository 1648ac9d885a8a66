#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What users' projects have of the installed package: examples/ci-project with its own tests, the Python module
# with its example, and the action that puts the table of teeq check into a summary.
#
# environment: SOURCE_DIR, BINARY_DIR, CC, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
prefix=$scratch/prefix
cmake --install "$BINARY_DIR" --prefix "$prefix" >log 2>&1 || fail "$(cat log)"
libdir=$(dirname "$(find "$prefix" -name libteeq.so)")
export LD_LIBRARY_PATH=$libdir PATH=$prefix/bin:$PATH
cp -r "$SOURCE_DIR/examples/ci-project" project
cmake -S project -B project/build -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$CC" >log 2>&1 &&
	cmake --build project/build >>log 2>&1 || fail "the project does not build: $(tail -n 20 log)"
ctest --test-dir project/build --output-on-failure >log 2>&1 || fail "its tests fail: $(cat log)"
grep -q '100% tests passed, 0 tests failed out of [234]$' log || fail "its tests did not run: $(cat log)"
clang=$(command -v clang) || { echo 'no clang: the fuzz target was not tried'; exit 77; }
cmake -S project -B project/fuzzing -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$clang" >log 2>&1 &&
	cmake --build project/fuzzing --target fuzz_board >>log 2>&1 || fail "its fuzz target does not build: $(tail -n 20 log)"
ctest --test-dir project/fuzzing -R '^fuzz$' -V >log 2>&1 || fail "its fuzz target fails: $(cat log)"
grep -q 'Done 20000 runs' log || fail "it did not run: $(cat log)"
# They can fail.
sed -i 's/threads: 2/threads: 1/' project/board.yaml
ctest --test-dir project/build >log 2>&1 && fail 'with one thread its tests pass'
grep -qE '0% tests passed, [234] tests failed' log || grep -q 'expectations (Failed)' log || fail "$(cat log)"
ctest --test-dir project/fuzzing -R '^fuzz$' -V >log 2>&1 && fail 'with one thread its fuzz target finds nothing'
grep -q 'fuzz_board.c:[0-9]*: fails: board.yaml under mainline: ' log &&
	grep -q 'replay: teeq replay board.yaml ' log || fail "its fuzz target finds something else: $(cat log)"

# The action, as a runner calls it.
cp "$SOURCE_DIR/examples/ci-project/board.yaml" .
act()
{
	: >summary
	local status=0
	TEEQ=teeq FILES=$1 OPTIONS=$2 GITHUB_STEP_SUMMARY=$scratch/summary GITHUB_ACTION_PATH=/nonexistent \
		bash "$SOURCE_DIR/.github/actions/check/check.sh" >out 2>err || status=$?
	echo "$status"
}
[ "$(act 'board.yaml' '')" -eq 0 ] || fail 'the action fails'
has_line summary '### teeq check'
grep -q 'board.yaml *mainline *done' summary || fail "no row in the summary: $(cat summary)"
sed 's/mainline: done/mainline: deadlock/' board.yaml >wrong.yaml
[ "$(act 'board.yaml wrong.yaml' '--max-states 1000')" -eq 1 ] || fail 'the action does not fail'
has summary FAIL
for input in files options teeq; do
	has "$SOURCE_DIR/.github/actions/check/action.yml" "\${{ inputs.$input }}"
done

command -v python3 >/dev/null || { echo 'no python3: the module was not tried'; exit 77; }
version=$(teeq --version | cut -d ' ' -f 2)
has "$SOURCE_DIR/bindings/python/pyproject.toml" "version = \"$version\""
cp -r "$SOURCE_DIR/examples/python" "$SOURCE_DIR/examples/scenarios" .
mkdir -p examples && mv python scenarios examples/
PYTHONPATH=$prefix/share/teeq/python python3 examples/python/test_board.py >out 2>&1 || fail 'the example in Python fails'
has_line out 'all of them hold'
