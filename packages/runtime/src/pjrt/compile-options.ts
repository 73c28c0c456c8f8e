/** XLA's `CompileOptionsProto` with one replica and one partition: field 3 { 4: 1, 5: 1 }. */
const ONE_DEVICE = [0x1a, 4, 0x20, 1, 0x28, 1];

/** How plug-ins for GPUs name their platform. */
const GPUS = /cuda|rocm|gpu/i;

/**
 * Keeps XLA on GPUs from operations whose sums depend on which thread comes first, as scatters are by default: the same seed
 * gives the same weights.
 */
const DETERMINISTIC = 'xla_gpu_exclude_nondeterministic_ops';

/**
 * Options of a compilation, as the bytes of XLA's `CompileOptionsProto`.
 *
 * Source: xla/pjrt/proto/compile_options.proto, whose `env_option_overrides` (7) maps names of flags to values.
 *
 * @param platform as the plug-in names it: `cuda`, `cpu`
 */
export function compileOptions(platform: string): Uint8Array {
  return Uint8Array.from(GPUS.test(platform) ? [...ONE_DEVICE, ...switchedOn(DETERMINISTIC)] : ONE_DEVICE);
}

/** An entry { 1: name, 2: { 2: true } } of the map of flags. */
function switchedOn(flag: string): number[] {
  const name = [...new TextEncoder().encode(flag)];
  const entry = [0x0a, name.length, ...name, 0x12, 2, 0x10, 1];
  return [0x3a, entry.length, ...entry];
}
