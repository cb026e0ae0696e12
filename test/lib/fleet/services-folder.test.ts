import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Fleet, loadFleet } from '../../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const temporaryDirectory = temporaryDirectories();

const fleetFile = (more = "services: './services'") => `
import { defineFleet } from 'zeroshift/fleet';
const colour = { kubernetes: '1.35', knative: '1.23.0' };
export default defineFleet({
  name: 'shop',
  domain: 'example.com',
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: { blue: colour, green: colour },
  ${more},
});`;

/** Writes the files in the order in which they are given, and loads the fleet beside them. */
async function loaded(
  files: Readonly<Record<string, string>>,
  more?: string,
  onIgnored: (file: string) => void = () => {},
): Promise<Fleet> {
  const folder = await temporaryDirectory();
  for (const [name, text] of Object.entries({ 'fleet.config.ts': fleetFile(more), ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const shortened = (text: string) => text.replaceAll(`${folder}/`, '');
  try {
    const fleet = await loadFleet(join(folder, 'fleet.config.ts'), {
      onIgnored: (file) => onIgnored(shortened(file)),
    });
    return JSON.parse(shortened(JSON.stringify(fleet))) as Fleet;
  } catch (error) {
    if (!(error instanceof ZeroshiftError)) throw error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      where: shortened(problem.where),
      allowed: shortened(problem.allowed),
    }));
    throw new ZeroshiftError(error.message, {
      code: error.code,
      source: error.source,
      problems,
      action: shortened(error.action ?? ''),
    });
  }
}

