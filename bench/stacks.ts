import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The CDK app of a fleet with one region, as a whole process, in milliseconds. */
export interface StackFigures {
  readonly milliseconds: number;
  readonly stacks: number;
  readonly runs: number;
}

const runs = 7;

/** Without CDK's template validator, which takes seconds by itself and runs in CI. */
export function measureStacks(): StackFigures {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
  try {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      const { status, stderr } = spawnSync(
        process.execPath,
        ['node_modules/jiti/lib/jiti-cli.mjs', 'bin/app.ts'],
        {
          encoding: 'utf8',
          env: {
            ...process.env,
            CDK_OUTDIR: folder,
            CDK_VALIDATION: 'false',
            ZEROSHIFT_FLEET: 'examples/shop/fleet.config.ts',
          },
        },
      );
      if (status !== 0) throw new Error(stderr);
      times.push(performance.now() - began);
    }
    const stacks = readdirSync(folder).filter((name) => name.endsWith('.template.json')).length;
    return { milliseconds: times.sort((a, b) => a - b)[runs >> 1] ?? 0, stacks, runs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
