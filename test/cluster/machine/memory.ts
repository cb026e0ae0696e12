import { readdir, readFile } from 'node:fs/promises';

/** A process below a cluster's keeper. */
export interface ProcessMemory {
  readonly pid: number;
  readonly parent: number;
  /** Its number in the innermost of its namespaces. */
  readonly inner: number;
  /** How many namespaces of processes it is in: 1 on the machine itself, 2 where the keeper is, 3 in a pod. */
  readonly depth: number;
  readonly name: string;
  /** Bytes that it holds in memory. */
  readonly bytes: number;
}

async function readProcess(pid: number): Promise<ProcessMemory | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1];
  const numbers = (field('NSpid') ?? '').split(/\s+/).map(Number);
  const inner = numbers.at(-1);
  if (inner === undefined || numbers.length < 2) return undefined;
  return {
    pid,
    parent: Number(field('PPid')),
    inner,
    depth: numbers.length,
    name: field('Name') ?? '',
    bytes: Number.parseInt(field('VmRSS') ?? '0', 10) * 1024,
  };
}

/** All processes below a keeper, itself included. */
export async function memoryOf(keeper: number): Promise<ProcessMemory[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const all = (await Promise.all(pids.map(readProcess))).filter((one) => one !== undefined);
  const below = new Set([keeper]);
  // Numbers of children may be smaller than their parents': until no more are found.
  for (let before = 0; before !== below.size; ) {
    before = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({ pid }) => below.has(pid));
}
