import { showValue } from '@lamo/core';
import { classCount, classLabels, isClass } from '../action-space';
import type { DatasetInput } from '../dataset';
import { listSome } from '../labels';
import type { Arrangement } from './arrange-episodes';
import type { CellColumn } from './cell-column';
import type { EncodedColumn } from './encode-column';
import type { KnownSpaces } from './encode-log';
import { logError } from './log-error';
import type { GatheredColumns } from './log-gatherer';
import { sideBySide, widthOf } from './side-by-side';

/** Actions that are texts or flags are a choice: their names, if they are known. */
export function labelsOf(column: CellColumn, { like }: KnownSpaces): readonly string[] | undefined {
  return column.kind === 'text' && like !== undefined ? classLabels(like) : undefined;
}

/**
 * Says what actions are: a choice among categories or of true and false, classes by their numbers, or amounts.
 *
 * @throws LamoError `wrong-type`, `option-not-used`, `not-a-class`
 */
export function chooseActions(
  { columns, places }: GatheredColumns,
  { order }: Arrangement,
  actions: readonly EncodedColumn[],
  { actionSpace, like }: KnownSpaces,
): Pick<DatasetInput, 'actions' | 'actionSize' | 'actionSpace'> {
  const space = actionSpace ?? (like?.actionSpace?.kind === 'discrete' ? like.actionSpace : undefined);
  const isChoice = actions.some(({ categories }) => categories !== undefined);
  if (isChoice && actions.length > 1) {
    throw logError('wrong-type', `The actions of ${places.path} are a category and more`, {
      expected: 'one category, or numbers only',
      received: actions.map(({ name }) => name).join(', '),
      hint: 'Write each combination that occurs as one category.',
    });
  }
  const names = namesOf(columns.action);
  const [first] = actions;
  const rows = first!.data.length / first!.width;
  if (isChoice) {
    const labels = first!.categories!;
    const chosen = Float32Array.from(
      { length: rows },
      (_, row) => first!.data.indexOf(1, row * labels.length) - row * labels.length,
    );
    if (actionSpace?.kind === 'discrete' && actionSpace.count !== labels.length)
      throw otherCount(places.path, first!.name, labels, actionSpace.count);
    if (labels.length < 2) throw oneChoice(places.path, first!.name, labels);
    return {
      actions: chosen,
      actionSize: 1,
      actionSpace: { kind: 'discrete', count: labels.length, labels, names },
    };
  }
  const values = sideBySide(actions);
  const count = space === undefined ? undefined : classCount({ actionSpace: space });
  if (count !== undefined) {
    const wrong = values.findIndex((action) => !isClass(action, count));
    if (wrong !== -1) {
      const place = places.at(order[Math.floor(wrong / widthOf(actions))]!);
      throw notAClass(places.path, columns.action[0]!, place, count, values[wrong]!);
    }
    return { actions: values, actionSize: 1, actionSpace: { names, ...space! } };
  }
  const isFlag = actions.length === 1 && columns.action[0]!.kind === 'flag';
  if (isFlag)
    return {
      actions: values,
      actionSize: 1,
      actionSpace: { kind: 'discrete', count: 2, labels: ['false', 'true'], names },
    };
  return { actions: values, actionSize: widthOf(actions), actionSpace: { kind: 'box', names } };
}

/** What numbers of actions are called: their columns, and places in lists. */
function namesOf(columns: readonly CellColumn[]): readonly string[] {
  return columns.flatMap(({ name, width, kind }) =>
    kind === 'list' ? Array.from({ length: width }, (_, i) => `${name}[${i}]`) : [name],
  );
}

function oneChoice(path: string, name: string, labels: readonly string[]) {
  return logError('wrong-type', `"${name}" of ${path} is always the same`, {
    expected: 'at least two categories to choose from',
    received: labels.join(', '),
  });
}

function otherCount(path: string, name: string, labels: readonly string[], count: number) {
  return logError('option-not-used', `"${name}" of ${path} has another number of categories than was said`, {
    expected: `${count} (--action-classes, \`actionSpace\`)`,
    received: `${labels.length}: ${listSome(labels)}`,
    hint: 'Categories are counted in the log: do not say how many there are.',
  });
}

function notAClass(path: string, { name }: CellColumn, place: string, count: number, received: number) {
  return logError('not-a-class', `"${name}" of ${path} is not the number of a class in ${place}`, {
    expected: `a whole number from 0 to ${count - 1} (--action-classes, \`actionSpace\`)`,
    received: showValue(received),
    hint: `If its numbers are ids, say that they are categories instead: --encode '${name}=category', \`encode\`.`,
  });
}
