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
