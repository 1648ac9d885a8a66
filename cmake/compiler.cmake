# SPDX-License-Identifier: BSD-2-Clause
# Language level, warnings, sanitizers and link-time optimisation for everything in this tree.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_compile_definitions(_POSIX_C_SOURCE=200809L)
# Files beyond 2 GB, and folders whose inodes have large numbers, where long has 32 bits.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
	add_compile_definitions(_FILE_OFFSET_BITS=64)
endif()
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(TEEQ_WERROR)
	add_compile_options(-Werror)
endif()

# The same source gives the same binary wherever the tree lies.
add_compile_options(
	-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
	$<$<CONFIG:Release,RelWithDebInfo>:-fdebug-prefix-map=${PROJECT_SOURCE_DIR}=.>)

set(teeq_instrumented OFF)
if(TEEQ_SANITIZE)
	add_compile_options(-fsanitize=${TEEQ_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	add_link_options(-fsanitize=${TEEQ_SANITIZE})
	set(teeq_instrumented ON)
endif()
if(TEEQ_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
		message(FATAL_ERROR "TEEQ_FUZZ needs clang, not ${CMAKE_C_COMPILER_ID}")
	endif()
	# Inputs hold no magic numbers to be guessed by watching comparisons, which would cost half
	# the speed; and whom an indirect call reaches shows in what is reached.
	add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp,indirect-calls)
	set(teeq_instrumented ON)
endif()
if(TEEQ_COVERAGE)
	add_compile_options(--coverage)
	add_link_options(--coverage)
	set(teeq_instrumented ON)
endif()

# Only gcc writes objects that hold both machine code and what link-time optimisation needs; an
# archive of clang's bitcode could not be linked by another compiler.
set(teeq_lto OFF)
if(TEEQ_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU" AND NOT teeq_instrumented)
	include(CheckIPOSupported)
	check_ipo_supported(RESULT teeq_lto OUTPUT lto_message LANGUAGES C)
	if(teeq_lto)
		set(CMAKE_C_COMPILE_OPTIONS_IPO -flto=auto -ffat-lto-objects)
	else()
		message(STATUS "No link-time optimisation: ${lto_message}")
	endif()
endif()

# teeq_optimise(target...): optimise across files in Release builds.
function(teeq_optimise)
	if(teeq_lto)
		set_property(TARGET ${ARGN} PROPERTY INTERPROCEDURAL_OPTIMIZATION_RELEASE ON)
	endif()
endfunction()

# teeq_internal_program(target): may include internals, links the static libraries. Programs of
# this kind are many and short-lived, so they take the machine code that is there.
function(teeq_internal_program target)
	target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
	target_link_libraries(${target} PRIVATE ${teeq_static_libraries})
	if(teeq_lto)
		target_link_options(${target} PRIVATE -fno-lto)
	endif()
endfunction()
