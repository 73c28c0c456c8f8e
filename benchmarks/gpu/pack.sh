#!/bin/bash
# pack.sh [FILE]: makes the one file to take to a Linux machine with an NVIDIA GPU: run.sh with an archive behind it, which holds this
# machine's Node, the bundled benchmark, koffi's binary, the counterparts in Python, and what `cpu` computes. At most 40 MB.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-benchmarks/gpu/dist/lamo-gpu.sh}
limit=$((40 * 1000 * 1000))
if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  echo "pack.sh takes this machine's Node along, so it has to be Linux on x86_64; this is $(uname -sm)." >&2
  exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/gpu/node_modules/@koromix" "$(dirname "$out")"
npx tsup --config benchmarks/gpu/tsup.config.ts --out-dir "$folder/gpu" --silent
npx tsx --conditions=@lamo/source benchmarks/gpu/record.ts "$folder/gpu/expected.json"
koffi=$(realpath packages/runtime/node_modules/koffi)
mkdir "$folder/gpu/node_modules/koffi"
cp -rL "$koffi"/{package.json,*.js,*.cjs,src} "$folder/gpu/node_modules/koffi/"
cp -rL "$(dirname "$koffi")/@koromix/koffi-linux-x64" "$folder/gpu/node_modules/@koromix/"
for peer in jax pytorch; do
  mkdir "$folder/$peer"
  cp benchmarks/$peer/*.py "$folder/$peer/"
done
cp "$(readlink -f "$(command -v node)")" "$folder/node"
strip "$folder/node" 2>/dev/null || true # smaller, where there is a strip
{
  cat benchmarks/gpu/run.sh
  echo __ARCHIVE__
  tar -C "$folder" -c . | xz -9e -T1
} >"$out"
chmod +x "$out"
size=$(stat -c %s "$out")
echo "$out: $((size / 1000000)) MB"
if [ "$size" -gt "$limit" ]; then
  echo "It must have at most $((limit / 1000000)) MB." >&2
  exit 1
fi
