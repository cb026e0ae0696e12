// Builds the command and the bench, and runs the bench.
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';

execFileSync(process.execPath, ['scripts/build-command.mjs'], { stdio: 'inherit' });
await build({
  entryPoints: ['bench/main.ts'],
  outfile: 'dist/bench/main.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
execFileSync(process.execPath, ['dist/bench/main.mjs'], { stdio: 'inherit' });
