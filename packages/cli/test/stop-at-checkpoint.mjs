// Preloaded into a training (`node --import`): sends it the signal that LAMO_TEST_SIGNAL names when its first checkpoint is there.
// Plain JavaScript: no loader is needed.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { renameSync } = fs;

fs.renameSync = (from, to) => {
  renameSync(from, to);
  if (!/checkpoints[\\/]step-\d+\.safetensors$/.test(String(to))) return;
  fs.renameSync = renameSync;
  syncBuiltinESMExports();
  process.kill(process.pid, process.env.LAMO_TEST_SIGNAL);
};
syncBuiltinESMExports();
