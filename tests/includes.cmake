# Checks which way the includes point: cmake -DROOT=<repository> -P includes.cmake
#
#     runtime <- actors <- http; in runtime: values <- authoring <- storage, services <- hosting
#
# ("<-": is included by.) http/main.cpp composes the program and may name everything. The libraries
# stay where they belong: CAF in the hosting shelf, RESTinio in http, nlohmann/json in one file, Asio in
# the two that serve sockets.

# allow(<folder or file> <what it may include of ours>...): the first rule that fits a file counts.
set(rules "")
function(allow where)
  list(APPEND rules "${where}")
  set(rules "${rules}" PARENT_SCOPE)
  set("may_${where}" "${ARGN}" PARENT_SCOPE)
endfunction()

allow(runtime/values/ runtime/values/)
allow(runtime/authoring/ runtime/values/ runtime/authoring/)
allow(runtime/storage/ runtime/values/ runtime/authoring/ runtime/storage/)
allow(runtime/services/ runtime/values/ runtime/authoring/ runtime/services/)
allow(runtime/hosting/ runtime/)
allow(actors/ runtime/values/ runtime/authoring/ runtime/services/ actors/)
allow(http/main.cpp runtime/ actors/ http/)
allow(http/ runtime/ http/)

# Libraries: header prefix, and where alone it may be included.
set(libraries caf/ restinio/ asio nlohmann/ sqlite3 libpq postgresql/)
set(home_caf/ "^runtime/hosting/")
set(home_restinio/ "^http/")
set(home_asio "^(runtime/hosting/loop_scheduler|http/server)\\.cpp$")
set(home_nlohmann/ "^runtime/values/json_text\\.cpp$")
set(home_sqlite3 "^runtime/storage/sqlite(_[a-z_]*)?\\.[ch]pp$")
set(home_libpq "^runtime/storage/postgres_[a-z_]*\\.cpp$")
set(home_postgresql/ "${home_libpq}")

function(starts_with text prefix result)
  string(FIND "${text}" "${prefix}" place)
  if(place EQUAL 0)
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

set(wrong "")
set(files_checked 0)
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/runtime/*.[ch]pp ${ROOT}/actors/*.[ch]pp
     ${ROOT}/http/*.[ch]pp)
foreach(file IN LISTS files)
  math(EXPR files_checked "${files_checked} + 1")
  set(rule "")
  foreach(candidate IN LISTS rules)
    starts_with("${file}" "${candidate}" fits)
    if(fits)
      set(rule "${candidate}")
      break()
    endif()
  endforeach()
  if(rule STREQUAL "")
    list(APPEND wrong "${file} stands in no known shelf: add a rule for it")
    continue()
  endif()

  file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]")
      list(APPEND wrong "${file} has an include that cannot be read: ${line}")
      continue()
    endif()
    set(header "${CMAKE_MATCH_1}")

    # Ours begin with the name of a layer. A path of another sort would hide from this check.
    if(header MATCHES "^\\.\\.?/")
      list(APPEND wrong "${file} includes ${header}: includes are rooted at the repository")
    elseif(header MATCHES "^(runtime|actors|http|tests|bench)/")
      set(allowed FALSE)
      foreach(prefix IN LISTS "may_${rule}")
        starts_with("${header}" "${prefix}" fits)
        if(fits)
          set(allowed TRUE)
        endif()
      endforeach()
      if(NOT allowed)
        list(APPEND wrong "${file} includes ${header}, which ${rule} must not know")
      endif()
    endif()

    foreach(library IN LISTS libraries)
      starts_with("${header}" "${library}" fits)
      if(fits AND NOT file MATCHES "${home_${library}}")
        list(APPEND wrong "${file} includes ${header}, which has its place elsewhere")
      endif()
    endforeach()
  endforeach()
endforeach()

if(files_checked EQUAL 0)
  list(APPEND wrong "there is nothing to check in ${ROOT}")
endif()
if(wrong)
  list(JOIN wrong "\n  " text)
  message(FATAL_ERROR "Includes that point the wrong way:\n  ${text}")
endif()
message(STATUS "${files_checked} files, every include points the right way")
