/** Milliseconds after which a run looks up between steps whatever is due: for progress, and for Ctrl-C. */
const LOOK_WITHIN = 50;

/**
 * Says when a run has to be looked at: at a line of metrics, at a checkpoint, and at a look at its result.
 *
 * @param looks steps between looks at the result; null if there are none
 */
export function lookRhythm(
  { logEvery, checkpointEvery }: { readonly logEvery: number; readonly checkpointEvery: number },
  looks: number | null,
): { readonly every: readonly number[]; readonly within: number } {
  return { every: [logEvery, checkpointEvery, ...(looks === null ? [] : [looks])], within: LOOK_WITHIN };
}
