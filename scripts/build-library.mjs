// Compiles the rooms to dist/, with their types, for whoever imports `zeroshift/<room>`.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';

for (const folder of ['lib', 'constructs', 'charts'])
  rmSync(`dist/${folder}`, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
