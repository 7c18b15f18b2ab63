# The objects with ISA flags, as built, are held against the symbol rule by nm. Sanitizers add symbols of their own.
if(NOT TANDEM_SANITIZE)
    tandem_test(boundaries_isa_symbols SOURCES isa_symbols_test.cpp LINKS tandem_flags)
    add_dependencies(test_boundaries_isa_symbols engine_kernels_avx2 engine_kernels_avx512)
    target_compile_definitions(test_boundaries_isa_symbols PRIVATE TANDEM_NM="${CMAKE_NM}"
        "TANDEM_AVX2_OBJECTS=\"$<JOIN:$<TARGET_OBJECTS:engine_kernels_avx2>,;>\""
        "TANDEM_AVX512_OBJECTS=\"$<JOIN:$<TARGET_OBJECTS:engine_kernels_avx512>,;>\"")
endif()
