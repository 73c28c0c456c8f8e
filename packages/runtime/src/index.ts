/// <reference types="long" />
// The types of tfjs-core name `Long` without saying where it is from: only npm puts it where TypeScript looks by itself.

export { type Checkpoint, loadCheckpoint, loadCheckpointHeader, saveCheckpoint } from './checkpoint';
export type {
  Executable,
  InputArray,
  LoopExecutable,
  LoopPlace,
  LoopProgram,
  Noise,
  NoiseSource,
  Program,
  StepFunction,
  StepOutcome,
} from './compile/program';
export type { Device, DevicePrecision } from './devices/device';
export type { DeviceFacts } from './devices/device-facts';
export { type EagerEngine, eagerDevice } from './devices/eager';
export { explainMemory } from './devices/explain-memory';
export { type FoundPlugin, findPlugin, type PluginPlatform } from './devices/find-plugin';
export { importOnnxRuntime } from './devices/import-onnxruntime';
export {
  type DeviceName,
  type DeviceOptions,
  deviceNames,
  openDevice,
} from './devices/open-device';
export { pluginCacheFolder, pluginsIn } from './devices/plugin-cache';
export { type SharedDevice, shareDevice } from './devices/share-device';
export { hashTree } from './hash-tree';
export { firstNonFinite, type NonFiniteLeaf, nonFiniteLeaves } from './non-finite-leaves';
export { type ExportOptions, exportOnnx } from './onnx/export-onnx';
export { readOnnxMetadata } from './onnx/read-onnx-metadata';
export { type AttentionOptions, attention } from './operations/attention';
export { type GeluApproximation, gelu } from './operations/gelu';
export { layerNorm } from './operations/layer-norm';
export { type SelfAttentionOptions, selfAttention } from './operations/self-attention';
export { type SoftValues, softValues } from './operations/soft-values';
export { softmaxCrossEntropy } from './operations/softmax-cross-entropy';
export { type AdamOptions, type AdamState, adam, initAdam, type Optimizer } from './optimizers/adam';
export { clipGlobalNorm } from './optimizers/clip-global-norm';
export { type GradientStep, gradientStep } from './optimizers/gradient-step';
export { polyakAverage } from './optimizers/polyak-average';
export { constantRate, cosineRate, type Schedule, warmupRate } from './optimizers/schedules';
export { countParameters, fromVector, toVector } from './optimizers/vector';
export {
  type DecodeOptions,
  decodeSafetensors,
  type EncodeOptions,
  encodeSafetensors,
  type SafeTensors,
} from './safetensors';
export { readSafetensors, writeSafetensors } from './safetensors-file';
export type { Precision } from './stablehlo/emitter';
export { stopGradient, withoutGradient } from './stop-gradient';
export {
  type HostArray,
  hostArray,
  joinTrees,
  mapTree,
  sizeOf,
  type Tree,
  type TreeRecord,
  treeEntries,
  treeFromEntries,
  treeLeaves,
  unflattenTree,
} from './tree';
export { type Loss, valueAndGradients } from './value-and-gradients';
