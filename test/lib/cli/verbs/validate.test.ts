import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ValidateOptions, validate } from '../../../../lib/cli/verbs/validate.ts';

const service = (name: string, more = '') =>
  `apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    spec:
      ${more || '{}'}
      containers:
        - image: ghcr.io/team/app
`.replace('      {}\n', '');

const features = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config-features }\ndata: { ${data} }\n`;

const fleetText = (blue: string, green: string) => `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop',
  domain: 'shop.example.com',
  regions: [{ name: 'eu-west-1', account: '111111111111', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: {
    blue: { kubernetes: '1.35', knative: '1.23.0', serving: ${blue} },
    green: { kubernetes: '1.35', knative: '1.23.0', serving: ${green} },
  },
});
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(text: string, options: Partial<ValidateOptions> = {}) {
  const stdout = new PassThrough();
  let said = '';
  stdout.on('data', (chunk) => {
    said += chunk;
  });
  const stderr = new PassThrough();
  const exit = await validate(
    { color: false, json: true, file: ['-'], ...options },
    { stdin: Readable.from([text]), stdout, stderr },
  );
  const lines = said.split('\n').filter((line) => line !== '');
  const rows = options.json === false ? [] : lines.map((line) => JSON.parse(line));
  return { exit, lines, rows, told: String(stderr.read() ?? '') };
}

const verdicts = (rows: readonly { verdict: string }[]) => rows.map(({ verdict }) => verdict);

