import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? filesBelow(path) : path.endsWith('.ts') ? [path] : [];
  });

const sources = ['bin', 'lib', 'constructs', 'charts'].flatMap(filesBelow);

interface Import {
  readonly file: string;
  /** Path from the root for a file of ours, else the package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const importPattern =
  /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

const importsOf = (file: string): Import[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map(([, type, named, bare, lazy]) => {
    const target = named ?? bare ?? lazy ?? '';
    return {
      file,
      target: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
      typeOnly: type !== undefined,
    };
  });

const all = sources.flatMap(importsOf);

/** Everything that a file brings to run, directly or through others. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  for (const { target, typeOnly } of importsOf(file)) {
    if (typeOnly || seen.has(target)) continue;
    seen.add(target);
    if (target.endsWith('.ts')) reached(target, seen);
  }
  return seen;
}

const effects = [
  /^node:(fs|net|http|https|tls|dgram|child_process|worker_threads|os|timers)/,
  /^(undici|yaml|jiti)$/,
  /^@aws-sdk\//,
  /^@kubernetes\//,
];

const pureCutover = [
  'decide.ts',
  'evolve.ts',
  'gates.ts',
  'invariants.ts',
  'plan.ts',
  'state.ts',
  'commands.ts',
  'journal-event.ts',
  'capacity/capacity-plan.ts',
  ...readdirSync(join(root, 'lib/cutover/gates')).map((name) => `gates/${name}`),
].map((name) => `lib/cutover/${name}`);

const adapters = [
  'lib/traffic/global-accelerator.ts',
  'lib/clusters/kubernetes.ts',
  'lib/metrics/gateway-stats.ts',
  'lib/metrics/prober.ts',
  'lib/metrics/cloudwatch.ts',
  'lib/metrics/own-gates.ts',
  'lib/metrics/prometheus.ts',
  'lib/metrics/prometheus-gateways.ts',
];

const says = (imports: readonly Import[]): string[] =>
  imports.map(({ file, target }) => `${file} → ${target}`);

describe('who may know whom', () => {
  it('finds the imports that there are', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(all.filter(({ target }) => target.endsWith('.ts')).length).toBeGreaterThan(300);
    expect(reached('lib/cutover/decide.ts').has('lib/cutover/gates.ts')).toBe(true);
  });

  it.each([
    ...pureCutover,
    ...sources.filter(
      (file) => /^lib\/(autoscaling|validation)\//.test(file) || file.startsWith('constructs/'),
    ),
  ])('%s brings no effects', (file) => {
    expect([...reached(file)].filter((target) => effects.some((effect) => effect.test(target)))).toEqual([]);
  });

  it('constructs, autoscaling and validation know no fleet', () => {
    const rooms = all.filter(({ file }) => /^(constructs\/|lib\/(autoscaling|validation)\/)/.test(file));
    expect(
      says(rooms.filter(({ target }) => target.startsWith('lib/fleet/') || target.startsWith('charts/'))),
    ).toEqual([]);
  });

  it('only the command, the rehearsal and bin know adapters', () => {
    const doors = ['lib/traffic/index.ts', 'lib/clusters/index.ts', 'lib/metrics/index.ts'];
    const users = all.filter(
      ({ file, target, typeOnly }) =>
        !typeOnly &&
        (adapters.includes(target) || doors.includes(target)) &&
        !/^(lib\/(cli|rehearsal)|bin)\//.test(file) &&
        dirname(file) !== dirname(target),
    );
    expect(says(users)).toEqual([]);
  });

  it('nobody but bin knows the command line', () => {
    expect(
      says(
        all.filter(({ file, target }) => target.startsWith('lib/cli/') && !/^(lib\/cli|bin)\//.test(file)),
      ),
    ).toEqual([]);
  });

  it('the cdk is imported by submodule, and only by the stacks and the app', () => {
    const cdk = all.filter(({ target }) => target.startsWith('aws-cdk-lib'));
    expect(says(cdk.filter(({ target }) => target === 'aws-cdk-lib'))).toEqual([]);
    expect(says(cdk.filter(({ file }) => !/^(lib\/stacks|bin)\//.test(file)))).toEqual([]);
  });

  it('every room has a door that says what belongs in it', () => {
    const rooms = ['lib', 'constructs'].flatMap((parent) =>
      readdirSync(join(root, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(parent, name)),
    );
    const without = [...rooms, 'charts'].filter((room) => {
      const door = join(room, 'index.ts');
      return !sources.includes(door) || !/^(\/\*\*|\/\/)/.test(readFileSync(join(root, door), 'utf8'));
    });
    expect(without).toEqual([]);
  });

  it('no file is longer than 400 lines, data aside', () => {
    const data = /releases\/|config-keys|resources\.ts$|registration-handler|generated/;
    const long = sources
      .filter((file) => !data.test(file))
      .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });
});
