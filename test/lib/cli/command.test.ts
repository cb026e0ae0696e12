import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const fleet = join(root, 'examples/shop/fleet.config.ts');

let built: string;
let folder: string;
beforeAll(() => {
  // Two levels below the package, as it is shipped; a folder of its own, since others build too.
  built = join(root, `dist/command-${process.pid}`);
  folder = mkdtempSync(join(tmpdir(), 'zeroshift-command-'));
  execFileSync(process.execPath, ['scripts/build-command.mjs', built], { cwd: root });
});
afterAll(() => {
  rmSync(built, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the built command. */
function zeroshift(argv: readonly string[], command = built) {
  const child = spawn(process.execPath, [join(command, 'zeroshift.js'), ...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    printed.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.err += chunk;
  });
  const exit = new Promise<Exit>((done) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      done({ code, signal });
    });
  });
  return {
    child,
    printed,
    exit,
    /** Resolves when it has said something, and fails when it has ended without. */
    says: (text: string) =>
      expect
        .poll(
          () =>
            printed.out.includes(text) ? text : child.exitCode === null ? 'not yet' : `ended: ${printed.err}`,
          {
            timeout: 25_000,
            interval: 10,
          },
        )
        .toBe(text),
    /** Seconds until it has ended. */
    async endsIn() {
      const from = performance.now();
      const ended = await exit;
      return { ...ended, seconds: (performance.now() - from) / 1000 };
    },
  };
}

const trace = /^\s+at .*[:(]/m;
const events = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; code?: string; accelerator?: string });

describe('the built command', () => {
  it('knows its version and carries the example', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const asked = zeroshift(['--version']);
    expect(await asked.exit).toEqual({ code: 0, signal: null });
    expect(asked.printed).toEqual({ out: `${version}\n`, err: '' });
  });

  it('loads a fleet that nothing is installed for, and says what is wrong with one', async () => {
    const check = zeroshift(['synth', '--check', '--fleet', fleet, '--json']);
    expect((await check.exit).code).toBe(3);
    expect(events(check.printed.out).every(({ event }) => event === 'synth.changed')).toBe(true);
    const none = zeroshift(['status', '--fleet', 'none.ts']);
    expect((await none.exit).code).toBe(2);
    expect(none.printed.err).toMatch(/\[fleet\.not-found\]/);
  });

  it.each([
    ['await new Promise(() => {});', /it never finished loading/],
    ['export default new Promise(() => {});', /it never finished loading/],
    ['process.exit(7);', /it calls process\.exit\(7\)/],
  ])('is not ended by a fleet that says %j', async (text, why) => {
    writeFileSync(join(folder, 'ends.ts'), text);
    const status = zeroshift(['status', '--fleet', 'ends.ts']);
    const { code, seconds } = await status.endsIn();
    expect([code, status.printed.out]).toEqual([2, '']);
    expect(status.printed.err).toMatch(why);
    expect(status.printed.err).toMatch(/\[fleet\.unreadable\]/);
    // Nobody waits for the time-out where nothing can come any more.
    expect(seconds).toBeLessThan(15);
  });

  it('does not mind when nobody reads to the end', async () => {
    const pipe = `"$0" "$@" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const argv = [
      '-c',
      pipe,
      process.execPath,
      join(built, 'zeroshift.js'),
      'synth',
      '--check',
      '--fleet',
      fleet,
    ];
    const [out, err] = await new Promise<[string, string]>((done) => {
      execFile('bash', argv, { cwd: folder }, (_, stdout, stderr) => done([stdout, stderr]));
    });
    expect(err).toBe('');
    expect(out.split('\n').slice(1)).toEqual(['3', '']);
  });
});

describe('a rehearsal ends soon and cleanly', () => {
  it('when it is interrupted while its parts are being started', async () => {
    const rehearsal = zeroshift(['rehearse', '--fleet', fleet, '--out', 'at-start']);
    await rehearsal.says('rehearsing');
    rehearsal.child.kill('SIGINT');
    const { seconds, ...exit } = await rehearsal.endsIn();
    expect(exit).toEqual({ code: 1, signal: null });
    expect(seconds).toBeLessThan(10);
    expect(rehearsal.printed.err).toMatch(/\[rehearsal\.interrupted\]/);
    expect(rehearsal.printed.err).not.toMatch(trace);
  });

  it('when a part of it crashes', async () => {
    const crashing = `${built}-crash`;
    try {
      cpSync(built, crashing, { recursive: true });
      appendFileSync(
        join(crashing, 'cluster-worker.js'),
        `\nsetTimeout(() => { throw new Error('a crash for the test'); }, 3000);\n`,
      );
      const rehearsal = zeroshift(['rehearse', '--fleet', fleet, '--out', 'crash'], crashing);
      expect(await rehearsal.exit).toEqual({ code: 1, signal: null });
      expect(rehearsal.printed.err).toMatch(
        /(blue|green) cluster ended before the rehearsal did: a crash for the test \[rehearsal\.part-failed\]/,
      );
    } finally {
      rmSync(crashing, { recursive: true, force: true });
    }
  });

  it('when it is told to within its cutover, or when nobody reads any more; two at once do not meet', async () => {
    const start = (out: string) => zeroshift(['rehearse', '--json', '--fleet', fleet, '--out', out]);
    const [told, unread] = [start('told'), start('unread')];
    await Promise.all([told, unread].map(({ says }) => says('"event":"cutover.step"')));
    const [first, second] = [told, unread].map(
      ({ printed }) =>
        events(printed.out.slice(0, printed.out.lastIndexOf('\n'))).find(
          ({ event }) => event === 'rehearsal.ready',
        )?.accelerator,
    );
    expect(first).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(second).not.toBe(first);
    for (const name of ['told', 'unread']) expect(existsSync(join(folder, name, 'locator.json'))).toBe(true);

    told.child.kill('SIGTERM');
    unread.child.stdout.destroy();
    const [toldEnd, unreadEnd] = await Promise.all([told.endsIn(), unread.endsIn()]);
    expect([toldEnd.code, unreadEnd.code]).toEqual([1, 1]);
    expect(Math.max(toldEnd.seconds, unreadEnd.seconds)).toBeLessThan(10);
    expect(events(told.printed.out).at(-1)).toMatchObject({
      event: 'error.failed',
      code: 'rehearsal.interrupted',
    });
    expect([told.printed.err, unread.printed.err]).toEqual(['', '']);
    // What the first one left is not mixed with another rehearsal.
    const again = start('told');
    expect((await again.exit).code).toBe(2);
    expect(events(again.printed.out)).toMatchObject([
      { event: 'error.failed', code: 'rehearsal.folder-used' },
    ]);
  }, 40_000);
});
