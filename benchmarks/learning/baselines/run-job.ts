/** Makes one run of the table of baselines, in a process of its own: `run-job.ts JOB`, the job in JSON. */
import { findEntrant } from './entrants';
import type { Job } from './job';
import { findTask } from './tasks';
import { trainCounterpart } from './train-counterpart';
import { trainOurs } from './train-ours';

const { task, entrant, ...rest } = JSON.parse(process.argv[2]!) as Named;
const job: Job = { ...rest, task: findTask(task), entrant: findEntrant(entrant) };
await (job.entrant.isCounterpart ? trainCounterpart(job) : trainOurs(job));

/** A job as JSON can say it. */
type Named = Omit<Job, 'task' | 'entrant'> & { readonly task: string; readonly entrant: string };