const refusal = async (files: Readonly<Record<string, string>>, more?: string): Promise<ZeroshiftError> => {
  try {
    await loaded(files, more);
  } catch (error) {
    if (error instanceof ZeroshiftError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const knative = (name: string, namespace = 'shop') => `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  template:
    spec:
      containers:
        - image: app:1
`;
const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: ${name} } } }
`;

describe('a folder of services', () => {
  it('takes TypeScript, JavaScript, YAML and JSON, whatever the exports are called, and says where each stands', async () => {
    const fleet = await loaded({
      'services/a.ts': `interface Named { name: string }
        const image: string = 'app:1';
        export const list: (Named & { image: string })[] = [{ name: 'one', image }, { name: 'two', image }];
        const three = { name: 'three', image };
        export { three };
        export default three;
        export const host = { name: 'www.example.com', service: 'one' };
        export const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };`,
      'services/b.mjs': "export default { name: 'four', image: 'app:1' };",
      'services/c.js': "module.exports = [{ name: 'five', image: 'app:1' }];",
      'services/deep/er/d.yml': `# a comment\n\n---\n${deployment('plain')}---\n${knative('six')}---\n# nothing\n`,
      'services/e.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } }],
      }),
      'services/README.md': 'not a service',
      'services/.hidden.yaml': 'not: [ yaml',
      'services/node_modules/x/index.js': 'throw new Error()',
      'services/types.d.ts': 'export type A = 1;',
    });
    expect(fleet.services.map(({ name }) => name)).toEqual(['three', 'one', 'two', 'four', 'five']);
    expect(fleet.sources).toEqual({
      services: [
        'services/a.ts: default',
        'services/a.ts: list[0]',
        'services/a.ts: list[1]',
        'services/b.mjs: default',
        'services/c.js: default[0]',
      ],
      domainMappings: ['services/a.ts: host'],
    });
    expect(fleet.domainMappings).toEqual([{ name: 'www.example.com', service: 'one' }]);
    expect(fleet.manifests.map(({ object, source }) => [object.kind, object.metadata, source])).toEqual([
      ['ConfigMap', { name: 'settings', namespace: 'default' }, 'services/a.ts: map'],
      ['Deployment', { name: 'plain', namespace: 'shop' }, 'services/deep/er/d.yml:4'],
      ['Service', { name: 'six', namespace: 'shop' }, 'services/deep/er/d.yml:9'],
      ['ServiceAccount', { name: 'robot', namespace: 'default' }, 'services/e.json:1'],
    ]);
  });

  it('takes every ending of the two languages, and names what it leaves out', async () => {
    const ignored: string[] = [];
    const files = Object.fromEntries(
      ['mts', 'cts', 'mjs', 'cjs'].map((ending) => [
        `services/${ending}.${ending}`,
        `${ending === 'cjs' ? 'module.exports =' : 'export default'} { name: '${ending}', image: 'a:1' };`,
      ]),
    );
    const fleet = await loaded(
      {
        ...files,
        'services/notes.txt': '',
        'services/view.tsx': '',
        'services/deep/LICENSE': '',
        'services/README': '',
        'services/more.md': '',
        'services/a.d.mts': '',
      },
      undefined,
      (file) => ignored.push(file),
    );
    expect(fleet.services.map(({ name }) => name)).toEqual(['cjs', 'cts', 'mjs', 'mts']);
    expect(ignored).toEqual(['services/deep/LICENSE', 'services/notes.txt', 'services/view.tsx']);
  });

  it('reads each file once although a link leads back, and names a link that leads nowhere', async () => {
    const folder = await temporaryDirectory();
    await mkdir(join(folder, 'services/deep'), { recursive: true });
    await writeFile(join(folder, 'fleet.config.ts'), fleetFile());
    await writeFile(join(folder, 'services/deep/one.yaml'), knative('one'));
    await symlink('..', join(folder, 'services/deep/rec'));
    const fleet = await loadFleet(join(folder, 'fleet.config.ts'));
    expect(fleet.manifests.map(({ object }) => object.metadata.name)).toEqual(['one']);
    await symlink('nowhere', join(folder, 'services/two.yaml'));
    await expect(loadFleet(join(folder, 'fleet.config.ts'))).rejects.toMatchObject({
      code: 'services.unreadable',
      problems: [
        { where: expect.stringMatching(/two\.yaml$/), found: expect.stringContaining('no such file') },
      ],
    });
  });

  it('reads 200 mixed files to the same fleet, whatever order they were made in', async () => {
    const files = Array.from({ length: 200 }, (_, index): [string, string] => {
      const name = `s${String(index).padStart(3, '0')}`;
      if (index % 4 === 0)
        return [`services/${name}.ts`, `export default { name: '${name}', image: 'a:${index}' };`];
      if (index % 4 === 1) return [`services/sub${index % 3}/${name}.yaml`, knative(name)];
      if (index % 4 === 2) return [`services/${name}.yml`, `${deployment(name)}---\n${knative(`${name}-b`)}`];
      return [
        `services/${name}.json`,
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }),
      ];
    });
    const [first, turned] = await Promise.all([
      loaded(Object.fromEntries(files)),
      loaded(Object.fromEntries([...files].reverse())),
    ]);
    expect(first.services).toHaveLength(50);
    expect(first.manifests).toHaveLength(200);
    expect(JSON.stringify(turned)).toBe(JSON.stringify(first));
  });

  it('belongs to the file of the fleet, and joins the mappings that this one lists', async () => {
    const fleet = await loaded(
      { 'apps/one.yaml': knative('one', 'default') },
      "services: 'apps', domainMappings: [{ name: 'www.example.com', service: 'one' }]",
    );
    expect(fleet.manifests.map(({ source }) => source)).toEqual(['apps/one.yaml:1']);
    expect(fleet.sources.domainMappings).toEqual(['domainMappings[0]']);
  });
});

