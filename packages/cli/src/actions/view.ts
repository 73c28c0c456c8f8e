import { once } from 'node:events';
import { LamoError } from '@lamo/core';
import { resolveEnvironment } from '../resolve-environment';
import { formatNumberOf } from '../terminal/format';
import { listenForInterrupt } from '../terminal/interrupt';
import { showResult, tell } from '../terminal/output';
import { startProgress } from '../terminal/progress';
import { checkPictureFile } from '../view/check-picture-file';
import { type EpisodeFiles, openEpisodeFiles } from '../view/episode-files';
import { openBrowser } from '../view/open-browser';
import { readRecordings } from '../view/read-recordings';
import { serveView } from '../view/serve-view';
import type { DrawnEpisode, WrittenPicture } from '../view/write-pictures';

/** Flags of `lamo view`. */
export interface ViewFlags {
  readonly environment?: string;
  readonly port?: number;
  readonly open?: boolean;
  readonly gif?: string;
  readonly png?: string;
  readonly episode: number;
}

/** Shows the recorded episodes of a run, or writes a picture of one. */
export async function view(run: string, flags: ViewFlags): Promise<void> {
  const environment = flags.environment && resolveEnvironment(flags.environment);
  const files = openEpisodeFiles(readRecordings(run, environment));
  const isPicture = flags.gif !== undefined || flags.png !== undefined;
  try {
    await (isPicture ? draw(run, files, flags) : serve(run, files, flags));
  } finally {
    await files.dispose();
  }
}

/** Serves the page until Ctrl-C, which is how it is meant to end. */
async function serve(run: string, files: EpisodeFiles, { port = 0, open = false }: ViewFlags): Promise<void> {
  const interrupt = listenForInterrupt(() => {});
  const served = await serveView(files, port);
  try {
    const episodes = files.view.recordings.reduce((sum, recording) => sum + recording.episodes.length, 0);
    showResult(
      { url: served.url, run, episodes },
      { answer: served.url, note: `  ${formatNumberOf(episodes, 'episode')} of ${run}` },
    );
    tell('Ctrl-C ends it.');
    if (open) openBrowser(served.url);
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
  } finally {
    interrupt.stop();
    await served.close();
  }
}

/** Writes pictures of one episode of the latest recording. */
async function draw(
  run: string,
  files: EpisodeFiles,
  { gif, png, episode: number }: ViewFlags,
): Promise<void> {
  if (gif !== undefined) checkPictureFile(gif, 'gif');
  if (png !== undefined) checkPictureFile(png, 'png');
  const recording = files.view.recordings[0]!;
  const summary = recording.episodes[number - 1];
  if (summary === undefined) throw noSuchEpisode(run, number, recording.episodes.length);
  const episode = await drawnEpisode(files, number - 1, recording.environment);
  const { writeGif, writeStrip } = await import('../view/write-pictures');
  const pictures: WrittenPicture[] = [];
  if (png !== undefined) pictures.push(writeStrip(episode, png));
  if (gif !== undefined) pictures.push(await withProgress((onFrame) => writeGif(episode, gif, onFrame)));
  const { environment, step, targetReturn } = recording;
  const lines = pictures.map(
    ({ file, frames }) =>
      `${file}: ${formatNumberOf(frames, 'moment')} of episode ${number} in ${environment}`,
  );
  showResult(
    { run, environment, step, targetReturn, ...summary, episode: number, pictures },
    { note: lines.join('\n') },
  );
}

async function drawnEpisode(
  files: EpisodeFiles,
  episode: number,
  environment: string,
): Promise<DrawnEpisode> {
  const { scene, secondsPerStep } = (await files.stage(0))!;
  const poses = (await files.poses(0, episode))!;
  if (scene !== null && poses.length > 0) return { scene, secondsPerStep, poses };
  throw new LamoError({
    where: 'cli/view',
    code: 'nothing-to-draw',
    problem: `There is nothing to be seen of ${environment}`,
    expected: 'an environment with shapes, and a recording with their positions',
    hint: 'Without --gif and --png, the page shows rewards and actions.',
  });
}

async function withProgress<T>(
  work: (onFrame: (done: number, frames: number) => void) => Promise<T>,
): Promise<T> {
  let progress: ReturnType<typeof startProgress> | undefined;
  try {
    return await work((done, total) => {
      progress ??= startProgress({ title: 'drawing', total, unit: 'frames' });
      progress.update(done);
    });
  } finally {
    progress?.stop();
  }
}

function noSuchEpisode(run: string, received: number, episodes: number): LamoError {
  return new LamoError({
    where: 'cli/view',
    code: 'out-of-range',
    problem: `The latest recording of ${run} has no episode ${received}`,
    expected: `--episode 1 to ${episodes}`,
    received: `${received}`,
  });
}
