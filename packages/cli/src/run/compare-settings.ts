import { LamoError, type LamoErrorDetails } from '@lamo/core';

/** Settings of a run by name. */
export type Settings = Readonly<Record<string, unknown>>;

/** Names the settings that differ. @throws LamoError `other-settings` */
export function compareSettings(
  earlier: Settings,
  given: Settings,
  words: Pick<LamoErrorDetails, 'problem' | 'hint'>,
): void {
  const names = Object.keys({ ...earlier, ...given }).filter(
    (name) => describe(given, name) !== describe(earlier, name),
  );
  if (names.length === 0) return;
  const list = (settings: Settings) => names.map((name) => describe(settings, name)).join(', ');
  throw new LamoError({
    where: 'cli/run',
    code: 'other-settings',
    ...words,
    expected: list(earlier),
    received: list(given),
  });
}

function describe(settings: Settings, name: string): string {
  return `${name} ${JSON.stringify(settings[name]) ?? 'none'}`;
}
