import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHookCaller } from '../../../../lib/cutover/perform/hook-caller.ts';
import type { HookTold } from '../../../../lib/cutover/ports.ts';
import type { CutoverHook } from '../../../../lib/fleet/cutover-hands.ts';
import { Duration } from '../../../../lib/fleet/duration.ts';

const told: HookTold = {
  apiVersion: 'zeroshift/v1',
  kind: 'HookCall',
  id: 'plan/step/before/one',
  hook: 'one',
  when: 'before',
  fleet: 'shop',
  plan: 'plan',
  step: 'eu-west-1/shift-25',
  stepKind: 'shift',
  region: 'eu-west-1',
  from: 'blue',
  to: 'green',
  share: 25,
};

const call = (hook: Pick<CutoverHook, 'run' | 'url'>, timeout = 10_000) =>
  createHookCaller([{ name: 'one', when: ['before'], timeout: Duration.seconds(1), ...hook }]).call(
    'one',
    told,
    timeout,
  );
const node = (script: string, ...args: string[]) => call({ run: [process.execPath, '-e', script, ...args] });

it('tells a command on its standard input, and gives it its arguments as they are', async () => {
  const script = `const told = JSON.parse(require('fs').readFileSync(0)); console.log(told.id, told.share, process.argv[1])`;
  expect(await node(script, '$HOME; `false`')).toEqual({
    ok: true,
    text: 'exit code 0: plan/step/before/one 25 $HOME; `false`',
  });
});

it('hears no from an exit code, a signal, and a command that there is not', async () => {
  expect(await node(`console.error('not on a Friday'); process.exit(3)`)).toEqual({
    ok: false,
    text: 'exit code 3: not on a Friday',
  });
  expect(await node(`process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 9e3)`)).toMatchObject({
    ok: false,
    text: 'it was ended by SIGTERM',
  });
  expect(await call({ run: ['no-such-command-here'] })).toMatchObject({
    ok: false,
    text: expect.stringContaining('ENOENT'),
  });
  expect(await createHookCaller([]).call('one', told, 1)).toMatchObject({ ok: false });
});

it('ends what takes too long, with all that it has started, and what it says stays short', async () => {
  const script = `
    const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });
    console.log(child.pid);
    setTimeout(() => {}, 60000);`;
  const answer = await call({ run: [process.execPath, '-e', script] }, 1_500);
  expect(answer).toMatchObject({
    ok: false,
    text: expect.stringMatching(/^it took longer than 1.5 s: \d+$/),
  });
  const pid = Number(answer.text.split(' ').at(-1));
  await expect.poll(() => isThere(pid), { timeout: 5_000 }).toBe(false);
  expect((await node(`console.log('x'.repeat(1e6))`)).text.length).toBeLessThan(400);
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const heard: { id: string | undefined; body: unknown }[] = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    heard.push({ id: String(request.headers['idempotency-key']), body: JSON.parse(text) });
    if (request.url === '/slow') return;
    const status = { '/yes': 204, '/no': 409, '/moved': 302 }[request.url ?? ''] ?? 404;
    response
      .writeHead(status, status === 302 ? { location: '/yes' } : {})
      .end(status === 409 ? 'frozen' : '');
  });
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('posts to a URL: only 2xx is a yes, and the URL is in no answer', async () => {
  expect(await call({ url: `${url}/yes` })).toEqual({ ok: true, text: 'status 204' });
  expect(heard.at(-1)).toEqual({ id: told.id, body: told });
  expect(await call({ url: `${url}/no` })).toEqual({ ok: false, text: 'status 409: frozen' });
  expect(await call({ url: `${url}/moved` })).toMatchObject({ ok: false, text: 'status 302' });
  expect(await call({ url: `${url}/slow` }, 200)).toEqual({ ok: false, text: 'no answer within 0.2 s' });
  const closed = await call({ url: 'http://127.0.0.1:1/hidden' });
  expect(closed.ok).toBe(false);
  expect(closed.text).not.toContain('hidden');
});
