# SPDX-License-Identifier: BSD-2-Clause
# libteeq, libteeq-scenario, libteeq-harness and the command.

set(teeq_rooms base abi core model run explore report diagnose threads)
set(teeq_sources)
foreach(room IN LISTS teeq_rooms)
	file(GLOB_RECURSE found CONFIGURE_DEPENDS
		${PROJECT_SOURCE_DIR}/src/${room}/*.c ${PROJECT_SOURCE_DIR}/src/${room}/*.h)
	list(APPEND teeq_sources ${found})
endforeach()
file(GLOB teeq_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/teeq/*.h)
file(GLOB scenario_sources CONFIGURE_DEPENDS
	${PROJECT_SOURCE_DIR}/src/scenario/*.c ${PROJECT_SOURCE_DIR}/src/asserts/*.c
	${PROJECT_SOURCE_DIR}/src/fuzz/*.c)
file(GLOB_RECURSE cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/*.c)
if(NOT TEEQ_SCENARIO)
	set(scenario_sources)
endif()
if(NOT scenario_sources)
	set(cli_sources)
endif()

# teeq_library(objects output sources...): compile once, link as <objects>_shared and _static.
function(teeq_library name output)
	add_library(${name}_objects OBJECT ${ARGN})
	set_property(TARGET ${name}_objects PROPERTY POSITION_INDEPENDENT_CODE ON)
	target_include_directories(${name}_objects PRIVATE
		${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)

	add_library(${name}_shared SHARED $<TARGET_OBJECTS:${name}_objects>)
	add_library(${name}_static STATIC $<TARGET_OBJECTS:${name}_objects>)
	foreach(kind shared static)
		target_include_directories(${name}_${kind} INTERFACE
			$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
			$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
		set_target_properties(${name}_${kind} PROPERTIES
			OUTPUT_NAME ${output}
			LINKER_LANGUAGE C
			ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
			LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
	endforeach()
	set_target_properties(${name}_shared PROPERTIES
		VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
	if(NOT teeq_instrumented)
		target_link_options(${name}_shared PRIVATE LINKER:-z,defs)
	endif()
	teeq_optimise(${name}_objects ${name}_shared ${name}_static)
endfunction()

teeq_library(teeq teeq ${teeq_sources})
target_link_libraries(teeq_shared PRIVATE Threads::Threads)
target_link_libraries(teeq_static PUBLIC Threads::Threads)
set_property(TARGET teeq_shared PROPERTY EXPORT_NAME teeq)
add_library(teeq::teeq ALIAS teeq_shared)
add_library(teeq::teeq_static ALIAS teeq_static)
set(teeq_static_libraries teeq_static)

if(scenario_sources)
	find_package(PkgConfig REQUIRED)
	pkg_check_modules(TEEQ_YAML REQUIRED IMPORTED_TARGET yaml-0.1)
	pkg_check_modules(TEEQ_JANSSON REQUIRED IMPORTED_TARGET jansson>=2.12)

	teeq_library(teeq_scenario teeq-scenario ${scenario_sources})
	# What only judges is not what new inputs should be found for.
	if(TEEQ_FUZZ)
		set_source_files_properties(${PROJECT_SOURCE_DIR}/src/fuzz/rules.c
			${PROJECT_SOURCE_DIR}/src/fuzz/rules_list.c PROPERTIES
			COMPILE_OPTIONS -fno-sanitize=fuzzer-no-link)
	endif()
	target_include_directories(teeq_scenario_objects SYSTEM PRIVATE
		${TEEQ_YAML_INCLUDE_DIRS} ${TEEQ_JANSSON_INCLUDE_DIRS})

	# What is public comes from libteeq.so. The loader may also use small internals (the text
	# buffer, say), which libteeq.so hides: those come from the archive, and stay hidden.
	target_link_libraries(teeq_scenario_shared
		PUBLIC teeq_shared
		PRIVATE teeq_static ${TEEQ_YAML_LINK_LIBRARIES} ${TEEQ_JANSSON_LINK_LIBRARIES})
	target_link_options(teeq_scenario_shared PRIVATE LINKER:--exclude-libs,libteeq.a)
	set_target_properties(teeq_scenario_shared PROPERTIES
		EXPORT_NAME scenario INSTALL_RPATH "$ORIGIN")

	target_link_libraries(teeq_scenario_static
		PUBLIC teeq_static PkgConfig::TEEQ_YAML PkgConfig::TEEQ_JANSSON)
	set_property(TARGET teeq_scenario_static PROPERTY EXPORT_NAME scenario_static)

	add_library(teeq::scenario ALIAS teeq_scenario_shared)
	add_library(teeq::scenario_static ALIAS teeq_scenario_static)
	list(PREPEND teeq_static_libraries teeq_scenario_static)
endif()

# The harness is static only: what it runs is linked into one program with it. That may be any C
# code, so no name but the public ones may be seen from outside: the objects, with the few internals
# of libteeq that they use, become one whose hidden symbols are local.
if(TEEQ_HARNESS)
	file(GLOB harness_sources CONFIGURE_DEPENDS
		${PROJECT_SOURCE_DIR}/src/harness/*.c ${PROJECT_SOURCE_DIR}/src/harness/*.h
		${PROJECT_SOURCE_DIR}/src/harness/kernel/*.c
		${PROJECT_SOURCE_DIR}/src/harness/kernel/*.h)
	set(harness_include ${PROJECT_SOURCE_DIR}/include/teeq/harness)
	set(harness_object ${PROJECT_BINARY_DIR}/harness.o)
	add_library(teeq_harness_objects OBJECT ${harness_sources})
	add_library(teeq_harness_parts OBJECT
		${PROJECT_SOURCE_DIR}/src/base/check.c ${PROJECT_SOURCE_DIR}/src/base/error.c
		${PROJECT_SOURCE_DIR}/src/base/hash.c ${PROJECT_SOURCE_DIR}/src/base/text.c
		${PROJECT_SOURCE_DIR}/src/core/thread_pool.c)
	foreach(objects teeq_harness_objects teeq_harness_parts)
		set_property(TARGET ${objects} PROPERTY POSITION_INDEPENDENT_CODE ON)
		target_include_directories(${objects} PRIVATE
			${PROJECT_SOURCE_DIR}/include ${harness_include} ${PROJECT_SOURCE_DIR}/src)
	endforeach()
	add_custom_command(OUTPUT ${harness_object}
		COMMAND ${CMAKE_LINKER} -r -o ${harness_object} $<TARGET_OBJECTS:teeq_harness_objects>
			$<TARGET_OBJECTS:teeq_harness_parts>
		COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${harness_object}
		DEPENDS teeq_harness_objects $<TARGET_OBJECTS:teeq_harness_objects>
			$<TARGET_OBJECTS:teeq_harness_parts>
		COMMAND_EXPAND_LISTS VERBATIM)
	# What instrumented code calls is a member of its own, so that it is linked only with such code.
	add_library(teeq_harness_hooks OBJECT ${PROJECT_SOURCE_DIR}/src/harness/hooks/hooks.c)
	set_property(TARGET teeq_harness_hooks PROPERTY POSITION_INDEPENDENT_CODE ON)
	target_include_directories(teeq_harness_hooks PRIVATE ${PROJECT_SOURCE_DIR}/include)
	add_library(teeq_harness_static STATIC
		${harness_object} $<TARGET_OBJECTS:teeq_harness_hooks>)
	target_include_directories(teeq_harness_static INTERFACE
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
		$<BUILD_INTERFACE:${harness_include}>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/teeq/harness>)
	# The shared one, which hides its internals, too, unless there is none where it is installed.
	set(harness_base teeq_static)
	if(TEEQ_INSTALL_SHARED)
		set(harness_base teeq_shared)
	endif()
	target_link_libraries(teeq_harness_static INTERFACE ${harness_base} Threads::Threads)
	# A function that is found when it is first called leaves traces on the stack, which then differs.
	target_link_options(teeq_harness_static INTERFACE -Wl,-z,now)
	set_target_properties(teeq_harness_static PROPERTIES
		OUTPUT_NAME teeq-harness
		EXPORT_NAME harness
		LINKER_LANGUAGE C
		ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
	add_library(teeq::harness ALIAS teeq_harness_static)
endif()

# What boards said, and what it means: a part of the command, and of its tests.
if(cli_sources)
	find_package(ZLIB REQUIRED)
	set(frames_table ${PROJECT_SOURCE_DIR}/src/field/frames.tsv)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${frames_table})
	file(READ ${frames_table} frames_bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1," frames_bytes "${frames_bytes}")
	configure_file(${PROJECT_SOURCE_DIR}/cmake/frames_table.c.in
		${PROJECT_BINARY_DIR}/frames_table.c @ONLY)
	file(GLOB field_sources CONFIGURE_DEPENDS
		${PROJECT_SOURCE_DIR}/src/field/*.c ${PROJECT_SOURCE_DIR}/src/field/*.h)
	add_library(teeq_field STATIC ${field_sources} ${PROJECT_BINARY_DIR}/frames_table.c)
	target_include_directories(teeq_field PRIVATE ${PROJECT_SOURCE_DIR}/src)
	target_link_libraries(teeq_field PUBLIC teeq_static ZLIB::ZLIB)
	list(PREPEND teeq_static_libraries teeq_field)
endif()

# The command runs drivers, which want to find the harness's part of a kernel in it.
if(cli_sources AND TEEQ_HARNESS)
	file(GLOB driver_sources CONFIGURE_DEPENDS
		${PROJECT_SOURCE_DIR}/src/driver/*.c ${PROJECT_SOURCE_DIR}/src/driver/*.h)
	add_library(teeq_driver_objects OBJECT ${driver_sources})
	set_property(TARGET teeq_driver_objects PROPERTY POSITION_INDEPENDENT_CODE ON)
	target_include_directories(teeq_driver_objects PRIVATE
		${PROJECT_SOURCE_DIR}/include ${harness_include} ${PROJECT_SOURCE_DIR}/src)
endif()

if(cli_sources)
	if(NOT TARGET teeq_driver_objects)
		list(FILTER cli_sources EXCLUDE REGEX "/cli/driver/")
	endif()
	teeq_page_parts(${PROJECT_BINARY_DIR}/page_parts.c)
	add_executable(teeq ${cli_sources} ${PROJECT_BINARY_DIR}/page_parts.c)
	if(TARGET teeq_driver_objects)
		target_compile_definitions(teeq PRIVATE TEEQ_DRIVERS)
		target_sources(teeq PRIVATE $<TARGET_OBJECTS:teeq_driver_objects>
			$<TARGET_OBJECTS:teeq_harness_objects>)
		set_property(TARGET teeq PROPERTY ENABLE_EXPORTS ON)
		# As programs with the harness do, see above.
		target_link_options(teeq PRIVATE -Wl,-z,now)
	endif()
	target_include_directories(teeq PRIVATE ${PROJECT_SOURCE_DIR}/src)
	target_link_libraries(teeq PRIVATE ${teeq_static_libraries} ${CMAKE_DL_LIBS})
	# The screen of teeq step; without it, its commands are lines.
	pkg_check_modules(TEEQ_CURSES ncurses)
	if(TEEQ_CURSES_FOUND)
		# Not its flags: they are for other standards than this one.
		target_compile_definitions(teeq PRIVATE TEEQ_CURSES)
		target_include_directories(teeq SYSTEM PRIVATE ${TEEQ_CURSES_INCLUDE_DIRS})
		target_link_libraries(teeq PRIVATE ${TEEQ_CURSES_LINK_LIBRARIES})
	endif()
	set_property(TARGET teeq PROPERTY RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
	teeq_optimise(teeq)
endif()

# The command's exploration by all ranks of MPI, of which neither libteeq nor the command knows.
if(TEEQ_MPI)
	if(NOT cli_sources)
		message(FATAL_ERROR "TEEQ_MPI needs TEEQ_SCENARIO")
	endif()
	find_package(MPI REQUIRED COMPONENTS C)
	file(GLOB mpi_sources CONFIGURE_DEPENDS
		${PROJECT_SOURCE_DIR}/src/mpi/*.c ${PROJECT_SOURCE_DIR}/src/mpi/*.h)
	add_executable(teeq-mpi ${mpi_sources}
		$<FILTER:$<TARGET_OBJECTS:teeq>,EXCLUDE,/cli/main\\.c>)
	if(TARGET teeq_driver_objects)
		target_sources(teeq-mpi PRIVATE $<TARGET_OBJECTS:teeq_driver_objects>
			$<TARGET_OBJECTS:teeq_harness_objects>)
	endif()
	target_include_directories(teeq-mpi PRIVATE ${PROJECT_SOURCE_DIR}/src)
	target_link_libraries(teeq-mpi PRIVATE
		$<TARGET_PROPERTY:teeq,LINK_LIBRARIES> MPI::MPI_C)
	# Installed it finds MPI where it was linked with it.
	set_target_properties(teeq-mpi PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
		BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH_USE_LINK_PATH ON)
	teeq_optimise(teeq-mpi)
endif()
