import { parseVersion, type Version } from './version';

/** What the name of a wheel's file says: `nvidia_cublas-13.1.0.3-py3-none-manylinux_2_27_x86_64.whl`. */
export interface WheelName {
  readonly versionText: string;
  readonly version: Version;
  /** For which systems: `manylinux_2_27_x86_64`, `any`. */
  readonly platforms: readonly string[];
}

/** Reads the name of a wheel; undefined for other files, and for what is not a release. */
export function parseWheelName(file: string): WheelName | undefined {
  if (!/^[\w.+!-]+\.whl$/.test(file)) return undefined;
  const parts = file.slice(0, -'.whl'.length).split('-');
  const [, versionText = ''] = parts;
  const version = parseVersion(versionText);
  const platforms = parts.at(-1)!.split('.');
  return parts.length < 5 || version === undefined ? undefined : { versionText, version, platforms };
}

/** Names of processors as wheels have them. */
const PROCESSORS: Readonly<Record<string, readonly string[]>> = {
  x64: ['x86_64', 'amd64'],
  arm64: ['aarch64', 'arm64'],
};

/** Beginnings of platforms' names. Wheels for musl are for other Linuxes than Node's own builds. */
const SYSTEMS: Readonly<Record<string, string>> = { linux: 'manylinux', darwin: 'macosx', win32: 'win' };

/** Tells whether a wheel is for this system and processor. */
export function fitsMachine(
  { platforms }: WheelName,
  { platform, arch }: { readonly platform: string; readonly arch: string } = process,
): boolean {
  const system = SYSTEMS[platform];
  const processors = [...(PROCESSORS[arch] ?? []), ...(platform === 'darwin' ? ['universal2'] : [])];
  return platforms.some(
    (name) =>
      name === 'any' ||
      (system !== undefined &&
        (name.startsWith(system) || (platform === 'linux' && name.startsWith('linux_'))) &&
        processors.some((processor) => name.endsWith(`_${processor}`))),
  );
}
