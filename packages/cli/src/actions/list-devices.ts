import { availableParallelism } from 'node:os';
import pc from 'picocolors';
import { catalogue } from '../catalogue';
import { type DeviceReport, probeDevice } from '../devices/probe-device';
import { showResult, tell } from '../terminal/output';
import { formatWrappedTable } from '../terminal/wrapped-table';

/** Tries every device, each in a process of its own, and shows what can be used, and why the others cannot. */
export async function listDevices(): Promise<void> {
  const names = catalogue.devices.map(({ name }) => name);
  tell(pc.dim(`trying ${names.length} devices …`));
  const reports = await probeAll(names);
  const table = formatWrappedTable([
    ['device', 'usable', 'what it is, or why it cannot be used'],
    ...reports.map((report) => [report.name, report.isUsable ? 'yes' : 'no', describe(report)]),
  ]);
  const note = 'xla:PATH opens any other PJRT plug-in. `lamo devices install cuda` (or `cpu`) gets one.';
  showResult(reports.map(toJson), { answer: table, note: `\n${note}` });
}

/** As many at a time as there are cores, and no more than a few: opening one takes memory. */
async function probeAll(names: readonly string[]): Promise<DeviceReport[]> {
  const reports = new Map<string, DeviceReport>();
  const left = [...names];
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      reports.set(name, await probeDevice(name));
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  return names.map((name) => reports.get(name)!);
}

function describe(report: DeviceReport): string {
  if (!report.isUsable) {
    const { problem, hint } = report.error;
    return `${problem}.${hint === undefined ? '' : ` ${hint}`}`;
  }
  const { engine, version, hardware, memory } = report;
  const on = hardware === undefined ? '' : ` on ${hardware}`;
  const free =
    memory === undefined ? '' : `, ${gigabytes(memory.free)} of ${gigabytes(memory.total)} GB free`;
  return `${engine} ${version}${on}${free}`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

/** Every field is always there, for programs. */
function toJson(report: DeviceReport): object {
  const { name, isUsable } = report;
  const nothing = { engine: null, version: null, hardware: null, memory: null, error: null };
  if (!isUsable) return { name, usable: false, ...nothing, error: report.error };
  const { engine, version, hardware = null, memory = null } = report;
  return { name, usable: true, engine, version, hardware, memory, error: null };
}
