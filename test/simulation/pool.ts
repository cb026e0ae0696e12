import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Answer, Asked } from './worker.ts';

/** A piece of the engine's text, and what is put in its place. */
export interface Replacement {
  /** From the root of the repository. */
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

const root = resolve(import.meta.dirname, '../..');

/**
 * Builds one of this folder's programs, with the engine in it as it is or with pieces of it replaced.
 * @returns the file, which lies where its packages are found
 */
export async function buildProgram(
  entry: string,
  name: string,
  replacements: readonly Replacement[] = [],
): Promise<string> {
  const outfile = join(root, 'node_modules/.cache/zeroshift-simulation', `${process.pid}-${name}.mjs`);
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    plugins: replacements.length === 0 ? [] : [replacing(replacements)],
  });
  return outfile;
}

/** @throws Error when a text is not there exactly once: then the engine has changed, and the planted bug must too */
function replacing(replacements: readonly Replacement[]): Plugin {
  const files = new Map<string, Replacement[]>();
  for (const one of replacements) files.set(one.file, [...(files.get(one.file) ?? []), one]);
  return {
    name: 'replacing',
    setup(building) {
      building.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const planted = files.get(relative(root, path));
        if (planted === undefined) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const { file, text, by } of planted) {
          const parts = contents.split(text);
          if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${text}`);
          contents = parts.join(by);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** One core each: a second one that clears away after it costs more than it gives. */
const nodeOptions = ['--single-threaded-gc', '--max-semi-space-size=32'];

/** Programs that play, each a process of its own. */
export class Pool {
  readonly #workers: ChildProcess[];

  constructor(
    private readonly program: string,
    readonly size: number = availableParallelism(),
  ) {
    this.#workers = Array.from({ length: size }, () => fork(program, { execArgv: nodeOptions }));
  }

  /** Lets every worker play chunks until the seeds are through, or `on` says that it is enough. */
  async play(
    from: number,
    seeds: number,
    on: (answer: Extract<Answer, { kind: 'played' }>) => boolean,
    chunk = 40,
  ): Promise<void> {
    const chunks = function* (): Generator<Asked> {
      for (let next = from; next < from + seeds; next += chunk)
        yield { kind: 'play', from: next, count: Math.min(chunk, from + seeds - next) };
    };
    await this.each(chunks(), (_, answer) => answer.kind !== 'played' || on(answer));
  }

  /** Asks one after the other, as many at once as there are workers, until `on` says that it is enough. */
  async each<T extends Asked>(all: Iterable<T>, on: (asked: T, answer: Answer) => boolean): Promise<void> {
    const left = all[Symbol.iterator]();
    let over = false;
    const run = async (worker: ChildProcess): Promise<void> => {
      for (let next = left.next(); !over && next.done !== true; next = left.next())
        if (!on(next.value, await ask(worker, next.value))) over = true;
    };
    await Promise.all(this.#workers.map(run));
  }

  /** Asks the first one. */
  ask(asked: Asked): Promise<Answer> {
    const [worker] = this.#workers;
    if (worker === undefined) throw new Error('no worker');
    return ask(worker, asked);
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.kill();
    await rm(this.program, { force: true });
  }
}

const ask = (worker: ChildProcess, asked: Asked): Promise<Answer> =>
  new Promise((answered, failed) => {
    const settle = (): void => {
      worker.off('message', message);
      worker.off('error', error);
      worker.off('exit', gone);
    };
    const message = (answer: Answer): void => {
      settle();
      answered(answer);
    };
    const error = (cause: Error): void => {
      settle();
      failed(cause);
    };
    const gone = (code: number | null): void => error(new Error(`a worker has ended, with ${code}`));
    worker.on('message', message);
    worker.on('error', error);
    worker.on('exit', gone);
    worker.send(asked);
  });
