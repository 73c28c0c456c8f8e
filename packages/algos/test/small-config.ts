import type { AnyAlgorithm } from '../src/engine/algorithm';

/** Small sizes and quick learning, of the settings of any algorithm; a backbone is the nano model's size. */
const SMALL = {
  hiddenSize: 32,
  batchSize: 16,
  learningRate: 1e-3,
  criticCount: 3,
  warmupSteps: 20,
  width: 16,
  layers: 1,
  contextLength: 2,
  maxTimesteps: 10,
  clusters: 10,
};

/** Those of some settings that an algorithm has. @default small sizes */
export function settingsOf(
  { config }: AnyAlgorithm,
  settings: Readonly<Record<string, unknown>> = SMALL,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name in config.shape));
}
