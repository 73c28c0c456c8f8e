import type { Subject } from './subject';

/** One thing that every algorithm must do. It throws if the subject does not. */
export type Check = (subject: Subject) => void | Promise<void>;
