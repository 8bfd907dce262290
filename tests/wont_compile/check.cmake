# Compiles FILE with COMPILER and SOURCE_DIR on the include path. Passes if that fails and says SAYS;
# or, without SAYS, if it succeeds.
execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${SOURCE_DIR} ${FILE}
                RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT DEFINED SAYS)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${FILE} should compile:\n${said}")
  endif()
  return()
endif()
if(status EQUAL 0)
  message(FATAL_ERROR "${FILE} compiles, and should not")
endif()
string(FIND "${said}" "${SAYS}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "${FILE} does not compile, but does not say \"${SAYS}\":\n${said}")
endif()
