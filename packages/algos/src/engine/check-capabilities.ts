import { LamoError, showValue } from '@lamo/core';
import type { z } from 'zod';
import type { AnyAlgorithm } from './algorithm';
import type { Capability } from './data-kind';
import { algorithms } from './find-algorithm';

/** What each capability lets an algorithm do, in words, and what else helps those who lack it. */
const CAPABILITIES: Readonly<
  Record<
    Capability,
    {
      readonly words: string;
      readonly data: string;
      readonly hint: string;
      /** What data are that do not ask for it, and what helps who has them. */
      readonly without: { readonly data: string; readonly hint: string };
    }
  >
> = {
  'discrete-actions': {
    words: 'choose between classes',
    data: 'whose actions are classes',
    hint: 'If these whole numbers are amounts, do not call them classes: leave actionSpace (--action-classes) out.',
    without: {
      data: 'whose actions are amounts',
      hint: 'If actions are whole numbers that name classes, say so: actionSpace (--action-classes).',
    },
  },
  'image-observations': {
    words: 'learn from images',
    data: 'whose observations are images',
    hint: 'An algorithm of your own can, with `image-observations` among its capabilities; or log features of the images as vectors.',
    without: {
      data: 'whose observations are vectors',
      hint: 'Log images as bytes, with an observationSpace that says so.',
    },
  },
};

/**
 * Checks, before anything is trained, that an algorithm can learn from data.
 *
 * @throws LamoError `not-capable`, which names the algorithms that can
 */
export function checkCapabilities(algorithm: AnyAlgorithm, data: unknown): void {
  const { title, capabilities, data: kind } = algorithm;
  const needs = kind.needs?.(data) ?? [];
  const missing = needs.find((need) => !capabilities.includes(need));
  if (missing === undefined) {
    checkRequired(algorithm, needs);
    return;
  }
  const able = [...algorithms.values()].filter(
    (other) => other.data.name === kind.name && other.capabilities.includes(missing),
  );
  const { words, hint } = CAPABILITIES[missing];
  throw new LamoError({
    where: `algos/${algorithm.name}`,
    code: 'not-capable',
    problem: `${title} cannot ${words}, as these data ask for`,
    expected:
      able.length === 0
        ? 'other data: no algorithm that comes along can learn from these'
        : `one of the algorithms that can: ${able.map(({ name }) => name).join(', ')}`,
    received: algorithm.name,
    hint,
  });
}

/** Checks that data are of the only kind that an algorithm can learn from. */
function checkRequired({ name, title, requires }: AnyAlgorithm, needs: readonly Capability[]): void {
  const absent = requires.find((need) => !needs.includes(need));
  if (absent === undefined) return;
  const { data, without } = CAPABILITIES[absent];
  throw new LamoError({
    where: `algos/${name}`,
    code: 'not-capable',
    problem: `${title} learns only from data ${data}`,
    expected: `data ${data}, or another algorithm`,
    received: `data ${without.data}`,
    hint: without.hint,
  });
}

/**
 * Checks that no setting is given that means nothing on these data, by `noEffectOn` in the schema's metadata: whoever sets it
 * expects something of it.
 *
 * @param config all settings, defaults filled in
 * @param preset that was named, if one was
 * @throws LamoError `invalid-config`
 */
export function checkSettingsApply(
  algorithm: AnyAlgorithm,
  data: unknown,
  config: Readonly<Record<string, unknown>>,
  preset?: string,
): void {
  const needs = algorithm.data.needs?.(data) ?? [];
  for (const [name, field] of Object.entries(algorithm.config.shape as Readonly<Record<string, z.ZodType>>)) {
    const need = needs.find((each) => each === field.meta()?.noEffectOn);
    const usual = field.safeParse(undefined).data;
    if (need === undefined || JSON.stringify(config[name]) === JSON.stringify(usual)) continue;
    throw new LamoError({
      where: `algos/${algorithm.name}`,
      code: 'invalid-config',
      problem: `The setting '${name}' has no effect on data ${CAPABILITIES[need].data}`,
      expected: `no '${name}', or its default, ${showValue(usual)}`,
      received: showValue(config[name]),
      ...(preset === undefined
        ? {}
        : { hint: `If you did not set it, the preset '${preset}' does, which is for other data.` }),
    });
  }
}
