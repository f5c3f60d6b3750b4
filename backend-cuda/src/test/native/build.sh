#!/bin/sh
# Builds the CUDA test double: build.sh FOLDER puts libcuda.so.1, libnvrtc.so.12 and libcublas.so.12 there, and selftest.
# Wants gcc and, where kernels are compiled, g++. What those become is kept in FOLDER/cache.
set -eu
to=$(mkdir -p "$1/cache" && cd "$1" && pwd)
cd "$(dirname "$0")"
flags="-std=gnu11 -Wall -Wextra -Werror -fPIC -fvisibility=default -g1 -ffp-contract=off"
: "${CC:=gcc}"
# Each under a name of its own until it is whole: another build may be running.
library() {
    source=$1 name=$2
    shift 2
    # shellcheck disable=SC2086
    "$CC" $flags -shared "$source" -o "$to/.$name.$$" -Wl,-soname,"$name" -Wl,-rpath,'$ORIGIN' "$@"
    mv "$to/.$name.$$" "$to/$name"
}
library cuda_double.c libcuda.so.1 -O1 -Wl,--version-script=cuda.map -pthread -ldl
library nvrtc_double.c libnvrtc.so.12 -O1 -Wa,-I. -Wl,--version-script=nvrtc.map &
nvrtc=$!
library cublas_double.c libcublas.so.12 -O3 -Wl,--version-script=cublas.map "$to/libcuda.so.1" &
cublas=$!
wait $nvrtc
wait $cublas
# shellcheck disable=SC2086
"$CC" $flags -Wno-unused-result -O0 selftest.c -o "$to/.selftest.$$" "$to/libcuda.so.1" "$to/libnvrtc.so.12" "$to/libcublas.so.12" \
    -Wl,-rpath,'$ORIGIN' -pthread -lm
mv "$to/.selftest.$$" "$to/selftest"
