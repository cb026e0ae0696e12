import { spawnSync } from 'node:child_process';

/** Whole processes, in milliseconds: the median of each, and of the differences pair by pair. */
export interface StartUp {
  readonly node: number;
  readonly command: number;
  readonly more: number;
  readonly runs: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

function time(args: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

/** Starts `zeroshift --help` and `node -e 0` in turn, so that both see the same machine. */
export function measureStartUp(command: string, runs = 21): StartUp {
  const node: number[] = [];
  const help: number[] = [];
  for (let run = -2; run < runs; run++) {
    const pair = [time(['-e', '0']), time([command, '--help'])] as const;
    // The first two pairs only warm the file cache.
    if (run < 0) continue;
    node.push(pair[0]);
    help.push(pair[1]);
  }
  return {
    node: median(node),
    command: median(help),
    more: median(help.map((value, index) => value - (node[index] ?? 0))),
    runs,
  };
}
