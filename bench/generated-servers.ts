import { execFileSync, fork } from 'node:child_process';

/** Bundles a program of the bench. @param name its file below bench/, without `.ts` @returns where it is */
export function bundle(name: string): string {
  const outfile = `dist/bench/${name.replaceAll('/', '-')}.mjs`;
  execFileSync('node_modules/.bin/esbuild', [
    `bench/${name}.ts`,
    `--outfile=${outfile}`,
    '--bundle',
    '--packages=external',
    '--platform=node',
    '--format=esm',
    '--log-level=warning',
  ]);
  return outfile;
}

/** An API server in a process of its own, so that what it takes does not count. It says its port first. */
export async function startServer(file: string, ...args: readonly string[]) {
  const child = fork(file, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return { url: `https://127.0.0.1:${port}`, close: () => child.kill() };
}

/** @param places context → URL of its server */
export const kubeconfigOf = (places: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(places).map(([name, server]) => ({
      name,
      cluster: { server, 'insecure-skip-tls-verify': true },
    })),
    users: [{ name: 'bench', user: {} }],
    contexts: Object.keys(places).map((name) => ({ name, context: { cluster: name, user: 'bench' } })),
  });
