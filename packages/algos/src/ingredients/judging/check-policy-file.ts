import { LamoError } from '@lamo/core';
import { describeObservations } from '@lamo/data';
import type { DatasetSpec } from '../../kinds/dataset';
import { isDiscrete } from '../../kinds/policy';
import type { SessionPort } from '../../policy-file/create-session';

/** What onnxruntime says of a file. */
interface PolicyFile {
  readonly inputMetadata: readonly object[];
  readonly outputMetadata: readonly object[];
}

const RULE = 'the input observations [B, O] and the output actions [B, A], as policy.onnx has them';

/**
 * Checks that a policy's file takes the observations of data, and gives their actions.
 *
 * @throws LamoError `policy-mismatch`
 */
export function checkPolicyFile(path: string, session: PolicyFile, spec: DatasetSpec): void {
  const inputs = session.inputMetadata as readonly SessionPort[];
  const outputs = session.outputMetadata as readonly SessionPort[];
  const refuse = (what: string, expected: string, received: string, hint?: string) => {
    const problem = `The policy of ${path} ${what}`;
    const details = { where: 'algos/judged-policy', code: 'policy-mismatch', problem, expected, received };
    return new LamoError({ ...details, ...(hint === undefined ? {} : { hint }) });
  };
  const names = inputs.map(({ name }) => name);
  if (names.length > 1 && names.includes('observations'))
    throw refuse(
      'has a memory: what it does depends on more than the observation',
      'the input observations alone',
      names.join(', '),
      'The state that such a policy is in after each row of a log is not in the log. Judge it in an environment: `lamo evaluate`.',
    );
  const observations = inputs.find(({ name }) => name === 'observations');
  const actions = outputs.find(({ name }) => name === 'actions');
  if (observations?.shape?.length !== 2 || actions?.shape?.length !== 2)
    throw refuse('has other inputs or outputs', RULE, [...inputs, ...outputs].map(describe).join(', '));
  for (const port of [observations, actions])
    if (port.type !== 'float32')
      throw refuse(`has '${port.name}' of another type`, 'float32', String(port.type));
  const { observationSize } = spec;
  if (isOther(observations.shape[1]!, observationSize))
    throw refuse(
      'takes other observations than the data have',
      describeObservations(spec),
      `${observations.shape[1]}`,
      'If it is told its task behind what is observed, as those of multi-task-bc are, say which column that is: `task` and `taskClasses`, as for its training.',
    );
  checkActions(spec, actions, outputs, refuse);
}

type Refuse = (what: string, expected: string, received: string, hint?: string) => LamoError;

function checkActions(
  spec: DatasetSpec,
  actions: SessionPort,
  outputs: readonly SessionPort[],
  refuse: Refuse,
): void {
  const scores = outputs.find(({ name }) => name === 'scores');
  const size = actions.shape![1]!;
  if (!isDiscrete(spec)) {
    const hint = 'If actions of the data are classes, say so: --action-classes.';
    if (scores !== undefined)
      throw refuse('chooses between classes', 'actions that are amounts', 'scores', hint);
    if (isOther(size, spec.actionSize))
      throw refuse('gives other actions than the data have', `${spec.actionSize} numbers`, `${size}`);
    return;
  }
  const expected = `one of ${spec.actionSize} classes`;
  const classes = scores?.shape?.[1];
  if (isOther(size, 1)) throw refuse('gives no classes', expected, `actions of ${size} numbers`);
  if (classes !== undefined && isOther(classes, spec.actionSize))
    throw refuse('chooses between other classes than the data have', expected, `one of ${classes}`);
}

/** A dimension that is open may be of any size, and shows when the policy acts. */
const isOther = (dimension: number | string, size: number) =>
  typeof dimension === 'number' && dimension !== size;

const describe = ({ name, shape = [] }: SessionPort) => `${name} [${shape.join(', ')}]`;
