import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { plainAccess } from '../../../lib/clusters/plain-access.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const temporaryDirectory = temporaryDirectories();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A command that gives what a credential plugin gives. */
const giving = (status: object) => ({
  apiVersion: 'client.authentication.k8s.io/v1',
  command: process.execPath,
  args: ['-e', `console.log(${JSON.stringify(JSON.stringify({ status }))})`],
});

async function kubeconfig(cluster: object, user: object | undefined): Promise<string> {
  const directory = await temporaryDirectory();
  const file = join(directory, 'kubeconfig');
  for (const name of ['ca.crt', 'client.crt', 'client.key', 'token'])
    await writeFile(join(directory, name), `what ${name} says`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'other', cluster: { server: 'https://other.example.com' } },
      { name: 'one', cluster: { server: 'https://one.example.com/', ...cluster } },
    ],
    contexts: [{ name: 'blue', context: { cluster: 'one', user: 'me' } }],
    users: user === undefined ? [] : [{ name: 'me', user }],
  };
  await writeFile(file, stringify(config));
  return file;
}

const ca = { 'certificate-authority-data': base64('the authority') };

it.each([
  ['a token', ca, { token: 'secret' }],
  ['no verification', { 'insecure-skip-tls-verify': true }, { token: 'secret' }],
  ['another name in the certificate', { ...ca, 'tls-server-name': 'api' }, { token: 'secret' }],
  ['a certificate', ca, { 'client-certificate-data': base64('mine'), 'client-key-data': base64('my key') }],
  [
    'files beside it, which count more than data',
    { ...ca, 'certificate-authority': 'ca.crt' },
    { 'client-certificate': 'client.crt', 'client-key': './client.key' },
  ],
  ['a password', ca, { username: 'me', password: 'secret' }],
  ['somebody else', ca, { token: 'secret', as: 'robot' }],
  ['a command that gives a token', ca, { exec: giving({ token: 'made' }) }],
  ['a command before a token of its own', ca, { token: 'secret', exec: giving({ token: 'made' }) }],
  [
    'a command that gives a certificate',
    ca,
    { exec: giving({ clientCertificateData: 'mine', clientKeyData: 'my key' }) },
  ],
  ['nobody in particular', ca, {}],
])('goes with %s as the library does', async (_, cluster, user) => {
  const file = await kubeconfig(cluster, user);
  const library = new KubeConfig();
  library.loadFromFile(file);
  library.setCurrentContext('blue');
  const expected: { agent?: unknown; headers?: object } = {};
  await library.applyToHTTPSOptions(expected);
  const { agent: _agent, ...options } = expected;
  const access = await plainAccess({ name: 'blue', kubeconfig: file, context: 'blue' });
  expect(access?.server).toBe(library.getCurrentCluster()?.server);
  expect(await access?.credentials()).toEqual(options);
});

it('a token is made anew when it has run out', async () => {
  const past = { token: 'made', expirationTimestamp: new Date(Date.now() - 1000).toISOString() };
  const file = await kubeconfig(ca, {
    exec: {
      ...giving(past),
      args: ['-e', 'console.log(JSON.stringify({ status: { token: String(process.pid) } }))'],
    },
  });
  const access = await plainAccess({ name: 'blue', kubeconfig: file, context: 'blue' });
  const tokenOf = async () => (await access?.credentials())?.headers;
  expect(await tokenOf()).not.toEqual(await tokenOf());
});

it.each([
  ['a proxy', { ...ca, 'proxy-url': 'http://proxy.example.com' }, { token: 'secret' }],
  ['no TLS', { server: 'http://one.example.com' }, { token: 'secret' }],
  ['an auth provider', ca, { 'auth-provider': { name: 'oidc', config: {} } }],
  ['nobody', ca, undefined],
])('leaves %s to the library', async (_, cluster, user) => {
  const file = await kubeconfig(cluster, user);
  expect(await plainAccess({ name: 'blue', kubeconfig: file, context: 'blue' })).toBeUndefined();
});

it('leaves to the library to say what is wrong', async () => {
  const file = await kubeconfig(ca, { token: 'secret' });
  expect(await plainAccess({ name: 'blue', kubeconfig: file, context: 'red' })).toBeUndefined();
  expect(await plainAccess({ name: 'blue', kubeconfig: `${file}.not`, context: 'blue' })).toBeUndefined();
  await writeFile(file, '{');
  expect(await plainAccess({ name: 'blue', kubeconfig: file, context: 'blue' })).toBeUndefined();
});
