# SPDX-License-Identifier: BSD-2-Clause
# Headers, libraries, command, the CMake package and the pkg-config files.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/teeq)

if(NOT TEEQ_INSTALL_SHARED AND NOT TEEQ_INSTALL_STATIC)
	message(FATAL_ERROR "TEEQ_INSTALL_SHARED and TEEQ_INSTALL_STATIC are both off: no library would be installed")
endif()
set(installed_kinds)
foreach(kind SHARED STATIC)
	if(TEEQ_INSTALL_${kind})
		string(TOLOWER ${kind} kind)
		list(APPEND installed_kinds ${kind})
	endif()
endforeach()
set(installed_libraries ${installed_kinds})
list(TRANSFORM installed_libraries PREPEND teeq_)
set(installed_scenario ${installed_kinds})
list(TRANSFORM installed_scenario PREPEND teeq_scenario_)

# Nobody should be left with half an installation: first it is seen whether all is there.
set(wanted)
foreach(target ${installed_libraries} teeq_harness_static ${installed_scenario} teeq teeq-mpi)
	if(TARGET ${target})
		list(APPEND wanted $<TARGET_FILE:${target}>)
	endif()
endforeach()
install(CODE "
	foreach(file ${wanted})
		if(NOT EXISTS \"\${file}\")
			message(FATAL_ERROR \"\${file} is not built, so nothing is installed. Build everything \"
				\"with: cmake --build ${PROJECT_BINARY_DIR}. The command alone, where that is \"
				\"built: cmake --install ${PROJECT_BINARY_DIR} --component command\")
		endif()
	endforeach()")

if(NOT TEEQ_HARNESS)
	list(FILTER teeq_headers EXCLUDE REGEX "/harness\\.h$")
endif()
# What teeq/teeq.h includes goes along in any case.
if(NOT TARGET teeq_scenario_shared)
	list(FILTER teeq_headers EXCLUDE REGEX "/(test|fuzz)\\.h$")
endif()
install(FILES ${teeq_headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/teeq)
install(TARGETS ${installed_libraries} EXPORT teeqTargets)
if(TARGET teeq_harness_static)
	# What command.h declares is in the command alone.
	install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/teeq/harness
		DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/teeq
		PATTERN driver/command.h EXCLUDE)
	install(TARGETS teeq_harness_static EXPORT teeqHarnessTargets)
	install(EXPORT teeqHarnessTargets NAMESPACE teeq:: DESTINATION ${package_dir})
endif()
install(EXPORT teeqTargets NAMESPACE teeq:: DESTINATION ${package_dir})

# The static scenario library has an export file of its own: it alone needs libyaml and jansson at
# the consumer's, and the package loads it only where they are found.
if(TARGET teeq_scenario_shared)
	set(export_shared teeqScenarioTargets)
	set(export_static teeqScenarioStaticTargets)
	foreach(kind IN LISTS installed_kinds)
		install(TARGETS teeq_scenario_${kind} EXPORT ${export_${kind}})
		install(EXPORT ${export_${kind}} NAMESPACE teeq:: DESTINATION ${package_dir})
	endforeach()
endif()
if(TARGET teeq)
	install(TARGETS teeq COMPONENT command)
	if(TARGET teeq-mpi)
		install(TARGETS teeq-mpi COMPONENT mpi)
	endif()
	install(FILES ${PROJECT_SOURCE_DIR}/scripts/completion/teeq.bash
		DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME teeq)
	install(FILES ${PROJECT_SOURCE_DIR}/scripts/completion/_teeq
		DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
	install(FILES ${PROJECT_SOURCE_DIR}/scripts/completion/teeq.fish
		DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
	install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/teeq)
	install(FILES ${PROJECT_SOURCE_DIR}/bindings/python/teeq.py
		DESTINATION ${CMAKE_INSTALL_DATADIR}/teeq/python)
endif()
# The pages are what the command itself says, so it has to run here.
if(TARGET teeq AND NOT CMAKE_CROSSCOMPILING)
	set(man_pages ${PROJECT_BINARY_DIR}/man/man1/teeq.1)
	file(GLOB man_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/scripts/man*
		${PROJECT_SOURCE_DIR}/docs/man/*)
	add_custom_command(OUTPUT ${man_pages}
		COMMAND sh ${PROJECT_SOURCE_DIR}/scripts/man.sh $<TARGET_FILE:teeq>
			${PROJECT_BINARY_DIR}/man
		DEPENDS teeq ${man_sources} ${PROJECT_SOURCE_DIR}/docs/scenarios.md
			${PROJECT_SOURCE_DIR}/CHANGELOG.md
		VERBATIM)
	add_custom_target(teeq_man ALL DEPENDS ${man_pages})
	install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
endif()

# Not part of all: it wants Doxygen and cmark-gfm.
if(TARGET teeq)
	add_custom_target(teeq_site
		COMMAND ${CMAKE_COMMAND} -E env TEEQ=$<TARGET_FILE:teeq>
			${PROJECT_SOURCE_DIR}/scripts/site.sh ${PROJECT_BINARY_DIR}/site
		DEPENDS teeq VERBATIM)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/teeqConfig.cmake.in
	${PROJECT_BINARY_DIR}/cmake/teeqConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/teeqConfigVersion.cmake
	COMPATIBILITY SameMinorVersion)
install(FILES
	${PROJECT_BINARY_DIR}/cmake/teeqConfig.cmake
	${PROJECT_BINARY_DIR}/cmake/teeqConfigVersion.cmake
	DESTINATION ${package_dir})

set(pc_names teeq)
if(TARGET teeq_scenario_shared)
	list(APPEND pc_names teeq-scenario)
endif()
if(TARGET teeq_harness_static)
	list(APPEND pc_names teeq-harness)
endif()
foreach(dir INCLUDEDIR LIBDIR)
	cmake_path(IS_ABSOLUTE CMAKE_INSTALL_${dir} absolute)
	set(pc_${dir} ${CMAKE_INSTALL_${dir}})
	if(NOT absolute)
		string(PREPEND pc_${dir} "\${prefix}/")
	endif()
endforeach()
# The prefix is worked out from where the file lies, so that the installed tree may be moved.
cmake_path(IS_ABSOLUTE CMAKE_INSTALL_LIBDIR absolute)
if(absolute)
	set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
	file(RELATIVE_PATH pc_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
	string(REGEX REPLACE "/$" "" pc_up "${pc_up}")
	set(pc_prefix "\${pcfiledir}/${pc_up}")
endif()
# What a static library needs is private to it only where there is a shared one, too.
if(TEEQ_INSTALL_SHARED)
	set(pc_libs "\nLibs.private:")
	set(pc_requires "\nRequires.private:")
else()
	set(pc_libs)
	set(pc_requires ,)
endif()
foreach(name IN LISTS pc_names)
	configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in
		${PROJECT_BINARY_DIR}/cmake/${name}.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/cmake/${name}.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

# Another version of gcc refuses to read this one's link-time data, so it does not travel.
if(teeq_lto AND CMAKE_BUILD_TYPE STREQUAL "Release")
	set(archives ${pc_names})
	if(NOT TEEQ_INSTALL_STATIC)
		list(FILTER archives INCLUDE REGEX harness)
	endif()
	list(TRANSFORM archives REPLACE "(.+)" "lib\\1.a")
	install(CODE "
		foreach(archive ${archives})
			execute_process(COMMAND ${CMAKE_OBJCOPY} -D -w
				-R .gnu.lto_* -R .gnu.debuglto_* -N __gnu_lto_*
				\"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/\${archive}\"
				COMMAND_ERROR_IS_FATAL ANY)
		endforeach()")
endif()
