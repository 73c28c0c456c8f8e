import { explainNoEnvironment } from '../run/explain-no-environment';
import { html, type Markup, withCode } from './html';
import { joinWords } from './join-words';
import type { RunGroup } from './run-group';
import { isPlayable, type RunRecord } from './run-record';
import { isTimed } from './run-times';

/** Says, above all results, what is missing and why. Undefined if nothing is. */
export function noticeSection(groups: readonly RunGroup[]): Markup | undefined {
  const notices = [
    ...explainUnevaluated(groups.flatMap(({ runs }) => runs)),
    ...groups.flatMap(explainRepeats),
    ...groups.flatMap(({ runs }) => runs.flatMap(explainTiming)),
  ];
  if (notices.length === 0) return undefined;
  return html`<ul class="notices">${notices.map((notice) => html`<li>${notice}</li>\n`)}</ul>`;
}

function explainUnevaluated(runs: readonly RunRecord[]): Markup[] {
  const silent = runs.filter(({ manifest, evaluations }) => isPlayable(manifest) && evaluations.length === 0);
  if (silent.length === 0) return [];
  const which =
    silent.length < runs.length
      ? `There are no scores of ${joinWords(silent.map(({ path }) => path))}: ${silent.length === 1 ? 'this run was' : 'these runs were'} never evaluated.`
      : `${runs.length === 1 ? 'This run was' : 'These runs were'} never evaluated, so there are no scores, only how training went.`;
  return [html`${which} ${withCode(adviceOf(silent).join(' '))}`];
}

/** Says how to play policies; of those that come from no environment of lamo, that others must. */
function adviceOf(silent: readonly RunRecord[]): string[] {
  const reasons = silent.map(({ sizes }) => sizes && explainNoEnvironment(sizes));
  const playable = silent.find((_, i) => reasons[i] === undefined);
  const own = reasons.flatMap((reason) => (reason === undefined ? [] : `${reason.problem}. ${reason.hint}`));
  return [...(playable === undefined ? [] : [howToPlay(playable)]), ...new Set(own)];
}

function howToPlay({ path, manifest }: RunRecord): string {
  const environment = manifest.evaluation === null ? ' --environment ID' : '';
  const choice = environment && ' (`lamo list environments` shows which there are)';
  return `To play a policy and keep its returns: \`lamo evaluate ${path}${environment}\`${choice}. Then write the report again. \`lamo train … --environment ID\` evaluates during training.`;
}

function explainRepeats({ repeats }: RunGroup): Markup[] {
  return repeats.map(
    ({ run, of }) =>
      html`${run.path} has the same settings, data and seed (${run.manifest.seed}) as ${of.path}. It is not a second seed, so only ${of.path} counts.`,
  );
}

function explainTiming(run: RunRecord): Markup[] {
  if (isTimed(run, 'training')) return [];
  const { path, timingFault } = run;
  return [
    html`How long ${path} trained is not known (–). ${timingFault ?? 'Its timing.jsonl does not say.'}`,
  ];
}
