import { LamoError } from '@lamo/core';
import type { PluginSource } from './plugin-sources';
import type { ListedWheel, PythonIndex } from './python-index';
import { type Requirement, readRequirements } from './requirement';
import { compareVersions, fitsVersion } from './version';
import { fitsMachine } from './wheel-name';

/** Packages that one plug-in may need, in all; NVIDIA's needs some fifteen. */
const MOST = 60;

/** Which system and processor wheels must be for. */
export type Machine = Pick<NodeJS.Process, 'platform' | 'arch'>;

/**
 * Chooses the wheels of a plug-in, its own first: the newest release of each package that fits this machine and all that the others
 * require.
 *
 * @throws LamoError `package-not-found`, `no-wheel` if there is none for this machine, `no-version` if requirements contradict each other,
 *   `unexpected-answer`, and those of a {@link PythonIndex}
 */
export async function resolveWheels(
  index: PythonIndex,
  source: PluginSource,
  machine: Machine = process,
): Promise<ListedWheel[]> {
  const resolver = new Resolver(index, machine);
  const plugin = await resolver.choose({ name: source.package, versions: '' });
  const needed = [...(await companionsOf(index, source, plugin)), ...(await requirementsOf(index, plugin))];
  await resolver.add(needed);
  return [plugin, ...resolver.chosen().filter((wheel) => wheel.package !== plugin.package)];
}

/** What stands beside the plug-in is named by another package, whose own wheel is not needed: its metadata is. */
async function companionsOf(
  index: PythonIndex,
  { companions }: PluginSource,
  plugin: ListedWheel,
): Promise<Requirement[]> {
  if (companions === undefined) return [];
  const wheels = await index.wheels(companions.package);
  const wheel = wheels.find(
    ({ version, hasMetadata }) => hasMetadata && compareVersions(version, plugin.version) === 0,
  );
  if (wheel === undefined) {
    throw new LamoError({
      where: 'cli/devices',
      code: 'no-version',
      problem: `The index has no ${companions.package} of version ${plugin.versionText}, which says what the plug-in needs`,
      expected: `${companions.package} ${plugin.versionText} with its metadata (PEP 658)`,
      received:
        wheels.length === 0
          ? 'no wheel'
          : `${new Set(wheels.map((each) => each.versionText)).size} other versions`,
      hint: 'Try later, or another --index.',
    });
  }
  const metadata = await index.metadata(wheel);
  const [own, all] = [readRequirements(metadata), readRequirements(metadata, companions.extra)];
  // The plug-in itself is among what is needed without the extra.
  const isExtra = ({ name }: Requirement) => own.every((requirement) => requirement.name !== name);
  return all.filter(isExtra);
}

/** An index without metadata apart from wheels leaves open what else is needed. */
async function requirementsOf(index: PythonIndex, wheel: ListedWheel): Promise<Requirement[]> {
  return wheel.hasMetadata ? readRequirements(await index.metadata(wheel)) : [];
}

class Resolver {
  readonly #index: PythonIndex;
  readonly #machine: Machine;
  readonly #requirements = new Map<string, string[]>();
  readonly #chosen = new Map<string, ListedWheel>();

  constructor(index: PythonIndex, machine: Machine) {
    this.#index = index;
    this.#machine = machine;
  }

  /** The wheels that were chosen, in the order in which they were needed. */
  chosen(): ListedWheel[] {
    return [...this.#chosen.values()];
  }

  /** Adds requirements, and those of what is chosen for them, until nothing is missing. */
  async add(requirements: readonly Requirement[]): Promise<void> {
    const open = [...requirements];
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const before = this.#chosen.get(next.name);
      const wheel = await this.choose(next);
      if (wheel.file !== before?.file) open.push(...(await requirementsOf(this.#index, wheel)));
    }
  }

  /** Chooses a package's newest release for what is known to be required of it. */
  async choose({ name, versions }: Requirement): Promise<ListedWheel> {
    const required = [...(this.#requirements.get(name) ?? []), ...(versions === '' ? [] : [versions])];
    this.#requirements.set(name, required);
    if (this.#requirements.size > MOST) throw tooMany();
    const all = await this.#index.wheels(name);
    const here = all.filter((wheel) => fitsMachine(wheel, this.#machine));
    if (here.length === 0) throw noWheel(name, all, this.#machine);
    const fitting = here.filter(({ version }) =>
      required.every((versionsOf) => fitsVersion(version, versionsOf) === true),
    );
    const [newest] = fitting.sort((a, b) => compareVersions(b.version, a.version));
    if (newest === undefined) throw noVersion(name, required, here);
    this.#chosen.set(name, newest);
    return newest;
  }
}

function noWheel(name: string, all: readonly ListedWheel[], { platform, arch }: Machine): LamoError {
  const platforms = [...new Set(all.flatMap((wheel) => wheel.platforms))];
  return new LamoError({
    where: 'cli/devices',
    code: 'no-wheel',
    problem: `${name} has no wheel for this machine`,
    expected: `one for ${platform} on ${arch}`,
    received: platforms.length === 0 ? 'no wheel at all' : platforms.slice(0, 8).join(', '),
    hint: 'Get a plug-in elsewhere and name its library: --device xla:PATH, or LAMO_PJRT_PLUGIN.',
  });
}

function noVersion(name: string, required: readonly string[], here: readonly ListedWheel[]): LamoError {
  const versions = here.map(({ versionText }) => versionText);
  return new LamoError({
    where: 'cli/devices',
    code: 'no-version',
    problem: `The index has no version of ${name} that everything can work with`,
    expected: required.join(' and '),
    received: `${versions.slice(-5).join(', ')}${versions.length > 5 ? ', and older ones' : ''}`,
    hint: 'Try another --index.',
  });
}

function tooMany(): LamoError {
  return new LamoError({
    where: 'cli/devices',
    code: 'unexpected-answer',
    problem: `The plug-in would need more than ${MOST} packages, which cannot be right`,
    hint: 'Check --index.',
  });
}
