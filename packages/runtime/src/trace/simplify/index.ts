import { sizeOf } from '../../tree';
import type { Value } from '../graph';
import type { GraphBuilder } from '../graph-builder';
import { arithmeticRules } from './arithmetic';
import { arrangementRules } from './arrangement';
import { repeatOutside } from './broadcasting';
import { indexingRules } from './indexing';
import { linearRules } from './linear';
import { reductionRules } from './reduction';
import type { Call, Rule } from './rule';

const rules: Readonly<Record<string, Rule>> = {
  ...arithmeticRules,
  ...arrangementRules,
  ...indexingRules,
  ...linearRules,
  ...reductionRules,
};

/**
 * Finds the values of a call without adding it to the graph, if it would only repeat a computation, move
 * nothing, compute with constants, or be better expressed by other kernels.
 */
export function simplify(builder: GraphBuilder, call: Call): Value[] | undefined {
  if (call.specs.every(({ shape }) => sizeOf(shape) === 0)) {
    return call.specs.map((spec) => builder.constant([], spec));
  }
  return rules[call.kernel]?.(builder, call) ?? repeatOutside(builder, call);
}
