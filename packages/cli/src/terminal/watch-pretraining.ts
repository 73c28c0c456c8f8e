import type { OpenPretraining, PretrainingObserver } from '../language/open-pretraining';
import { formatCount, formatSignificant } from './format';
import { type Progress, printAbove, startProgress } from './progress';
import type { Watch } from './watch';

/** Starts to watch a pre-training: a bar, and a line for each snapshot. */
export function watchPretraining(): Watch & { readonly observer: PretrainingObserver } {
  let open: OpenPretraining | undefined;
  let progress: Progress | undefined;
  const print = (line: string) => printAbove(progress, line);
  return {
    observer: {
      onPreparation: print,
      onStart(run) {
        open = run;
        const { manifest, training } = run;
        const title = `Pre-training seed ${manifest.seed}`;
        progress = startProgress({ title, total: manifest.steps, done: training.step, unit: 'steps' });
      },
      onStep: (step) => progress?.update(step),
      onSnapshotStart: () => progress?.pause('measuring perplexity'),
      onSnapshot: ({ step, perplexity, loss }) =>
        print(
          `step ${formatCount(step)}  perplexity ${formatSignificant(perplexity)}  (${formatSignificant(loss)} nats per token, held-out text)`,
        ),
    },
    run: () => open,
    result: 'the model',
    print,
    stop: () => progress?.stop(),
  };
}
