# Fails when a source file is not as clang-format leaves it.
file(GLOB_RECURSE files ${SOURCE}/engine/*.h ${SOURCE}/engine/*.cpp ${SOURCE}/app/*.h ${SOURCE}/app/*.cpp ${SOURCE}/ui/*.h
    ${SOURCE}/ui/*.cpp ${SOURCE}/tests/*.h ${SOURCE}/tests/*.cpp)
execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror ${files} RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "clang-format -i these:\n${errors}")
endif()
