#!/usr/bin/env bash
# From a clean clone to a running Tandem on Debian 12: installs what is missing, builds, then runs or tests.
#   bash installers/setup.sh build   stop after building
#   bash installers/setup.sh run     open the window on the built-in model (no display: a short talk in the terminal)
#   bash installers/setup.sh test    build and pass all tests, among them 20 seconds of each fuzz target
#   bash installers/setup.sh windows-engine   build the engine for Windows with MinGW-w64 and check it in Wine
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(
    g++ cmake ninja-build pkg-config
    qt6-base-dev qt6-base-dev-tools libgl-dev
    libqt6sql6-sqlite libssl-dev
    nlohmann-json3-dev libpcre2-dev libutf8proc-dev libmd4c-dev libcli11-dev libnuma-dev
    fonts-noto-core fonts-noto-mono fonts-noto-color-emoji
)
test_packages=(binutils clang clang-format dbus-daemon libclang-rt-dev)
windows_packages=(g++-mingw-w64-x86-64-posix wine64 cmake ninja-build dpkg-dev nlohmann-json3-dev)

say() { printf '\n== %s\n' "$*"; }

# Installs the packages that are not there yet; asks for no password when none is missing.
install() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        echo "setup.sh installs packages with apt-get, which is not here. On another system install the counterparts of:" >&2
        echo "  ${missing[*]}" >&2
        exit 1
    fi
    say "Installing ${missing[*]}"
    local sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -q
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

configure_and_build() { # preset, cmake arguments...
    local preset=$1
    shift
    say "Building ($preset)"
    if command -v ccache >/dev/null; then
        set -- "$@" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
        # Without these it refuses files that use precompiled headers.
        export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    fi
    cmake --preset "$preset" "$@"
    cmake --build --preset "$preset" --parallel "$(nproc)"
}

build_product() {
    install "${build_packages[@]}"
    # A newer compiler may warn of new things; that must not stop a person (presets dev and asan do stop).
    configure_and_build release -DTANDEM_BUILD_TESTS="$1" -DTANDEM_WARNINGS_AS_ERRORS=OFF
}

run() {
    build_product OFF
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        say "Opening the window"
        exec build/release/bin/tandem guide
    fi
    say "No display: talking to the built-in model in the terminal"
    local prompt
    for prompt in "What is Tandem?" "Which quantisation should I choose?"; do
        printf '\n> %s\n' "$prompt"
        build/release/bin/tandem-cli run guide --greedy -p "$prompt"
        printf '\n'
    done
    printf '\nTo open the window, run build/release/bin/tandem in a desktop session (or: DISPLAY=:0 build/release/bin/tandem).\n'
    printf 'To go on here: build/release/bin/tandem-cli chat guide\n'
}

tests() {
    install "${build_packages[@]}" "${test_packages[@]}"
    configure_and_build fuzz -DTANDEM_WARNINGS_AS_ERRORS=OFF
    build_product ON
    local failed=0
    say "Fuzzing each parser for 20 seconds"
    ctest --preset fuzz || failed=1
    say "Testing"
    ctest --preset release || failed=1
    return $failed
}

# The two libraries that the engine links on Windows, built from Debian's sources outside this tree; the third is headers.
windows_libraries() {
    export TANDEM_WINDOWS_LIBRARIES=${TANDEM_WINDOWS_LIBRARIES:-$HOME/.cache/tandem/windows-libraries}
    [ -e "$TANDEM_WINDOWS_LIBRARIES/complete" ] && return
    say "Building PCRE2 and utf8proc for Windows in $TANDEM_WINDOWS_LIBRARIES"
    local here work codename library
    here=$PWD
    work=$(mktemp -d)
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mkdir -p "$work/lists/partial" "$work/parts" "$TANDEM_WINDOWS_LIBRARIES"/{include,share/cmake}
    printf 'Types: deb-src\nURIs: http://deb.debian.org/debian\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
        "$codename" /usr/share/keyrings/debian-archive-keyring.gpg >"$work/parts/sources.sources"
    (
        cd "$work"
        apt=(-q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists"
            -o APT::Sandbox::User= -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
        apt-get "${apt[@]}" update
        apt-get "${apt[@]}" source pcre2 utf8proc
        for library in pcre2 utf8proc; do
            cmake -S "$library"-*/ -B "$library" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$here/installers/mingw-w64.cmake" \
                -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$TANDEM_WINDOWS_LIBRARIES" -DBUILD_SHARED_LIBS=OFF \
                -DPCRE2_SUPPORT_JIT=ON -DPCRE2_BUILD_PCRE2GREP=OFF -DPCRE2_BUILD_TESTS=OFF
            cmake --build "$library" --parallel "$(nproc)"
            cmake --install "$library"
        done
    )
    rm -r "$work"
    cp -r /usr/include/nlohmann "$TANDEM_WINDOWS_LIBRARIES/include/"
    cp -r /usr/share/cmake/nlohmann_json "$TANDEM_WINDOWS_LIBRARIES/share/cmake/"
    touch "$TANDEM_WINDOWS_LIBRARIES/complete"
}

windows_engine() {
    install "${windows_packages[@]}"
    windows_libraries
    configure_and_build windows-engine -DTANDEM_WARNINGS_AS_ERRORS=OFF
    say "Checking in Wine"
    ctest --preset windows-engine
}

case "${1:-}" in
    build) build_product OFF ;;
    run) run ;;
    test) tests ;;
    windows-engine) windows_engine ;;
    *)
        sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
