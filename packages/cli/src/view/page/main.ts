import { tracesOf } from '../traces';
import type { EpisodeData, EpisodeSummary, RecordingSummary, StageData, ViewData } from '../view-data';
import { createCharts } from './charts';
import { createPlayer } from './player';
import { openViewport, type Viewport } from './viewport';

const NOTHING_TO_SEE = 'This environment has no shape to be seen. The traces below show what happened.';
const NO_WEBGL = 'This browser cannot draw in 3-D (WebGL is off). The traces below show what happened.';

const get = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const play = get<HTMLButtonElement>('play');
const scrub = get<HTMLInputElement>('scrub');
const time = get<HTMLOutputElement>('time');
const recordingChoice = get<HTMLSelectElement>('recording');
const episodeChoice = get<HTMLSelectElement>('episode');
const follow = get<HTMLInputElement>('follow');
const note = get('note');

let secondsPerStep = 1;
let rows = 1;
/** Counts choices: an answer to an earlier one comes too late. */
let choices = 0;
const viewport = tryViewport();
const player = createPlayer(update);
const charts = createCharts(get('traces'), player.seek);

function tryViewport(): Viewport | undefined {
  try {
    return openViewport(get<HTMLCanvasElement>('canvas'));
  } catch {
    return undefined;
  }
}

function update(): void {
  const { row, isPlaying } = player;
  play.textContent = isPlaying ? 'Pause' : 'Play';
  scrub.value = String(Math.floor(row));
  const step = Math.floor(row);
  time.textContent = `step ${step + 1} of ${rows} · ${(step * secondsPerStep).toFixed(2)} s`;
  viewport?.show(row);
  charts.show(row);
}

async function fetchJson<T>(path: string): Promise<T> {
  return (await request(path)).json() as Promise<T>;
}

async function request(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

async function showEpisode(recordings: readonly RecordingSummary[]): Promise<void> {
  const choice = ++choices;
  const recording = Number(recordingChoice.value);
  const episode = Number(episodeChoice.value);
  const [stage, data, poses] = await Promise.all([
    fetchJson<StageData>(`stages/${recording}.json`),
    fetchJson<EpisodeData>(`episodes/${recording}/${episode}.json`),
    request(`poses/${recording}/${episode}.bin`).then(
      async (body) => new Float32Array(await body.arrayBuffer()),
    ),
  ]);
  if (choice !== choices) return;
  secondsPerStep = stage.secondsPerStep;
  rows = data.rewards.length;
  scrub.max = String(rows - 1);
  const isSeen = stage.scene !== null && poses.length > 0;
  note.textContent = !isSeen ? NOTHING_TO_SEE : viewport === undefined ? NO_WEBGL : '';
  for (const id of ['stage', 'looking']) get(id).hidden = !isSeen || viewport === undefined;
  viewport?.open(stage, poses);
  follow.checked = viewport?.follows ?? false;
  charts.load(tracesOf(data, recordings[recording]!.targetReturn));
  player.load(rows, secondsPerStep);
  document.body.dataset.ready = `${recording}/${episode}`;
}

function fill(choice: HTMLSelectElement, texts: readonly string[]): void {
  choice.replaceChildren(...texts.map((text, i) => new Option(text, String(i))));
}

function describeRecording({ step, environment, targetReturn }: RecordingSummary): string {
  const target = targetReturn === null ? '' : `, target ${targetReturn}`;
  return `${environment} after ${step.toLocaleString('en')} steps${target}`;
}

function describeEpisode({ seed, return: sum, length, terminated }: EpisodeSummary, i: number): string {
  const end = terminated ? 'ended' : 'cut by the time limit';
  return `${i + 1}: return ${sum.toLocaleString('en', { maximumFractionDigits: 2 })}, ${length} steps, ${end}, seed ${seed}`;
}

async function begin(): Promise<void> {
  const { recordings } = await fetchJson<ViewData>('view.json');
  const show = () => showEpisode(recordings).catch(fail);
  const chooseRecording = () => {
    fill(episodeChoice, recordings[Number(recordingChoice.value)]!.episodes.map(describeEpisode));
    return show();
  };
  fill(recordingChoice, recordings.map(describeRecording));
  recordingChoice.addEventListener('change', chooseRecording);
  episodeChoice.addEventListener('change', show);
  play.addEventListener('click', player.toggle);
  scrub.addEventListener('input', () => player.seek(Number(scrub.value)));
  follow.addEventListener('change', () => viewport?.follow(follow.checked));
  get('again').addEventListener('click', () => viewport?.lookFromStart());
  const speed = get<HTMLSelectElement>('speed');
  speed.addEventListener('change', () => {
    player.speed = Number(speed.value);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.target !== document.body) return;
    event.preventDefault();
    player.toggle();
  });
  await chooseRecording();
}

function fail(error: unknown): void {
  note.textContent = `The episode cannot be shown: ${error instanceof Error ? error.message : String(error)}. Is lamo view still running?`;
}

begin().catch(fail);
