import { describe, expect, it } from 'vitest';
import { readRequirements } from './requirement';
import { compareVersions, fitsVersion, parseVersion } from './version';
import { fitsMachine, parseWheelName } from './wheel-name';

const version = (text: string) => parseVersion(text)!;

it.each([
  ['0.9.2', '0.11.0'],
  ['13.2', '13.2.1'],
  ['1.0', '1.0.post1'],
  ['1.0.post9', '1.0.1'],
])('%s is older than %s', (older, newer) => {
  expect(compareVersions(version(older), version(newer))).toBeLessThan(0);
  expect(compareVersions(version(newer), version(older))).toBeGreaterThan(0);
});

it('zeros at the end count for nothing', () => {
  expect(compareVersions(version('13'), version('13.0.0'))).toBe(0);
});

it.each(['1.0rc1', '2.0.dev5', '1.0+cuda', '', 'x'])('%j is not a release', (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

it.each<[string, string, boolean | undefined]>([
  ['9.9', '>=9.8,<10.0', true],
  ['10.0', '>=9.8, <10.0', false],
  ['0.11.2', '==0.11.2', true],
  ['13.4.1', '==13.*', true],
  ['14.0', '==13.*', false],
  ['1.9', '~=1.4', true],
  ['2.0', '~=1.4', false],
  ['1.5.0', '~=1.4.2', false],
  ['1.5', '!=1.5', false],
  ['1.5', '', true],
  ['1.5', '=>1', undefined],
])('%s and the requirement %j: %s', (text, requirement, fits) => {
  expect(fitsVersion(version(text), requirement)).toBe(fits);
});

describe('the name of a wheel', () => {
  const fits = (file: string, platform: string, arch: string) =>
    fitsMachine(parseWheelName(file)!, { platform, arch });
  it('says for which machines it is', () => {
    const linux = 'nvidia_nvvm-13.0.88-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl';
    expect(fits(linux, 'linux', 'x64')).toBe(true);
    expect(fits(linux, 'linux', 'arm64')).toBe(false);
    expect(fits(linux, 'darwin', 'x64')).toBe(false);
    expect(fits('a-1.0-py3-none-macosx_11_0_arm64.whl', 'darwin', 'arm64')).toBe(true);
    expect(fits('a-1.0-py3-none-macosx_11_0_universal2.whl', 'darwin', 'arm64')).toBe(true);
    expect(fits('a-1.0-py3-none-win_amd64.whl', 'win32', 'x64')).toBe(true);
    expect(fits('a-1.0-py3-none-any.whl', 'freebsd', 'x64')).toBe(true);
    expect(fits('a-1.0-py3-none-musllinux_1_2_x86_64.whl', 'linux', 'x64')).toBe(false);
  });

  it.each(['a-1.0.tar.gz', 'a-1.0.whl', '../a-1.0-py3-none-any.whl', 'a-1.0rc1-py3-none-any.whl'])(
    'is not %j',
    (file) => expect(parseWheelName(file)).toBeUndefined(),
  );
});

it('requirements are read from the head of the metadata, for this machine and the extra that is wanted', () => {
  const metadata = [
    'Requires-Dist: NVIDIA_cublas.cu12 >=12.1',
    `Requires-Dist: here ; sys_platform == "${process.platform}"`,
    'Requires-Dist: elsewhere ; sys_platform == "nowhere"',
    'Requires-Dist: old ; python_version < "3.8"',
    'Requires-Dist: extra (==1.0) ; extra == "with-cuda"',
    '',
    'Requires-Dist: description',
  ].join('\r\n');
  const named = [
    { name: 'nvidia-cublas-cu12', versions: '>=12.1' },
    { name: 'here', versions: '' },
    // Python's version is not known here: too much is better than too little.
    { name: 'old', versions: '' },
  ];
  expect(readRequirements(metadata)).toEqual(named);
  expect(readRequirements(metadata, 'with-cuda')).toEqual([...named, { name: 'extra', versions: '==1.0' }]);
});
