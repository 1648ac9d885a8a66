# SPDX-License-Identifier: BSD-2-Clause
# Read behind project(), which sets this itself.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
