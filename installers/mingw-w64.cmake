# Toolchain: builds for Windows x64 on Linux with MinGW-w64 (Debian: g++-mingw-w64-x86-64-posix); ctest runs the
# programs in Wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# The variant that has std::thread and std::mutex.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)

# Libraries come from the folder that the environment names, or from where setup.sh puts them, and never from the host,
# whose headers describe another system.
set(libraries $ENV{TANDEM_WINDOWS_LIBRARIES})
if(NOT libraries)
    set(libraries $ENV{HOME}/.cache/tandem/windows-libraries)
endif()
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32 ${libraries})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# A program brings the compiler's own libraries with it.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

# Windows aligns the stack to 16 bytes, and GCC there spills vectors of 32 and 64 bytes to it with moves that want more:
# the program ends (GCC bug 54412). Debian's GCC is patched to use unaligned moves; for others the assembler (binutils 2.38
# or later) writes them instead. They cost nothing where an address is aligned. tests/portable looks that no other is left.
set(CMAKE_CXX_FLAGS_INIT -Wa,-muse-unaligned-vector-move)

find_program(TANDEM_WINE NAMES wine64 wine PATHS /usr/lib/wine)
if(TANDEM_WINE)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${TANDEM_WINE})
endif()