describe('zeroshift validate', () => {
  it('says one line for each document, in order, with the line that it begins at', async () => {
    const { exit, rows } = await run(`# first\n\n${service('a')}---\n# nothing here\n---\n${service('B')}`);
    expect(exit).toBe(1);
    expect(rows.map(({ index, file, line, name, verdict }) => [index, file, line, name, verdict])).toEqual([
      [0, '-', 3, 'a', 'accepted'],
      [1, '-', 14, 'B', 'refused'],
    ]);
    expect(Object.keys(rows[1])).toEqual([
      'index',
      'file',
      'line',
      'kind',
      'namespace',
      'name',
      'verdict',
      'errors',
      'warnings',
    ]);
    expect(rows[1].errors).toEqual([
      { field: 'metadata.name', message: expect.stringContaining('"B"'), code: 'name.dns1035' },
    ]);
  });

  it('judges services under the config maps of the input, wherever they stand, unless each is on its own', async () => {
    const text = `${service('a', 'nodeSelector: { disk: fast }')}---\n${features('kubernetes.podspec-nodeselector: enabled')}`;
    expect(verdicts((await run(text)).rows)).toEqual(['accepted', 'accepted']);
    const alone = await run(text, { each: true });
    expect(verdicts(alone.rows)).toEqual(['refused', 'accepted']);
    expect(alone.rows[0].errors[0].field).toBe('spec.template.spec.nodeSelector');
  });

  it('warns of unknown fields, and refuses them when it is strict', async () => {
    const text = service('a', 'nodeSelectr: {}');
    const { rows } = await run(text);
    expect(rows[0].warnings).toContainEqual(
      expect.objectContaining({ field: 'spec.template.spec.nodeSelectr', code: 'field.unknown' }),
    );
    expect(verdicts(rows)).toEqual(['accepted']);
    expect(verdicts((await run(text, { strict: true })).rows)).toEqual(['refused']);
  });

  it('reads YAML as Kubernetes does', async () => {
    const value = (text: string) =>
      service('a').replace('app\n', `app\n          env: [{ name: A, value: ${text} }]\n`);
    for (const text of ['yes', '1', '1.5', 'on', '0x10'])
      expect((await run(value(text))).rows[0].errors[0], text).toMatchObject({
        field: 'spec.template.spec.containers[0].env[0].value',
        code: 'type.wrong',
      });
    for (const text of ['"1"', '2026-01-01', '10:30', 'abc'])
      expect(verdicts((await run(value(text))).rows), text).toEqual(['accepted']);
  });

  it('takes lists apart, each item with its own line', async () => {
    const { rows } = await run(
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}\n- {apiVersion: serving.knative.dev/v1, kind: Route, metadata: {name: y}}\n',
    );
    expect(rows.map(({ line, kind, verdict }) => [line, kind, verdict])).toEqual([
      [4, 'Deployment', 'accepted'],
      [5, 'Route', 'refused'],
    ]);
  });

  it.each([
    ['broken YAML', 'a: ['],
    [
      'a bomb of aliases',
      `a: &a [${'x,'.repeat(9)}x]\n${'bcdefg'
        .split('')
        .map((key, i) => `${key}: &${key} [${`*${'abcdef'[i]},`.repeat(10)}1]`)
        .join('\n')}`,
    ],
    ['an anchor that is not there', 'a: *b'],
    ['binary data', 'a\0b'],
    ['a key twice', 'a: 1\na: 2'],
  ])('refuses %s and goes on', async (_, text) => {
    const { exit, rows } = await run(`${text}\n---\n${service('a')}`);
    expect(exit).toBe(1);
    expect(verdicts(rows)).toEqual(['refused', 'accepted']);
    expect(rows[0].errors[0].code).toBe('yaml.invalid');
  });

  it('accepts nothing at all, and says that it judged nothing', async () => {
    const told = 'the standard input: no document, so nothing was judged\n';
    expect(await run('')).toMatchObject({ exit: 0, lines: [], told });
    writeFileSync(join(folder, 'notes.txt'), 'none');
    writeFileSync(join(folder, 'a.yaml'), service('a'));
    mkdirSync(join(folder, 'empty'));
    const file = [join(folder, 'empty'), join(folder, 'a.yaml')];
    expect(await run('', { file, json: false })).toMatchObject({
      exit: 0,
      told: `${join(folder, 'empty')}: no document, so nothing was judged\n`,
    });
    expect((await run('', { file: [folder] })).told).toBe('');
  });

  it("says what it did not judge, because Knative's webhook would not", async () => {
    const plain = (apiVersion: string, kind: string, name = 'x') =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
    const text = [plain('apps/v1', 'Deployment'), plain('v1', 'ConfigMap'), features('a: b'), service('a')];
    const { rows, exit } = await run(text.join('---\n'));
    expect(exit).toBe(0);
    expect(rows.map(({ verdict, warnings }) => [verdict, warnings[0]?.code])).toEqual([
      ['accepted', 'object.not-judged'],
      ['accepted', 'object.not-judged'],
      ['accepted', 'config.unknown-key'],
      ['accepted', 'security.insecure-default'],
    ]);
    const { lines } = await run(text.join('---\n'), { json: false });
    expect(lines).toContainEqual(expect.stringMatching(/^4 documents: 2 accepted, 0 refused, 2 not judged /));
    expect(lines.join()).not.toContain('Deployment');
  });

  it('says of a key that nobody reads that nobody reads it', async () => {
    const { rows } = await run(features('multi-containr: enabled, foo: bar'));
    expect(rows[0].warnings.map(({ message }: { message: string }) => message)).toEqual([
      'Knative reads no such key, and ignores it: did you mean multi-container?',
      'Knative reads no such key, and ignores it',
    ]);
  });

  it('names what cannot be read in a folder, and judges the rest', async () => {
    writeFileSync(join(folder, 'a.yaml'), service('a'));
    symlinkSync('nowhere', join(folder, 'b.yaml'));
    symlinkSync('c', join(folder, 'c'));
    symlinkSync('.', join(folder, 'd'));
    symlinkSync('a.yaml', join(folder, 'notes.txt'));
    execFileSync('mkfifo', [join(folder, 'e.yaml')]);
    writeFileSync(join(folder, 'f.yaml'), service('f'));
    const { exit, rows } = await run('', { file: [folder] });
    expect(exit).toBe(1);
    expect(rows.map(({ file, name, verdict, errors }) => [file, name ?? errors, verdict])).toEqual([
      [join(folder, 'a.yaml'), 'a', 'accepted'],
      ...[
        ['b.yaml', 'the link leads nowhere'],
        ['c', 'the link leads to itself'],
        ['e.yaml', 'it is no regular file'],
      ].map(([name = '', message]) => [
        join(folder, name),
        [{ field: '', message, code: 'file.unreadable' }],
        'refused',
      ]),
      [join(folder, 'f.yaml'), 'f', 'accepted'],
    ]);
    const { lines } = await run('', { file: [folder], json: false });
    expect(lines.slice(0, 2)).toEqual([
      `${join(folder, 'b.yaml')}:1 a file: refused`,
      `  ${join(folder, 'b.yaml')}:1 error: the link leads nowhere [file.unreadable]`,
    ]);
    for (const [name, found] of [
      ['b.yaml', 'the link leads nowhere'],
      ['c', 'the link leads to itself'],
      ['e.yaml', 'it is no regular file'],
      ['none', 'there is no such file'],
    ] as const)
      await expect(run('', { file: [join(folder, name)] }), name).rejects.toMatchObject({
        exitCode: 2,
        problems: [{ found: `${join(folder, name)}: ${found}` }],
      });
  });

  it('tells people the file, the line of the field, and a sum', async () => {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, service('a', 'nodeSelector: { disk: fast }'));
    const { exit, lines } = await run('', { json: false, file: [folder] });
    expect(exit).toBe(1);
    expect(lines[0]).toBe(`${file}:1 Service shop/a: refused`);
    expect(lines[1]).toMatch(`  ${file}:7 error: spec.template.spec.nodeSelector: `);
    expect(lines.slice(2)).toContain('1 document: 0 accepted, 1 refused');
  });

  it('refuses files that are not there and releases that nobody knows, with exit 2', async () => {
    for (const options of [{ file: [join(folder, 'none.yaml')] }, { file: [] }, { release: '2.0' }])
      await expect(run('', options)).rejects.toMatchObject({ exitCode: 2 });
    for (const release of ['1.22.9', '1.22.', '1', 'v1.22.1'])
      await expect(run('', { release }), release).rejects.toMatchObject({
        problems: [{ value: release, allowed: expect.stringContaining('1.22.1, ') }],
      });
    for (const release of ['1.22', '1.22.1', '1.23.0']) await run('', { release });
  });

  it('knows what 1.22 did not', async () => {
    const probe = service('a').replace(
      'app\n',
      'app\n          startupProbe: { httpGet: {}, tcpSocket: {} }\n',
    );
    expect(verdicts((await run(probe)).rows)).toEqual(['refused']);
    expect(verdicts((await run(probe, { release: '1.22.1' })).rows)).toEqual(['accepted']);
  });

  it('judges under the settings of a fleet, and refuses what one colour would', async () => {
    const fleet = join(folder, 'fleet.config.ts');
    const serving = (flag: string) => `{ features: { 'kubernetes.podspec-nodeselector': '${flag}' } }`;
    const text = service('a', 'nodeSelector: { disk: fast }');
    for (const [blue, verdict] of [
      ['enabled', 'accepted'],
      ['disabled', 'refused'],
    ] as const) {
      writeFileSync(fleet, fleetText(serving(blue), serving('enabled')));
      expect(verdicts((await run(text, { fleet })).rows), blue).toEqual([verdict]);
    }
  });

  it('takes ten thousand documents', async () => {
    const { rows } = await run(
      Array.from({ length: 10_000 }, (_, index) => service(`s${index}`)).join('---\n'),
    );
    expect(rows.length).toBe(10_000);
    expect(rows.at(-1)).toMatchObject({ index: 9999, name: 's9999', verdict: 'accepted' });
  }, 60_000);
});
