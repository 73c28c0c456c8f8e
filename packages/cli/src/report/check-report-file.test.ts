import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkReportFile } from './check-report-file';

const folder = mkdtempSync(join(tmpdir(), 'lamo-report-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, contents: string) => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};

it('lets a report replace an earlier one, an empty file, and nothing at all', () => {
  checkReportFile(fileOf('report.html', '<!DOCTYPE html>\n<html></html>'));
  checkReportFile(fileOf('empty.html', ''));
  checkReportFile(join(folder, 'none.html'));
});

it('refuses to replace anything else', () => {
  const path = fileOf('umaze.hdf5', '\x89HDF\r\n and all that was logged');
  expect(() => checkReportFile(path)).toThrow(
    /umaze\.hdf5 exists and is not a report.*Give --out another name/s,
  );
});
