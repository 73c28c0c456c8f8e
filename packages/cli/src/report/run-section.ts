import { formatCount, formatDuration } from '../terminal/format';
import { html, type Markup } from './html';
import { changedSettings, inWords, settingText, titleOf } from './run-group';
import { type RunRecord, secondsOf, stepsOf } from './run-record';

/** Writes what one needs to know to repeat a run; all settings are a click away. */
export function runSection(runs: readonly RunRecord[]): Markup {
  return html`${runs.map(runDetails)}`;
}

function runDetails(run: RunRecord): Markup {
  const { manifest } = run;
  const steps = stepsOf(run);
  const facts: [string, string][] = [
    ['folder', run.path],
    ['command', manifest.sessions.map(({ command }) => command).join('\n')],
    [
      'dataset',
      `${manifest.dataset.name}, ${formatCount(manifest.dataset.rows)} rows, SHA-256 ${manifest.dataset.hash.slice(0, 16)}…`,
    ],
    [
      'steps',
      steps === manifest.steps
        ? formatCount(steps)
        : `${formatCount(steps)} of ${formatCount(manifest.steps)}`,
    ],
    ['training', formatDuration(secondsOf(run, 'training'))],
    ['evaluation', formatDuration(secondsOf(run, 'evaluation'))],
    ['device', manifest.device.description],
    ['machine', `${manifest.machine}, Node ${manifest.versions.node}, lamo ${manifest.versions.lamo}`],
    ['changed settings', changedSettings(run).join(', ') || 'none'],
    ...Object.entries(manifest.config).map(([name, value]): [string, string] => [
      inWords(name),
      settingText(value),
    ]),
  ];
  return html`<details><summary>${titleOf(run)}, seed ${manifest.seed}</summary>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl></details>
`;
}
