# The objects with ISA flags, as built, are held against the symbol rule by nm. Sanitizers add symbols of their own.
if(NOT TANDEM_SANITIZE)
    tandem_test(boundaries_isa_symbols SOURCES isa_symbols_test.cpp LINKS tandem_flags)
    target_compile_definitions(test_boundaries_isa_symbols PRIVATE TANDEM_NM="${CMAKE_NM}")
    foreach(isa avx2 avx2_bytes avx_vnni avx512 avx512_vnni avx512_bf16 amx)
        string(TOUPPER ${isa} name)
        add_dependencies(test_boundaries_isa_symbols engine_kernels_${isa})
        target_compile_definitions(test_boundaries_isa_symbols PRIVATE
            "TANDEM_${name}_OBJECTS=\"$<JOIN:$<TARGET_OBJECTS:engine_kernels_${isa}>,;>\"")
    endforeach()
endif()
