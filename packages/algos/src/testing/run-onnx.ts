import { importOnnxRuntime } from '@lamo/runtime';

/** The first step of episodes that are played side by side. */
export interface FirstStep {
  /** [B][O] */
  readonly observations: readonly (readonly number[])[];
  /** What each episode is asked for; 0 for policies that follow no target. */
  readonly targetReturn: number;
}

/**
 * Runs an exported policy at the first step of episodes, outside of everything of ours.
 *
 * Memoryless policies have the input `observations` [B, O]. Those that read windows have `observations` [B, K, O],
 * `previousActions` [B, K, A], `returnsToGo`, `timesteps` and `mask` [B, K], the newest step last.
 *
 * @returns `actions` [B · A]
 */
export async function runOnnx(file: Uint8Array, step: FirstStep): Promise<Float32Array> {
  const { InferenceSession, Tensor } = await importOnnxRuntime();
  const session = await InferenceSession.create(file);
  try {
    const feeds = session.inputMetadata.map((input) => {
      const { name, shape: declared } = input as { name: string; shape: readonly (number | string)[] };
      // Open dimensions have names.
      const shape = declared.map((length) =>
        typeof length === 'string' ? step.observations.length : length,
      );
      return [name, new Tensor('float32', firstWindows(name, shape, step), shape)];
    });
    const { actions } = await session.run(Object.fromEntries(feeds));
    return actions!.data as Float32Array;
  } finally {
    await session.release();
  }
}

/** One input at the first step: zeros but for the newest place of each episode's window. */
function firstWindows(name: string, shape: readonly number[], { observations, targetReturn }: FirstStep) {
  const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
  const perEpisode = values.length / observations.length;
  for (const [episode, observation] of observations.entries()) {
    const newest: Readonly<Record<string, readonly number[]>> = {
      observations: observation,
      returnsToGo: [targetReturn],
      mask: [1],
    };
    const row = newest[name] ?? [];
    values.set(row, (episode + 1) * perEpisode - row.length);
  }
  return values;
}
