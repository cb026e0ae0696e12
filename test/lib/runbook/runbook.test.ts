import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderRunbook } from '../../../lib/runbook/index.ts';
import { quoted } from '../../../lib/runbook/shell.ts';
import { arn, regions, sampleLocator, samplePlan } from './sample-plan.ts';

const text = renderRunbook(samplePlan(), sampleLocator());

/** Section title → its blocks of shell code. */
function blocksOf(page: string): Map<string, string[]> {
  const [, ...sections] = page.split(/^## \d+\. /m);
  return new Map(sections.map((section) => [section.split('\n')[0] ?? '', blocksIn(section)]));
}

/** The blocks of shell code, each up to a fence as long as its own. */
const blocksIn = (page: string): string[] =>
  [...page.matchAll(/^(`{3,})sh\n([\s\S]*?)\n\1$/gm)].map(([, , code]) => code ?? '');

/**
 * Runs commands in a real shell whose tools only note how they were called, in the order of the calls. `answers`: what a
 * tool prints for an argument that it is given.
 */
function callsOf(code: string, answers: Readonly<Record<string, string>> = {}): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-runbook-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const cases = Object.entries(answers).map(
    ([part, answer]) => `*${quoted(part)}*) printf %s ${quoted(answer)};;`,
  );
  const tool = [
    '#!/bin/sh',
    `printf '%s\\0' "\${0##*/}" "$@" >> ${quoted(join(folder, 'calls'))}`,
    `printf '\\036' >> ${quoted(join(folder, 'calls'))}`,
    `case "$*" in ${cases.join(' ')} *) ;; esac`,
  ].join('\n');
  for (const name of ['aws', 'kubectl', 'curl', 'zeroshift'])
    writeFileSync(join(folder, name), tool, { mode: 0o755 });
  const { status, stderr } = spawnSync('bash', ['--norc', '-eu', '-c', code], {
    cwd: folder,
    env: { PATH: `${folder}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  const calls = join(folder, 'calls');
  if (!existsSync(calls)) return [];
  return readFileSync(calls, 'utf8')
    .split('\u001e')
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

describe('a runbook', () => {
  const sections = blocksOf(text);

  it('has a section with commands for every step of every region', () => {
    expect([...sections.keys()]).toEqual(samplePlan().steps.map(({ id }) => id));
    for (const [step, blocks] of sections) expect(blocks.length, step).toBeGreaterThan(0);
  });

  it('is shell that a shell can read, with nothing left to fill in', () => {
    for (const [step, blocks] of sections)
      for (const code of blocks) {
        execFileSync('bash', ['-n', '-c', code]);
        execFileSync('sh', ['-n', '-c', code]);
        expect(code, step).not.toMatch(/undefined|\bNAME\b(?!:)|ENTRANCE|TODO/);
      }
  });

  it('writes whole groups: the right weights for ours, everything as it was for others, and the undo is the start', () => {
    for (const region of regions)
      for (const [share, blue, green] of [
        [0.5, 199, 1],
        [25, 75, 25],
        [100, 0, 100],
      ]) {
        const [shift = '', , undo = ''] = sections.get(`${region}/shift-${share}`) ?? [];
        const [call = []] = callsOf(shift);
        expect(call.slice(0, 7)).toEqual([
          'aws',
          'globalaccelerator',
          'update-endpoint-group',
          '--region',
          'us-west-2',
          '--endpoint-group-arn',
          arn.group(region),
        ]);
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
        const [back = [], restart = []] = callsOf(undo);
        expect(writtenBy(back)).toEqual(group(255, 0));
        expect(restart.join(' ')).toMatch(/kubectl .*shop.*green.* rollout restart/);
      }
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
    for (const [step, blocks] of sections)
      for (const line of blocks.join('\n').split('\n'))
        if (line.includes('kubectl '))
          expect(line, step).toMatch(
            step.startsWith('eu-west-1')
              ? /--kubeconfig '(blue|green)\.kubeconfig' --context 'shop-\1'/
              : /kubectl --context 'shop-us-east-1-(blue|green)'/,
          );
  });

  it('asks every host through the new entrance, with TLS where there is no plain port', () => {
    const urls = (region: string) =>
      callsOf(sections.get(`${region}/verify`)?.[1] ?? '').map((call) => call.slice(-3));
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
    const [note = '', raise = '', , undo = ''] = sections.get('eu-west-1/floors') ?? [];
    const calls = callsOf(`${note}\n${raise}\n${undo}`, {
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
    const [note = '', raise = ''] = sections.get('eu-west-1/floors') ?? [];
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
    const blocks = sections.get('eu-west-1/hand-over') ?? [];
    expect(blocks).toHaveLength(5);
    const changes = (code: string): string[] =>
      callsOf(code, {
        'shop-blue -n shop get cronjob/report -o jsonpath={.spec.suspend}': 'false',
        'shop-blue -n shop get deployment/worker': '3',
        'shop-blue -n shop get cronjob/report -o jsonpath={.status.lastScheduleTime}': '2026-11-24T06:00:00Z',
      })
        .filter((call) => call.includes('patch') || call.includes('scale'))
        .map((call) => call.slice(4).join(' '));
    const [note = '', ...rest] = blocks;
    expect(changes([note, ...rest].join('\n'))).toEqual([
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
      if (line.startsWith('aws globalaccelerator'))
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
    const keep = /^(kind|apiVersion|from|to|weight|share)$/;
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

  it.each(hostile)('%j breaks out of nothing, wherever it stands', (value) => {
    const locator = poisoned(sampleLocator(), value);
    const page = renderRunbook(poisoned(samplePlan(), value), locator);
    const blocks = blocksIn(page);
    const calls = callsOf(`${blocks.join('\n')}\n[ ! -e broken ]`);
    expect(calls.flat().some((word) => word.includes(value))).toBe(true);
    const harmless = callsOf(blocksIn(text).join('\n'));
    expect(calls.map(([tool]) => tool)).toEqual(harmless.map(([tool]) => tool));
    // Outside of code nothing is a code block or a heading of its own.
    expect(page.match(/^#+ /gm)?.length).toBe(text.match(/^#+ /gm)?.length);
    expect(blocks.length).toBe(blocksIn(text).length);
  });
});
