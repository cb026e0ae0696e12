import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { KnativeServing, PostInstallJobs, release } from '../../../constructs/knative/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';

const jobs = (version: string, delivery?: 'create' | 'apply' | 'argo-cd'): KubeObject[] => {
  const chart = new Chart(new App(), 'jobs');
  new PostInstallJobs(chart, 'jobs', {
    release: release(version),
    ...(delivery === undefined ? {} : { delivery }),
  });
  return chart.toJson() as KubeObject[];
};

const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);

describe('the jobs after an installation', () => {
  it('have no name to be created, and one for each release to be applied', () => {
    expect(names(jobs('1.23.0'))).toEqual([undefined, undefined]);
    expect(jobs('1.23.0').map(({ metadata }) => metadata.generateName)).toEqual([
      'storage-version-migration-serving-',
      'cleanup-serving-',
    ]);
    for (const { metadata } of jobs('1.23.0', 'apply')) expect(metadata).not.toHaveProperty('generateName');
    const both = [...names(jobs('1.22.1', 'apply')), ...names(jobs('1.23.0', 'apply'))];
    expect(new Set(both).size).toBe(4);
  });

  it('are hooks after the sync for Argo CD, which replace the ones before', () => {
    for (const { metadata } of jobs('1.23.0', 'argo-cd'))
      expect(metadata.annotations).toEqual({
        'argocd.argoproj.io/hook': 'PostSync',
        'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
      });
    expect(names(jobs('1.23.0', 'argo-cd'))).toEqual(names(jobs('1.23.0', 'apply')));
  });
});

describe('the HPA autoscaler', () => {
  it('is installed only where it is asked for', () => {
    const deployments = (props: object) => {
      const chart = new Chart(new App(), 'serving');
      new KnativeServing(chart, 'serving', { release: '1.23.0', ...props });
      return (chart.toJson() as KubeObject[]).filter(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'autoscaler-hpa',
      );
    };
    expect(deployments({})).toEqual([]);
    expect(deployments({ hpaAutoscaler: { replicas: 2 } })).toMatchObject([
      { spec: { replicas: 2, template: { spec: { topologySpreadConstraints: [{}] } } } },
    ]);
  });
});
