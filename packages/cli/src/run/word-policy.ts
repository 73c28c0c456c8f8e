import type { PolicyDescription } from '@lamo/algos';
import type { ObservationPart } from '@lamo/core';
import { imageShape, listSome, observationParts } from '@lamo/data';
import { formatNumberOf, formatSignificant, formatTable, formatTarget } from '../terminal/format';

/** Says in words what a policy's file says of itself: a line for what it is, a table of what it sees and does. */
export function wordPolicy(description: PolicyDescription): string {
  const { algorithm, lamo, observation, sequence } = description;
  const title = `A policy${algorithm === undefined ? '' : ` of ${algorithm}`}, written by lamo ${lamo}`;
  const rows = [...seenRows(description), ...doneRows(description)];
  const table = formatTable([['what', 'name', 'value', 'seen in training', 'if missing'], ...rows], {
    align: ['left', 'left', 'left', 'left', 'left'],
  });
  const lines = [title, table];
  if (observation.scaling !== undefined) lines.push('Standardising observations is inside the model.');
  if (sequence !== undefined) {
    const { contextLength, targetReturns, rewards } = sequence;
    const asked = targetReturns.map((target) => formatTarget(target)).join(', ');
    const left = rewards === 'delayed' ? 'throughout' : 'less what was earned since';
    lines.push(
      `It reads the last ${formatNumberOf(contextLength, 'step')}, and asks for a return of ${asked}, ${left}.`,
    );
  }
  return lines.join('\n');
}

function seenRows({ observation }: PolicyDescription): string[][] {
  const { size, space, range } = observation;
  const image = imageShape({ observationSpace: space });
  if (image !== undefined) return [['seen', '–', `images of ${image.join(' × ')}`, '', '']];
  const parts = Object.entries(observationParts({ observationSpace: space }));
  const named = new Set(parts.flatMap(([, { start, end }]) => countUp(start, end)));
  const rows = parts.map(([name, part]) => [
    'seen',
    name,
    valueWords(part),
    spanOf(part, range),
    standInOf(part),
  ]);
  const rest = countUp(0, size).filter((column) => !named.has(column));
  if (rest.length === 0) return rows;
  const all = { start: rest[0]!, end: rest[0]! + 1 };
  return [
    ...rows,
    ['seen', '–', formatNumberOf(rest.length, 'number'), rest.length === 1 ? spanOf(all, range) : '', ''],
  ];
}

const countUp = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

function valueWords({ start, end, categories, encoding }: ObservationPart): string {
  if (categories !== undefined) return `one of ${listSome(categories, 6)}`;
  if (encoding !== undefined)
    return (
      { flag: 'true or false', elapsed: 'seconds since the episode began' }[encoding as string] ??
      `a time, as ${encoding}`
    );
  return end - start === 1 ? 'number' : formatNumberOf(end - start, 'number');
}

/** Between what a single number lay. */
function spanOf(
  { start, end, categories, encoding }: ObservationPart,
  range: PolicyDescription['observation']['range'],
): string {
  if (range === undefined || categories !== undefined || encoding === 'flag' || end - start !== 1) return '';
  return `${formatSignificant(range.low[start]!)} to ${formatSignificant(range.high[start]!)}`;
}

function standInOf({ missing }: ObservationPart): string {
  if (missing === undefined) return '';
  const { value, previous = false } = missing;
  const constant =
    value === undefined
      ? undefined
      : typeof value === 'string'
        ? value
        : value.map((one) => formatSignificant(one)).join(', ');
  const words = [...(previous ? ['the one before'] : []), ...(constant === undefined ? [] : [constant])];
  return words.join(', else ');
}

function doneRows({ action }: PolicyDescription): string[][] {
  const { size, space, bounds } = action;
  const nameOf = (i: number) => space?.names?.[i] ?? '–';
  if (space?.kind === 'discrete') {
    const of = space.labels === undefined ? '' : `: ${listSome(space.labels, 6)}`;
    return [['done', nameOf(0), `one of ${space.count} classes${of}`, '', '']];
  }
  const spans = countUp(0, size).map((i) =>
    bounds === undefined
      ? 'number'
      : `${formatSignificant(bounds.low[i]!)} to ${formatSignificant(bounds.high[i]!)}`,
  );
  if (space?.names === undefined && new Set(spans).size === 1)
    return [
      ['done', '–', size === 1 ? spans[0]! : `${formatNumberOf(size, 'number')}, each ${spans[0]}`, '', ''],
    ];
  return spans.map((span, i) => ['done', nameOf(i), span, '', '']);
}
