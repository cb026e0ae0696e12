import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderRunbook } from '../../../lib/runbook/index.ts';
import { quoted } from '../../../lib/runbook/shell.ts';
import { type PageSection, readPage } from '../../helpers/runbook-page.ts';
import { arn, regions, sampleLocator, samplePlan } from './sample-plan.ts';

const text = renderRunbook(samplePlan(), sampleLocator());

/** Title of a step → its blocks of shell code, and those of its undo. */
function stepsOf(page: string): Map<string, { readonly does: string[]; readonly undo: string[] }> {
  const sections = readPage(page);
  const commands = (section: PageSection | undefined): string[] =>
    (section?.blocks ?? []).map((block) => block.commands);
  return new Map(
    sections.flatMap((section, index) => {
      const [, title] = /^\d+\. (.*)$/.exec(section.title) ?? [];
      if (title === undefined) return [];
      const next = sections[index + 1];
      return [[title, { does: commands(section), undo: next?.title === 'Undo' ? commands(next) : [] }]];
    }),
  );
}

/** All blocks; the way back comes after what it takes back. */
function blocksIn(page: string): string[] {
  const sections = readPage(page);
  const isBack = ({ title }: PageSection): boolean => title === 'Going back';
  return [...sections.filter((one) => !isBack(one)), ...sections.filter(isBack)].flatMap(({ blocks }) =>
    blocks.map(({ commands }) => commands),
  );
}

/** What the tools answer, so that whoever waits for something sees it. */
const answered = {
  'describe-accelerator': 'DEPLOYED\n',
  'describe-target-groups': 'group\n',
  'app=3scale-kourier-gateway': 'gateway-1',
  'proxy/stats/prometheus':
    'envoy_http_downstream_rq_xx{a="ingress_http"} 7\nenvoy_http_downstream_cx_total{a="ingress_http"} 7\n',
};

/**
 * Runs commands in a real shell whose tools only note how they were called, in the order of the calls. `answers`: what a
 * tool prints for an argument that it is given.
 */
