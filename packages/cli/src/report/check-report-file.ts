import { checkSameKind } from '../check-same-kind';

/** Lets a report replace an earlier one, and nothing else. @throws LamoError `not-a-report` */
export function checkReportFile(path: string): void {
  checkSameKind(path, {
    where: 'cli/report',
    name: 'report',
    beginning: '<!doctype html>',
    option: '--out',
  });
}
