import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-app-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The command of cdk.json, run as the CDK command line runs it, without an account. */
async function app(environment: Record<string, string>) {
  const cdk = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')) as {
    app: string;
    context: Record<string, unknown>;
  };
  const [command = '', ...args] = cdk.app.split(' ');
  const child = spawn(command, args, {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify(cdk.context),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, errors };
}

const fleetFile = async (name: string, domain: string, more = ''): Promise<string> => {
  const file = join(folder, name);
  await writeFile(
    file,
    `import { defineFleet } from 'zeroshift/fleet';
     export default defineFleet({
       name: 'shop',
       domain: ${JSON.stringify(domain)},
       regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
       colours: {
         blue: { kubernetes: '1.34', knative: '1.22.0' },
         green: { kubernetes: '1.35', knative: '1.23.0' },
       },
       ${more}
     });`,
  );
  return file;
};

describe('the CDK app', () => {
  it('synthesizes the stacks of the fleet it is pointed to', async () => {
    const outdir = join(folder, 'out');
    const fleet = await fleetFile('fleet.config.ts', 'shop.example.com');
    expect(await app({ ZEROSHIFT_FLEET: fleet, CDK_OUTDIR: outdir })).toEqual({ code: 0, errors: '' });
    const templates = (await readdir(outdir)).filter((file) => file.endsWith('.template.json'));
    expect(templates.map((file) => file.replace('.template.json', ''))).toEqual([
      'shop-accelerator',
      'shop-eu-west-1-blue',
      'shop-eu-west-1-green',
      'shop-eu-west-1-network',
      'shop-observability',
      'shop-operations',
    ]);
  });

  it('reads the folder of services, and gives a port of a plain one its target group', async () => {
    const outdir = join(folder, 'dual');
    const fleet = join(root, 'examples/dual-stack/fleet.config.ts');
    expect(await app({ ZEROSHIFT_FLEET: fleet, CDK_OUTDIR: outdir })).toEqual({ code: 0, errors: '' });
    const blue = await readFile(join(outdir, 'dual-eu-west-1-blue.template.json'), 'utf8');
    expect(blue).toContain('"Name": "dual-blue-1883"');
  });

  it('tells what cannot be read in the folder of services with its line, without a stack trace', async () => {
    const fleet = await fleetFile('broken.config.ts', 'shop.example.com', "services: './broken',");
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken/a.ts'), 'export const a = 1;\nexport default {\n');
    const { code, errors } = await app({ ZEROSHIFT_FLEET: fleet, CDK_OUTDIR: join(folder, 'broken-out') });
    expect(code).toBe(2);
    expect(errors).toContain('a file of services cannot be read [services.unreadable]');
    expect(errors).toMatch(/broken\/a\.ts:3: /);
    expect(errors).not.toMatch(/^\s+at /m);
  });

  it('tells a mistake in the fleet without a stack trace', async () => {
    const fleet = await fleetFile('wrong.config.ts', 'Not A Domain');
    const { code, errors } = await app({ ZEROSHIFT_FLEET: fleet, CDK_OUTDIR: join(folder, 'wrong') });
    expect(code).toBe(2);
    expect(errors).toMatch(
      /^the fleet has a mistake \[fleet\.invalid\]\n {2}domain: "Not A Domain" was given/,
    );
    expect(errors).not.toMatch(/^\s+at /m);
  });
});
