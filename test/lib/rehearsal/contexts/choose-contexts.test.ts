import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { errorText, type ZeroshiftError } from '../../../../lib/messages/error.ts';
import { chooseContexts } from '../../../../lib/rehearsal/contexts/index.ts';
import { temporaryDirectories } from '../../../helpers/temporary-directory.ts';

const temporaryDirectory = temporaryDirectories();
afterEach(() => void vi.unstubAllEnvs());

async function kubeconfig(): Promise<string> {
  const file = join(await temporaryDirectory(), 'config');
  const contexts = ['east-blue', 'east-green', 'west'];
  const names = contexts.map((name) => `- {name: ${name}, context: {cluster: c, user: u}}`).join('\n');
  await writeFile(
    file,
    `apiVersion: v1\nkind: Config\nclusters:\n- {name: c, cluster: {server: "https://127.0.0.1:1"}}\nusers:\n- {name: u, user: {token: t}}\ncontexts:\n${names}\n`,
  );
  return file;
}

const failing = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => expect.unreachable('it was accepted'),
    (error: ZeroshiftError) => errorText(error),
  );

it('takes blue first, green second, from the file that is named or that KUBECONFIG names', async () => {
  const file = await kubeconfig();
  const chosen = { kubeconfig: file, contexts: { blue: 'east-blue', green: 'west' } };
  expect(await chooseContexts('east-blue,west', file)).toEqual(chosen);
  vi.stubEnv('KUBECONFIG', file);
  expect(await chooseContexts(' east-blue , west ')).toEqual(chosen);
});

it.each(['east-blue', 'a,b,c', 'west,west', ',west', ''])(
  'refuses "%s": two different names are needed',
  async (given) => {
    expect(await failing(chooseContexts(given, await kubeconfig()))).toContain('[usage.contexts]');
  },
);

it('lists the contexts that there are, and the nearest ones', async () => {
  const text = await failing(chooseContexts('east-bleu,east-gren', await kubeconfig()));
  expect(text).toContain('"east-bleu" was given; allowed: east-blue, east-green, west');
  expect(text).toContain('did you mean east-blue and east-green?');
});

it('says what is wrong with a kubeconfig that cannot be read, and refuses several at once', async () => {
  expect(await failing(chooseContexts('a,b', '/nowhere/config'))).toMatch(/usage\.kubeconfig[\s\S]*ENOENT/);
  vi.stubEnv('KUBECONFIG', '/one:/two');
  expect(await failing(chooseContexts('a,b'))).toMatch(/one file[\s\S]*--kubeconfig/);
});
