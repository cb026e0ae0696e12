import { describe, expect, it } from 'vitest';
import { defineFleet, type FleetInput, isFleet } from '../../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';

const colour = { kubernetes: '1.34', knative: '1.23.0' };
const least: FleetInput = {
  name: 'shop',
  domain: 'shop.example.com',
  regions: [{ name: 'eu-west-1', account: '111111111111', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: { blue: colour, green: colour },
};

const problemsOf = (input: unknown) => {
  try {
    defineFleet(input as FleetInput);
  } catch (error) {
    if (error instanceof ZeroshiftError) return error.problems;
    throw error;
  }
  return [];
};

describe('defineFleet', () => {
  it('fills in every default and freezes the whole', () => {
    const fleet = defineFleet(least);
    expect(isFleet(fleet)).toBe(true);
    expect(isFleet({ ...fleet })).toBe(false);
    expect(fleet.entrance.ports).toEqual([80, 443]);
    expect(fleet.cutover.steps).toEqual([5, 25, 50, 100]);
    expect(fleet.cutover.bake.toString()).toBe('5m');
    expect(fleet.regions[0]?.network).toEqual({ cidr: '10.0.0.0/16' });
    expect(() => {
      (fleet.cutover.gates as { minSamples: number }).minSamples = 0;
    }).toThrow(TypeError);
  });

  it('reports all mistakes at once, each with path, value and what is allowed', () => {
    const found = problemsOf({
      ...least,
      name: 'Shop!',
      regions: [{ name: 'eu-west-1', account: 1, availabilityZones: ['a'] }],
      colours: { blue: { ...colour, kubernetes: 1.34 }, green: { knative: '1.23.0' } },
      cutover: { steps: [50, 25], bake: 'soon', gates: { minSucessRate: 1 } },
    });
    const byPath = Object.fromEntries(found.map((problem) => [problem.where, problem]));
    expect(Object.keys(byPath).sort()).toEqual([
      'colours.blue.kubernetes',
      'colours.green.kubernetes',
      'cutover.bake',
      'cutover.gates.minSucessRate',
      'cutover.steps',
      'name',
      'regions[0].account',
      'regions[0].availabilityZones',
    ]);
    expect(byPath.name).toMatchObject({ value: 'Shop!' });
    expect(byPath['cutover.bake']).toMatchObject({ value: 'soon', allowed: expect.stringContaining('30s') });
    expect(byPath['cutover.gates.minSucessRate']?.allowed).toContain('did you mean "minSuccessRate"');
    expect(byPath['colours.green.kubernetes']?.allowed).toContain('1.34');
  });

  it('refuses what contradicts itself', () => {
    expect(
      problemsOf({
        ...least,
        colours: { blue: { ...colour, existing: { 'us-east-1': { clusterName: 'old' } } }, green: colour },
        services: [
          { name: 'a', image: 'x' },
          { name: 'a', image: 'y' },
        ],
        domainMappings: [{ name: 'www.example.com', service: 'b' }],
        cutover: { bake: '10m', patience: '5m' },
      }).map(({ where }) => where),
    ).toEqual([
      'colours.blue.existing.us-east-1',
      'cutover.patience',
      'services[1].name',
      'domainMappings[0].service',
    ]);
  });

  it('refuses zones of another region, and one zone twice', () => {
    const region = { name: 'eu-west-1', account: '111111111111' };
    const found = (...availabilityZones: string[]) =>
      problemsOf({ ...least, regions: [{ ...region, availabilityZones }] }).map(
        ({ where, value, allowed }) => [where, value, allowed],
      );
    expect(found('eu-west-1a', 'eu-west-1-abc-1b')).toEqual([]);
    expect(found('us-east-1a', 'us-east-1a', 'eu-west-1b')).toEqual([
      ['regions[0].availabilityZones[0]', 'us-east-1a', 'a zone of eu-west-1, such as eu-west-1a'],
      ['regions[0].availabilityZones[1]', 'us-east-1a', 'a zone of eu-west-1, such as eu-west-1a'],
    ]);
    expect(found('eu-west-1a', 'eu-west-1b', 'eu-west-1a')).toEqual([
      ['regions[0].availabilityZones[2]', 'eu-west-1a', 'each zone once'],
    ]);
    expect(found('eu-west-1', 'eu-west-12').map(([where]) => where)).toHaveLength(2);
  });

  it.each([
    ['bake', '25d', 'at most 24d'],
    ['hold', '99999999999d', 'at most 24d'],
    ['patience', '577h', 'at most 24d'],
    ['deployTimeout', '25h', 'at most 1d'],
    ['readyTimeout', `${'9'.repeat(400)}d`, 'at most 1d'],
  ])('refuses a %s of %s', (field, value, allowed) => {
    expect(problemsOf({ ...least, cutover: { [field]: value } })).toMatchObject([
      { where: `cutover.${field}`, value, allowed },
    ]);
  });

  it('tells what contradicts itself together with what is wrong elsewhere', () => {
    const found = problemsOf({
      ...least,
      name: 'Shop!',
      regions: [{ ...least.regions[0], availabilityZones: ['us-east-1a', 'eu-west-1b'] }],
      entrance: { idleTimeout: '1s' },
      cutover: { bake: '10m', patience: '5m' },
      services: [7, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a/b' } }],
    });
    expect(found.map(({ where }) => where)).toEqual([
      'name',
      'entrance.idleTimeout',
      'regions[0].availabilityZones[0]',
      'cutover.patience',
      'services[0]',
      'services[1].metadata.name',
    ]);
    const twice = { name: 'a', image: 'x' };
    expect(problemsOf({ ...least, domain: 'x', services: [twice, twice] }).map(({ where }) => where)).toEqual(
      ['domain', 'services[1].name'],
    );
  });

  it('says in words what a thing is, and which fields it lacks', () => {
    const found = problemsOf({ ...least, colours: { green: 7 }, domainMappings: 7, services: [() => 1] });
    expect(found.map(({ where, value, found, allowed }) => [where, found ?? value, allowed])).toEqual([
      ['colours.blue', undefined, 'an object: { kubernetes, knative, serving?, ingress?, existing? }'],
      ['colours.green', 7, 'an object: { kubernetes, knative, serving?, ingress?, existing? }'],
      ['domainMappings', 7, 'a list'],
      ['services[0]', 'a function', expect.stringContaining('a service')],
    ]);
  });

  it('keeps the name of a folder of services, and lets nobody take it for a fleet without any', () => {
    const fleet = defineFleet({ ...least, services: './services' });
    expect(isFleet(fleet)).toBe(true);
    expect(fleet.entrance.ports).toEqual([80, 443]);
    for (const use of [
      () => fleet.services,
      () => fleet.manifests,
      () => fleet.domainMappings,
      () => ({ ...fleet }),
      () => JSON.stringify(fleet),
    ])
      expect(use).toThrow(
        expect.objectContaining({
          code: 'fleet.services-unread',
          problems: [expect.objectContaining({ where: 'services', value: './services' })],
          action: expect.stringContaining('loadFleet'),
        }),
      );
    expect(problemsOf({ ...least, services: '', domain: 'x' }).map(({ where }) => where)).toEqual([
      'domain',
      'services',
    ]);
    expect(problemsOf({ ...least, services: 7 })).toMatchObject([
      { where: 'services', value: 7, allowed: expect.stringContaining('the name of a folder') },
    ]);
  });

  it.each([undefined, null, 7, 'fleet', []])('answers %j with a problem, not with a stack trace', (input) => {
    expect(problemsOf(input).length).toBeGreaterThan(0);
  });
});
