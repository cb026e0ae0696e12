import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../lib/cli/index.ts';
import { sampleLocator, samplePlan } from '../runbook/sample-plan.ts';

let folder: string;
const file = (name: string): string => join(folder, name);
/** Argument lists name files of the folder as `@name`. */
const inFolder = (argv: readonly string[]): string[] =>
  argv.map((word) => (word.startsWith('@') ? file(word.slice(1)) : word));

const region = `{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }`;
const fleet = `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com', regions: [${region}],
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [{ name: 'hello', image: 'app:1' }],
});`;

// The loader makes a copy of its own of a file that it loads by a path, as of a package that is installed.
const foreign = `import { ZeroshiftError } from '${resolve(import.meta.dirname, '../../../lib/messages/error.ts')}';
const refuse = (): never => {
  throw new ZeroshiftError('the canary is no split', {
    code: 'traffic.invalid', source: 'user', problems: [{ where: 'percent', value: 101, allowed: 'at most 100' }],
  });
};`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeroshift-main-'));
  const locator = sampleLocator();
  const plan = samplePlan();
  const files: Record<string, string> = {
    'fleet.ts': fleet,
    'syntax.ts': fleet.replace('regions:', 'regions'),
    'throws.ts': `throw new Error('boom');`,
    'no-default.ts': `export const shop = 1;`,
    'cyclic.ts': `const shop: any = {}; shop.shop = shop; export default shop;`,
    'mistakes.ts': fleet.replace("'shop'", "'Shop!'").replace("'1.23.0'", "'one'"),
    'missing-import.ts': `import './nothing.ts'; ${fleet}`,
    'rejects.ts': `export default Promise.reject(new Error('no answer'));`,
    'exits.ts': `const leave = true;\nif (leave) process.exit(7);\nexport default {};`,
    'typo.ts': fleet.replaceAll('defineFleet', 'defineFlet'),
    'helper.ts': `export const hello = () => 1;\n`,
    'typo-below.ts': `import { hellp } from './helper.ts';\n\nexport default hellp();\n`,
    'canary.ts': `${foreign}\nrefuse();\n`,
    'helped.ts': `import './canary.ts';\n${fleet}`,
    'project/fleet.config.ts': fleet.replace(/services: .*/, "services: './services',"),
    'project/services/s.ts': `${foreign}\nexport const s = refuse();`,
    'project/services/t.ts': `\nthrow new Error('boom');`,
    'locator.json': JSON.stringify(locator),
    'other.json': JSON.stringify({ ...locator, fleet: 'other' }),
    'half.json': JSON.stringify({ ...locator, accelerator: undefined }),
    'broken.json': '{',
    'changed-plan.json': JSON.stringify({ ...plan, to: 'blue' }),
    'other-plan.json': JSON.stringify(samplePlan({ fleet: 'other' })),
    'no-plan.json': '{"kind":"CutoverPlan"}',
    'used/report.html': '',
  };
  mkdirSync(file('used'));
  mkdirSync(file('project/services'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(file(name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let printed: { out: string; err: string };
beforeEach(() => {
  printed = { out: '', err: '' };
  for (const [stream, key] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      printed[key] += String(chunk);
      return true;
    });
});

const zeroshift = async (...argv: string[]) => {
  const exit = await main(inFolder(argv), '1.2.3');
  return { exit, ...printed };
};

const live = ['--fleet', '@fleet.ts', '--locator', '@locator.json', '--state', '@state'];

describe.each<[string[], number, string, RegExp]>([
  // What the command line itself cannot be.
  [['stats'], 2, 'usage', /unknown command 'stats'[\s\S]*did you mean status\?/],
  [['status', '--jsn'], 2, 'usage', /unknown option '--jsn'[\s\S]*did you mean --json\?/],
  [['status', 'now'], 2, 'usage', /too many arguments/],
  [['status', '--fleet'], 2, 'usage', /argument missing/],
  [['--no-color', 'status'], 2, 'usage', /options come after the command/],
  [['help', 'stats'], 2, 'usage', /unknown command 'stats'/],
  [['rehearse', '--seed', '1.5'], 2, 'usage.seed', /"1\.5" was given; allowed: a whole number/],
  [['rehearse', '--seed', '-1'], 2, 'usage.seed', /"-1" was given/],
  [['rehearse', '--seed', '99999999999999999999'], 2, 'usage.seed', /was given/],
  [['rehearse', '--fault', 'bad-gren'], 2, 'usage.fault', /bad-gren[\s\S]*did you mean bad-green\?/],
  [['plan', '--to', 'purple', ...live], 2, 'usage.colour', /"purple" was given; allowed: blue or green/],
  // The fleet.
  [['status', '--fleet', '@none.ts'], 2, 'fleet.not-found', /--fleet: ".*none\.ts" was given/],
  [['status', '--fleet', '@syntax.ts'], 2, 'fleet.unreadable', /cannot be loaded/],
  [['status', '--fleet', '@throws.ts'], 2, 'fleet.unreadable', /boom/],
  [['status', '--fleet', '@missing-import.ts'], 2, 'fleet.unreadable', /nothing\.ts/],
  [['status', '--fleet', '@no-default.ts'], 2, 'fleet.no-default', /export default defineFleet/],
  [['status', '--fleet', '@cyclic.ts'], 2, 'fleet.no-default', /export default defineFleet/],
  [
    ['synth', '--fleet', '@mistakes.ts'],
    2,
    'fleet.invalid',
    /name: "Shop!" was given[\s\S]*colours\.green\.knative/,
  ],
  [['rehearse', '--fleet', '@none.ts'], 2, 'fleet.not-found', /none\.ts/],
  [
    ['status', '--fleet', '@rejects.ts'],
    2,
    'fleet.unreadable',
    /rejects\.ts:1[\s\S]*to do: mend .*rejects\.ts:1/,
  ],
  [
    ['status', '--fleet', '@exits.ts'],
    2,
    'fleet.unreadable',
    /it calls process\.exit\(7\)[\s\S]*exits\.ts:2"/,
  ],
  [
    ['status', '--fleet', '@typo.ts'],
    2,
    'fleet.unreadable',
    /zeroshift\/fleet has no defineFlet; did you mean defineFleet\?[\s\S]*typo\.ts:2"/,
  ],
  [
    ['status', '--fleet', '@typo-below.ts'],
    2,
    'fleet.unreadable',
    /\.\/helper\.ts has no hellp; did you mean hello\?[\s\S]*typo-below\.ts:3"/,
  ],
  // Another copy of the package refuses.
  [
    ['status', '--fleet', '@canary.ts'],
    2,
    'traffic.invalid',
    /canary is no split[\s\S]*canary\.ts:3 percent: 101 was given; allowed: at most 100/,
  ],
  [['status', '--fleet', '@helped.ts'], 2, 'traffic.invalid', /canary\.ts:3 percent: 101 was given/],
  [
    ['status', '--fleet', '@project/fleet.config.ts'],
    2,
    'services.unreadable',
    /services\/s\.ts:3 percent: 101 was given; allowed: at most 100[\s\S]*services\/t\.ts:2: boom;/,
  ],
  // The locator.
  [['status', '--fleet', '@fleet.ts', '--locator', '@none.json'], 2, 'locator.not-found', /none\.json/],
  [['status', '--fleet', '@fleet.ts', '--locator', '@broken.json'], 2, 'locator.invalid', /not JSON/],
  [['status', '--fleet', '@fleet.ts', '--locator', '@half.json'], 2, 'locator.invalid', /accelerator/],
  [
    ['status', '--fleet', '@fleet.ts', '--locator', '@other.json'],
    2,
    'locator.other-fleet',
    /"other" was given/,
  ],
  // The plan.
  [['cutover', '@none.json', ...live], 2, 'plan.not-found', /none\.json/],
  [['cutover', '@broken.json', ...live], 2, 'plan.invalid', /not JSON/],
  [['cutover', '@no-plan.json', ...live], 2, 'plan.invalid', /not a cutover plan/],
  [['cutover', '@changed-plan.json', ...live], 7, 'plan.changed', /make a new one/],
  [['cutover', '@other-plan.json', ...live], 2, 'plan.other-fleet', /"other" was given; allowed: shop/],
  [['cutover', ...live], 2, 'plan.none', /zeroshift plan/],
  [['rollback', ...live], 2, 'plan.none', /zeroshift plan/],
  [['finalize', ...live], 2, 'plan.none', /zeroshift plan/],
  // The folders.
  [['rehearse', '--fleet', '@fleet.ts', '--out', '@used'], 2, 'rehearsal.folder-used', /name another folder/],
  [
    ['rehearse', '--fleet', '@fleet.ts', '--out', '@fleet.ts'],
    2,
    'rehearsal.no-folder',
    /--out: ".*fleet\.ts" was given/,
  ],
  [
    ['rehearse', '--fleet', '@fleet.ts', '--out', '@fleet.ts/below'],
    2,
    'rehearsal.no-folder',
    /not a directory/,
  ],
  [
    ['synth', '--fleet', '@fleet.ts', '--out', '@fleet.ts'],
    2,
    'synth.no-folder',
    /a file is in the way[\s\S]*--out: ".*fleet\.ts" was given[\s\S]*to do: /,
  ],
  [
    ['synth', '--fleet', '@fleet.ts', '--out', '@fleet.ts/below'],
    2,
    'synth.no-folder',
    /a file is in the way/,
  ],
  [['synth', '--fleet', '@fleet.ts', '--out', ''], 2, 'synth.no-folder', /--out: "" was given/],
  [['status', '--fleet', '@used'], 2, 'fleet.not-found', /is no file[\s\S]*--fleet: ".*used" was given/],
  [['status', '--fleet', '@project'], 2, 'fleet.not-found', /to do: .*--fleet .*project\/fleet\.config\.ts/],
])('zeroshift %j', (argv, exit, code, text) => {
  it(`exits with ${exit} and says what to do, on standard error, without a stack trace`, async () => {
    const result = await zeroshift(...argv);
    expect(result.exit).toBe(exit);
    expect(result.out).toBe('');
    expect(result.err).toContain(`[${code}]`);
    expect(result.err).toMatch(text);
    expect(result.err).not.toMatch(/^\s+at .*[:(]/m);
  });

  it('says the same with --json, as one event on standard output', async () => {
    const [verb = '', ...rest] = argv;
    const asked = verb === 'help' ? [verb, ...rest, '--json'] : [verb, '--json', ...rest];
    const { exit: same, out, err } = await zeroshift(...asked);
    expect([same, err]).toEqual([exit, '']);
    const [line = '', ...more] = out.trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({ event: 'error.failed', level: 'error', code });
  });
});

describe('what is no mistake', () => {
  it.each([[['--help']], [['help']], [['status', '--help']], [['help', 'rehearse']]])(
    '%j shows the help',
    async (argv) => {
      const { exit, out, err } = await zeroshift(...argv);
      expect([exit, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: zeroshift/);
    },
  );

  it('--version says it', async () => {
    expect(await zeroshift('--version')).toEqual({ exit: 0, out: '1.2.3\n', err: '' });
  });
});

it('without a command the help is shown, and the exit code says that nothing was done', async () => {
  const { exit, out, err } = await zeroshift();
  expect([exit, out]).toEqual([2, '']);
  expect(err).toMatch(/^Usage: zeroshift[\s\S]*rehearse[\s\S]*finalize[\s\S]*no command was given/);
});

it('an accelerator that does not answer is no mistake of the user: exit 1, and what to do', async () => {
  const { accelerator, ...rest } = sampleLocator();
  // Nobody listens on the port for discarding.
  const away = { ...rest, accelerator: { ...accelerator, controlPlane: 'http://127.0.0.1:9' } };
  writeFileSync(file('away.json'), JSON.stringify(away));
  const { exit, err } = await zeroshift('status', '--fleet', '@fleet.ts', '--locator', '@away.json');
  expect([exit, err]).toEqual([1, expect.stringMatching(/\[traffic\.unavailable\]\n +to do: /)]);
});
