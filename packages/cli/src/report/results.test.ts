import { describe, expect, it } from 'vitest';
import { runRecord } from '../../test/run-record';
import { estimateGroup, groupResult, learningCurve } from './results';
import { groupRuns } from './run-group';
