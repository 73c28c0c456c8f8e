#!/bin/bash
# run.sh [--python PYTHON] [--plugin FILE] [--small] [--minutes N]: conformance and speed of the device xla, beside JAX and PyTorch.
#
# Needs Linux on x86_64, a Python with JAX (and its CUDA plug-in) and PyTorch, and nothing else; takes at most 6 minutes and prints one
# table. --plugin takes another plug-in than the one beside the Python's JAX; --small takes sizes for a processor, without a limit.
# pack.sh puts an archive behind this text, which is unpacked into a temporary folder.
set -euo pipefail
python=python3 plugin='' others=()
while [ $# -gt 0 ]; do
  case $1 in
    --python | --plugin | --minutes)
      if [ $# -lt 2 ]; then
        echo "$1 needs a value." >&2
        exit 2
      fi
      ;;&
    --python) python=$2 && shift 2 ;;
    --plugin) plugin=$2 && shift 2 ;;
    --minutes) others+=("$1" "$2") && shift 2 ;;
    --small) others+=("$1") && shift ;;
    *)
      echo "There is no option $1; there are --python, --plugin, --small and --minutes." >&2
      exit 2
      ;;
  esac
done
archive=$(awk '/^__ARCHIVE__$/ { print NR + 1; exit }' "$0")
if [ -z "$archive" ]; then
  echo "$0 has no archive behind it: run the file that benchmarks/gpu/pack.sh makes." >&2
  exit 1
fi
if ! command -v "$python" >/dev/null; then
  echo "There is no $python. Name a Python that has JAX and PyTorch: --python PATH." >&2
  exit 1
fi
if [ -z "$plugin" ]; then
  plugin=$("$python" - <<'FIND'
import importlib.util
import pathlib

spec = importlib.util.find_spec("jax_plugins")
folders = [] if spec is None else spec.submodule_search_locations
found = [path for folder in folders for path in sorted(pathlib.Path(folder).glob("*/*cuda*plugin*.so"))]
print(found[-1] if found else "")
FIND
  )
  if [ -z "$plugin" ]; then
    echo "$python has no CUDA plug-in of JAX (jax_plugins/xla_cuda…/xla_cuda_plugin.so). Install jax[cuda13] there, or say --plugin FILE." >&2
    exit 1
  fi
fi
plugin=$(realpath "$plugin")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# By Python: a bare machine may have no xz.
tail -n "+$archive" "$0" | "$python" -c "import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode='r|xz').extractall('$folder')"
export LAMO_BENCH_PYTHON=$python LAMO_XLA_CACHE=$folder/cache
"$folder/node" "$folder/gpu/main.mjs" --plugin "$plugin" ${others[@]+"${others[@]}"}
