import { describe, expect, it } from 'vitest';
import { serviceProblems } from '../../../constructs/service/index.ts';
import { domainMappings, history, services } from '../../../examples/shop/index.ts';

describe('the shop', () => {
  it('holds valid services only', () => {
    for (const service of [...history, ...services])
      expect(serviceProblems(service), service.name).toEqual([]);
  });

  it('has every kind of service that a cutover must carry over', () => {
    const kinds = {
      'at zero': services.filter(({ scaling }) => scaling?.initial === 0),
      warm: services.filter(({ scaling }) => (scaling?.min ?? 0) >= 2),
      split: services.filter(({ traffic }) => traffic?.some(({ percent }) => percent === 90)),
      tagged: services.filter(({ traffic }) => traffic?.some(({ tag }) => tag !== undefined)),
      'one at a time': services.filter(({ containerConcurrency }) => containerConcurrency === 1),
      slow: services.filter(({ env }) => Number(env?.ANSWER_MS) >= 500),
      mapped: domainMappings,
    };
    for (const [kind, found] of Object.entries(kinds)) expect(found.length, kind).toBeGreaterThan(0);
    expect(services.length).toBeGreaterThanOrEqual(7);
  });

  it('has a template for each revision that a split names, the older ones in the history', () => {
    const made = [...history, ...services].map(
      ({ namespace, revisionName }) => `${namespace}/${revisionName}`,
    );
    for (const { namespace, traffic } of services)
      for (const { revision } of traffic ?? []) expect(made).toContain(`${namespace}/${revision}`);
    // An earlier version belongs to a service that is still there.
    const names = services.map(({ name }) => name);
    for (const { name } of history) expect(names).toContain(name);
  });
});
