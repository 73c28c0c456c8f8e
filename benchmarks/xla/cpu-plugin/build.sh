#!/bin/sh
# Builds the plug-in: build.sh TENSORFLOW OUT
#
# TENSORFLOW  the folder `tensorflow` of an installed or unpacked tensorflow-cpu wheel
# OUT         a folder, made where missing; gets pjrt_cpu.so and links to the two libraries that it needs
#
# Ends by checking what was built (check.c). CC and CXX name other compilers than cc and g++.
set -eu

if [ $# -ne 2 ]; then
  echo "usage: build.sh TENSORFLOW OUT" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
if [ ! -f "$1/include/xla/pjrt/pjrt_client.h" ] || [ ! -f "$1/libtensorflow_cc.so.2" ]; then
  echo "TENSORFLOW must be the folder of an installed tensorflow-cpu, with include/xla and libtensorflow_cc.so.2," \
    "received $1" >&2
  exit 1
fi
tensorflow=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

include=$tensorflow/include
# NDEBUG and the ABI as TensorFlow itself is built: inline functions of the headers meet compiled ones of the library.
set -- -std=c++17 -O2 -fPIC -Wall -DNDEBUG -D_GLIBCXX_USE_CXX11_ABI=1 -DEIGEN_MAX_ALIGN_BYTES=64 \
  -I"$work" -I"$here/without-llvm" -isystem "$include" -isystem "$include/external/farmhash_archive/src" \
  -isystem "$include/external/highwayhash" -isystem "$include/external/com_googlesource_code_re2" \
  -isystem "$include/external/ml_dtypes_py"

# XLA's headers take most of the time: they are compiled once, and the sources find the result by the name handles.h.
cp "$here/handles.h" "$work/handles.h"
"${CXX:-g++}" "$@" -x c++-header "$work/handles.h" -o "$work/handles.h.gch"
for source in plugin client program buffer; do
  cp "$here/$source.cc" "$work"
  "${CXX:-g++}" "$@" -c "$work/$source.cc" -o "$work/$source.o"
done

for library in libtensorflow_cc.so.2 libtensorflow_framework.so.2; do
  [ "$out/$library" -ef "$tensorflow/$library" ] || ln -sf "$tensorflow/$library" "$out"
done
"${CXX:-g++}" -shared "$work"/*.o "$out/libtensorflow_cc.so.2" "$out/libtensorflow_framework.so.2" \
  -Wl,--no-undefined -Wl,-rpath,'$ORIGIN' -o "$out/pjrt_cpu.so"
"${CC:-cc}" -std=gnu11 -O1 -Wall -isystem "$include" "$here/check.c" -ldl -o "$work/check"
"$work/check" "$out/pjrt_cpu.so"
echo "$out/pjrt_cpu.so"