describe('a folder that cannot be read', () => {
  it('is refused when it is not there, is a file, or holds nothing', async () => {
    expect(await refusal({})).toMatchObject({
      code: 'services.not-found',
      problems: [{ where: 'services', value: './services', allowed: 'a folder beside fleet.config.ts' }],
      action: expect.stringContaining('services'),
    });
    expect(await refusal({ services: 'a file' })).toMatchObject({
      code: 'services.not-found',
      message: 'the services are in no folder',
    });
    expect(await refusal({ 'services/.hidden.yaml': '', 'services/README.md': '' })).toMatchObject({
      code: 'services.empty',
    });
  });

  it('names every file with its line and what is wrong, at once and without a stack trace', async () => {
    const error = await refusal({
      'services/a.yaml': `${deployment('fine')}---\nkind: Service\n  metadata: [\n`,
      'services/b.ts': "\nexport const a: number = 1;\nexport const b = {\n  name 'b',\n};\n",
      'services/c.ts': [
        'interface Given {',
        '  name: string;',
        '}',
        'const given = undefined as unknown as Given;',
        '',
        'export default { name: given.name };',
      ].join('\n'),
      'services/d.ts': "// first\nimport { x } from './nowhere.ts';\nexport default x;\n",
      'services/e.ts': 'export type Nothing = 1;\n',
      'services/f.yaml': '# only a comment\n',
      'services/g.ts': 'export default [];\n',
      'services/h.ts': "throw 'no error';\n",
    });
    expect(error.code).toBe('services.unreadable');
    expect(error.problems.map(({ where }) => where)).toEqual([
      'services/a.yaml:6',
      'services/b.ts:4',
      'services/c.ts:6',
      'services/d.ts:2',
      'services/e.ts',
      'services/f.yaml',
      'services/g.ts',
      'services/h.ts',
    ]);
    const values = error.problems.map(({ found }) => String(found));
    expect(values[1]).toBe('Unexpected token, expected ","');
    expect(values[2]).toBe("Cannot read properties of undefined (reading 'name')");
    expect(values[3]).toBe("Cannot find module './nowhere.ts'");
    expect(values.slice(4)).toEqual(['no export', 'no object', 'empty lists', 'no error']);
    for (const value of values) expect(value).not.toMatch(/\n|\bat /);
  });

  it('names exports and documents that are no services, and tells no values', async () => {
    const error = await refusal({
      'services/a.ts': `export const port = 8080; export const token = { password: 'hunter2' };
        export const f = () => 1; export const list = [[{ name: 1, image: 'x' }]];`,
      'services/b.yaml': '- a\n- b\n---\nname: typed\nimage: app:1\n',
    });
    expect(error.code).toBe('fleet.invalid');
    expect(error.problems.map(({ where, value, found }) => [where, found ?? value])).toEqual([
      ['services/a.ts: f', 'a function'],
      ['services/a.ts: list[0][0].name', 1],
      ['services/a.ts: port', 'a number'],
      ['services/a.ts: token', 'something with password'],
      ['services/b.yaml:1', 'a list of 2'],
      ['services/b.yaml:4 apiVersion', undefined],
      ['services/b.yaml:4 kind', undefined],
      ['services/b.yaml:4 metadata', undefined],
    ]);
    expect(JSON.stringify(error.problems)).not.toContain('hunter2');
  });

  it('is judged together with the file of the fleet', async () => {
    const wrong = "services: './services', domain: 'x'";
    const places = async (files: Readonly<Record<string, string>>, more = wrong) => {
      const { code, problems } = await refusal(files, more);
      return [code, ...problems.map(({ where }) => where)];
    };
    const twice = `${deployment('plain')}---\n${deployment('plain')}`;
    expect(await places({ 'services/a.yaml': deployment('plain') })).toEqual(['fleet.invalid', 'domain']);
    expect(await places({ 'services/a.yaml': twice })).toEqual([
      'fleet.invalid',
      'domain',
      'services/a.yaml:8 metadata.name',
    ]);
    expect(await places({ 'services/a.yaml': 'a: [', 'services/b.ts': '\nfail();' })).toEqual([
      'fleet.invalid',
      'domain',
      'services/a.yaml:1',
      'services/b.ts:2',
    ]);
    expect(await places({})).toEqual(['fleet.invalid', 'domain', 'services']);
  });

  it('refuses what stands twice, with both places', async () => {
    const error = await refusal({
      'services/a.ts': "export const one = { name: 'one', namespace: 'shop', image: 'a' };",
      'services/b.yaml': `${knative('one')}---\n${deployment('plain')}`,
      'services/c/d.yaml': `\n${deployment('plain')}`,
    });
    expect(error.problems).toEqual([
      {
        where: 'services/b.yaml:4 metadata.name',
        value: 'one',
        allowed: 'each object once: Service shop/one stands at services/a.ts: one already',
      },
      {
        where: 'services/c/d.yaml:4 metadata.name',
        value: 'plain',
        allowed: 'each object once: Deployment shop/plain stands at services/b.yaml:12 already',
      },
    ]);
  });
});