function callsOf(code: string, given: Readonly<Record<string, string>> = {}): string[][] {
  const answers = { ...given, ...answered };
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-runbook-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const cases = Object.entries(answers).map(
    ([part, answer]) => `*${quoted(part)}*) printf %s ${quoted(answer)};;`,
  );
  const tool = [
    '#!/bin/sh',
    // One write for a call: two of a pipe are noted at the same time.
    `printf '%s\\0' "\${0##*/}" "$@" "$(printf '\\036')" >> ${quoted(join(folder, 'calls'))}`,
    // Of two looks at a target one finds it well.
    `case "$*" in *describe-target-health*) echo x >> ${quoted(join(folder, 'health'))}; [ $(($(wc -l < ${quoted(join(folder, 'health'))}) % 2)) = 0 ] && echo healthy || echo unhealthy;; esac`,
    `case "$*" in ${cases.join(' ')} *) ;; esac`,
  ].join('\n');
  for (const name of ['aws', 'kubectl', 'curl', 'zeroshift'])
    writeFileSync(join(folder, name), tool, { mode: 0o755 });
  // Time passes at once: what is watched for an hour is over at the second look.
  writeFileSync(join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(
    join(folder, 'date'),
    `#!/bin/sh\necho x >> ${quoted(join(folder, 'looks'))}\necho $(( $(wc -l < ${quoted(join(folder, 'looks'))}) * 100000 ))\n`,
    { mode: 0o755 },
  );
  // A page is longer than an argument may be.
  const page = join(folder, 'page');
  writeFileSync(page, `${code}\n:`);
  const { status, stderr } = spawnSync('bash', ['--norc', '-u', page], {
    timeout: 60_000,
    cwd: folder,
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  const calls = join(folder, 'calls');
  if (!existsSync(calls)) return [];
  return readFileSync(calls, 'utf8')
    .split('\u001e\0')
    .slice(0, -1)
    .map((call) => call.split('\0').slice(0, -1));
}

/** The endpoint set that an `update-endpoint-group` writes, by id. */
function writtenBy(call: readonly string[]): Record<string, Record<string, unknown>> {
  const from = call.indexOf('--endpoint-configurations') + 1;
  return Object.fromEntries(
    call.slice(from).map((word) => {
      const { EndpointId, ...rest } = JSON.parse(word) as Record<string, unknown>;
      return [String(EndpointId), rest];
    }),
  );
}

const isChange = (call: readonly string[]): boolean => call.includes('update-endpoint-group');

describe('a runbook', () => {
  const steps = stepsOf(text);
  const stepOf = (title: string) => steps.get(title) ?? { does: [], undo: [] };

  it('has a section with commands for every step of every region, and an undo where something is changed', () => {
    expect([...steps.keys()]).toEqual(samplePlan().steps.map(({ id }) => id));
    for (const [step, { does, undo }] of steps) {
      expect(does.length, step).toBeGreaterThan(0);
      if (/floors|shift|hand-over/.test(step)) expect(undo.length, step).toBeGreaterThan(0);
    }
  });

  it('is shell that a shell can read, with nothing left to fill in', () => {
    for (const shell of ['bash', 'sh']) execFileSync(shell, ['-n'], { input: blocksIn(text).join('\n') });
    for (const code of blocksIn(text))
      expect(code).not.toMatch(/undefined|\bNAME\b(?!:)|ENTRANCE|TODO|^\s*zeroshift /m);
  });

  it('writes whole groups: the right weights for ours, everything as it was for others, and the undo is the start', () => {
    for (const region of regions)
      for (const [share, blue, green] of [
        [0.5, 199, 1],
        [25, 75, 25],
        [100, 0, 100],
      ]) {
        const { does, undo } = stepOf(`${region}/shift-${share}`);
        const [call = [], ...more] = callsOf(does.join('\n')).filter(isChange);
        expect(more).toEqual([]);
        expect(call).toEqual(
          expect.arrayContaining(['us-west-2', '--endpoint-group-arn', arn.group(region)]),
        );
        const foreign =
          region === 'us-east-1'
            ? {
                [arn.foreign]: {
                  Weight: 7,
                  ClientIPPreservationEnabled: true,
                  AttachmentArn: 'arn:aws:globalaccelerator::999988887777:attachment/77',
                },
              }
            : {};
        const group = (blueWeight: unknown, greenWeight: unknown) => ({
          [arn.entrance(region, 'blue')]: { Weight: blueWeight, ClientIPPreservationEnabled: true },
          [arn.entrance(region, 'green')]: { Weight: greenWeight, ClientIPPreservationEnabled: false },
          ...foreign,
        });
        expect(writtenBy(call)).toEqual(group(blue, green));
        const calls = callsOf(undo.join('\n'));
        expect(calls.filter(isChange).map(writtenBy)).toEqual([group(255, 0)]);
        // The way back waits for nothing.
        expect(calls.findIndex(isChange)).toBe(0);
        expect(calls.some((call) => /kubectl .*shop.*green.* rollout restart/.test(call.join(' ')))).toBe(
          true,
        );
      }
  });

  it('says before each shift which weights must be there: those of the shift before, others included', () => {
    const expected = (title: string): string =>
      readPage(text).find((section) => section.title.endsWith(title))?.blocks[0]?.expected?.text ?? '';
    const lines = (blue: number, green: number) =>
      `${arn.entrance('us-east-1', 'blue')}\t${blue}\n${arn.entrance('us-east-1', 'green')}\t${green}`;
    expect(expected('us-east-1/shift-0.5')).toBe(`${arn.foreign}\t7\n${lines(255, 0)}`);
    expect(expected('us-east-1/shift-25')).toBe(`${arn.foreign}\t7\n${lines(199, 1)}`);
    expect(expected('us-east-1/shift-100')).toBe(`${arn.foreign}\t7\n${lines(75, 25)}`);
  });

  it('goes back in one piece: new flows of every region before anything else', () => {
    const back = readPage(text).find(({ title }) => title === 'Going back');
    const calls = callsOf(
      (back?.blocks ?? [])
        .slice(0, 3)
        .map(({ commands }) => commands)
        .join('\n'),
    );
    expect(calls.slice(0, 2).map((call) => call[call.indexOf('--endpoint-group-arn') + 1])).toEqual(
      regions.map(arn.group),
    );
    for (const call of calls.slice(0, 2))
      expect(writtenBy(call)[arn.entrance('us-east-1', 'green')] ?? { Weight: 0 }).toMatchObject({
        Weight: 0,
      });
  });

  it('reaches each cluster by its own context, and makes one where the locator has none', () => {
    const once = /^```sh\n([\s\S]*?)\n```$/m.exec(text.split('## What moves')[0] ?? '')?.[1] ?? '';
    expect(callsOf(once).map((call) => call.slice(0, 9))).toEqual(
      ['blue', 'green'].map((colour) => [
        'aws',
        'eks',
        'update-kubeconfig',
        '--region',
        'us-east-1',
        '--name',
        `shop-${colour}`,
        '--alias',
        `shop-us-east-1-${colour}`,
      ]),
    );
    for (const [step, { does, undo }] of steps)
      for (const line of [...does, ...undo].join('\n').split('\n'))
        if (/kubectl --/.test(line))
          expect(line, step).toMatch(
            step.startsWith('eu-west-1')
              ? /--kubeconfig '(blue|green)\.kubeconfig' --context 'shop-\1'/
              : /kubectl --context 'shop-us-east-1-(blue|green)'/,
          );
  });

  it('asks every host through the new entrance, with TLS where there is no plain port', () => {
    const urls = (region: string) =>
      callsOf(stepOf(`${region}/verify`).does.at(-1) ?? '').map((call) => call.slice(-3));
    expect(urls('eu-west-1')).toEqual([
      ['--connect-to', '::10.0.0.1:80', 'http://front.shop.example.com/'],
      ['--connect-to', '::10.0.0.1:80', 'http://www.example.com/'],
      ['--connect-to', '::10.0.0.1:80', 'http://cart.shop.example.com/'],
    ]);
    expect(urls('us-east-1')[0]).toEqual([
      '--connect-to',
      '::10.0.0.1:443',
      'https://front.shop.example.com/',
    ]);
  });

  it('raises the floors of what runs, on the twin by its own name, and puts them back', () => {
    const { does, undo } = stepOf('eu-west-1/floors');
    const [note = '', raise = ''] = does;
    const calls = callsOf(`${note}\n${raise}\n${note}\n${undo[0]}`, {
      'PODS:.status': 'shop front front-00007 40\nshop front front-00006 3\nshop cart cart-00001 <none>\n',
      'shop-blue get revisions -A --no-headers':
        'shop front-00007 2\nshop front-00006 <none>\nshop cart-00001 <none>\n',
      'shop-green get revisions -A --no-headers': 'shop front-00001 1\n',
      'shop-blue -n shop get ksvc front': 'front-00007',
      'shop-green -n shop get ksvc front': 'front-00001',
    });
    const annotated = calls
      .filter((call) => call.includes('annotate'))
      .map((call) => [call[4], ...call.slice(-3, -1)].join(' '));
    const floor = 'autoscaling.knative.dev/min-scale';
    expect(annotated).toEqual([
      `shop-blue front-00007 ${floor}=40`,
      `shop-green front-00001 ${floor}=40`,
      `shop-blue front-00006 ${floor}=3`,
      `shop-green front-00006 ${floor}=3`,
      `shop-blue front-00007 ${floor}=2`,
      `shop-blue front-00006 ${floor}-`,
      `shop-blue cart-00001 ${floor}-`,
      `shop-green front-00001 ${floor}=1`,
    ]);
  });

  it('finds the twin of a revision by its name where the target has it', () => {
    const [note = '', raise = ''] = stepOf('eu-west-1/floors').does;
    const calls = callsOf(`${note}\n${raise}`, {
      'PODS:.status': 'shop front front-00007 40\n',
      'shop-green -n shop get revision front-00007': 'revision.serving.knative.dev/front-00007',
      'shop-blue -n shop get ksvc front': 'front-00007',
      'shop-green -n shop get ksvc front': 'front-00009',
    });
    const floored = calls
      .filter((call) => call.includes('annotate'))
      .map((call) => [call[4], ...call.slice(-3, -2)]);
    expect(floored).toEqual([
      ['shop-blue', 'front-00007'],
      ['shop-green', 'front-00007'],
    ]);
  });

  it('hands singletons over with what they were, tells a schedule of its last run, and takes them back', () => {
    const { does, undo } = stepOf('eu-west-1/hand-over');
    const changes = (code: string): string[] =>
      callsOf(code, {
        'shop-blue -n shop get cronjob/report -o jsonpath={.spec.suspend}': 'false',
        'shop-blue -n shop get deployment/worker': '3',
        'shop-blue -n shop get cronjob/report -o jsonpath={.status.lastScheduleTime}': '2026-11-24T06:00:00Z',
      })
        .filter((call) => call.includes('patch') || call.includes('scale'))
        .map((call) => call.slice(4).join(' '));
    expect(changes([...does, ...undo].join('\n'))).toEqual([
      'shop-blue -n shop patch cronjob/report --type merge -p {"spec":{"suspend":true}}',
      'shop-blue -n shop scale deployment/worker --replicas=0',
      'shop-green -n shop patch cronjob/report --subresource status --type merge -p {"status":{"lastScheduleTime":"2026-11-24T06:00:00Z"}}',
      'shop-green -n shop patch cronjob/report --type merge -p {"spec":{"suspend":false}}',
      'shop-green -n shop scale deployment/worker --replicas=3',
      'shop-green -n shop patch cronjob/report --type merge -p {"spec":{"suspend":true}}',
      'shop-green -n shop scale deployment/worker --replicas=0',
      'shop-blue -n shop patch cronjob/report --type merge -p {"spec":{"suspend":false}}',
      'shop-blue -n shop scale deployment/worker --replicas=3',
    ]);
  });

  it('names the control plane of a rehearsal in every command of aws', () => {
    const locator = sampleLocator();
    const page = renderRunbook(samplePlan(), {
      ...locator,
      accelerator: { ...locator.accelerator, controlPlane: 'http://127.0.0.1:4711' },
    });
    for (const line of page.split('\n'))
      if (line.includes('aws globalaccelerator') && line.includes('--region'))
        expect(line).toContain("--endpoint-url 'http://127.0.0.1:4711'");
  });
});

describe('a hostile value', () => {
  const hostile = [
    `'; touch broken; '`,
    '$(touch broken)',
    '`touch broken`',
    '"; touch broken; "',
    '\\',
    '\ntouch broken\n',
    '\n```\ntouch broken\n```\n```sh\ntouch broken\n',
    '--help',
    '$HOME$IFS*',
  ];

  it.each(hostile)('%j is one word of a shell', (value) => {
    expect(execFileSync('bash', ['-c', `printf %s ${quoted(value)}`], { encoding: 'utf8' })).toBe(value);
    expect(execFileSync('sh', ['-c', `printf %s ${quoted(value)}`], { encoding: 'utf8' })).toBe(value);
  });

  /** Every name and address with something hostile in it, in the shape that they have. */
  const poisoned = <T>(value: T, poison: string): T => {
    // Colours, numbers and lengths of time are read, never printed as they are.
    const keep = /^(kind|apiVersion|from|to|weight|share|bake|hold|drainQuiet|latencyFloor)$/;
    const through = (part: unknown, key = ''): unknown => {
      if (typeof part === 'string') return keep.test(key) ? part : `${part}${poison}`;
      if (Array.isArray(part)) return part.map((one) => through(one));
      if (typeof part !== 'object' || part === null) return part;
      return Object.fromEntries(
        Object.entries(part).map(([name, one]) => [
          key === 'weights' ? `${name}${poison}` : name,
          through(one, name),
        ]),
      );
    };
    return through(value) as T;
  };

  // One region has all that can be hostile; every block of it is run.
  const small = samplePlan({
    regions: samplePlan().regions.slice(1),
    steps: samplePlan().steps.filter(({ id }) => /^us-east-1.(?!shift-(0|100))/.test(id)),
  });
  const plainPage = renderRunbook(small, sampleLocator());

  it.each(hostile)(
    '%j breaks out of nothing, wherever it stands',
    (value) => {
      const page = renderRunbook(poisoned(small, value), poisoned(sampleLocator(), value));
      const blocks = blocksIn(page);
      const calls = callsOf(`${blocks.join('\n')}\n[ ! -e broken ] || exit 1`);
      expect(calls.flat().some((word) => word.includes(value))).toBe(true);
      const harmless = callsOf(blocksIn(plainPage).join('\n'));
      expect(calls.map(([tool]) => tool)).toEqual(harmless.map(([tool]) => tool));
      // Outside of code nothing is a code block or a heading of its own.
      expect(page.match(/^#+ /gm)?.length).toBe(plainPage.match(/^#+ /gm)?.length);
      expect(blocks.length).toBe(blocksIn(plainPage).length);
    },
    90_000,
  );
});
