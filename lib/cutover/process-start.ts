import { readFile } from 'node:fs/promises';

/** What is told of a process that runs where the system does not tell since when. */
export const startUnknown = 'running';

/** Identifies a running process on this machine beyond its pid; empty when it does not run. */
export async function processStart(pid: number): Promise<string> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not permitted means that it runs, under another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return '';
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Fields after the command's name, which may itself hold spaces and brackets; the 20th is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: it only waits to be collected.
    return fields[0] === 'Z' ? '' : (fields[19] ?? startUnknown);
  } catch {
    return startUnknown;
  }
}
