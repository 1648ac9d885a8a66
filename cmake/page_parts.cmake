# SPDX-License-Identifier: BSD-2-Clause
# The page of --html is part of the command: a source that holds the files of src/cli/page.

set(teeq_page_parts_folder ${CMAKE_CURRENT_LIST_DIR})
function(teeq_page_parts source)
	foreach(part page.css page.html lanes.js page.js)
		set(page_file ${teeq_page_parts_folder}/../src/cli/page/${part})
		set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_file})
		string(REPLACE "." "_" page_name ${part})
		file(READ ${page_file} page_bytes HEX)
		string(REGEX REPLACE "(..)" "0x\\1," ${page_name} "${page_bytes}")
	endforeach()
	configure_file(${teeq_page_parts_folder}/page_parts.c.in ${source} @ONLY)
endfunction()
