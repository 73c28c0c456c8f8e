import { formatCount, inWords } from '../terminal/format';
import { html, type Markup } from './html';
import { changedSettings, type RunGroup, settingsOf, settingText } from './run-group';
import { dataOf, type RunRecord } from './run-record';
import { durationOf, stepsOf } from './run-times';

/** Writes what one needs to know to repeat a run; all settings are a click away. */
export function runSection(groups: readonly RunGroup[]): Markup {
  return html`${groups.map(({ label, runs, repeats }) => [
    ...runs.map((run) => runDetails(run, `${label}, seed ${run.manifest.seed}`)),
    ...repeats.map(({ run }) =>
      runDetails(run, `${label}, seed ${run.manifest.seed} again, which does not count`),
    ),
  ])}`;
}

function runDetails(run: RunRecord, name: string): Markup {
  const { manifest } = run;
  const data = dataOf(run);
  const steps = stepsOf(run);
  const facts: [string, string][] = [
    ['folder', run.path],
    ['command', manifest.sessions.map(({ command }) => command).join('\n')],
    [data.kind, `${data.name}, ${data.facts}`],
    [
      'steps',
      steps === manifest.steps
        ? formatCount(steps)
        : `${formatCount(steps)} of ${formatCount(manifest.steps)}`,
    ],
    ['training', durationOf(run, 'training')],
    ['evaluation', durationOf(run, 'evaluation')],
    ['device', devicesOf(manifest)],
    ['machine', `${manifest.machine}, Node ${manifest.versions.node}, lamo ${manifest.versions.lamo}`],
    ['changed settings', changedSettings(run).join(', ') || 'none'],
    ...Object.entries(settingsOf(manifest)).map(([name, value]): [string, string] => [
      inWords(name),
      settingText(value),
    ]),
  ];
  return html`<details><summary>${name}</summary>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl></details>
`;
}

/** Where a run was computed, in order: it may have been continued elsewhere. */
function devicesOf({ device, sessions }: RunRecord['manifest']): string {
  const all = [device, ...sessions.flatMap((session) => session.device ?? [])];
  return [...new Set(all.map(({ description }) => description))].join('; then ');
}
