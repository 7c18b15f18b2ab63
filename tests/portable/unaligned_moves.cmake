# Fails when a kernel for Windows moves a vector of 32 or 64 bytes with an instruction that wants an aligned address: the
# stack is not (installers/mingw-w64.cmake says more).
foreach(object ${OBJECTS})
    execute_process(COMMAND ${OBJDUMP} --disassemble --no-show-raw-insn ${object}
        COMMAND grep -E "vmov(ap[sd]|dqa(32|64)?|nt[a-z]+) .*(%[yz]mm.*\\(|\\(.*%[yz]mm)" OUTPUT_VARIABLE aligned)
    execute_process(COMMAND ${OBJDUMP} --disassemble --no-show-raw-insn ${object} COMMAND grep -c "vmovdqu.*%[yz]mm"
        OUTPUT_VARIABLE unaligned)
    if(aligned OR NOT unaligned)
        message(FATAL_ERROR "${object}:\n${aligned}")
    endif()
endforeach()
