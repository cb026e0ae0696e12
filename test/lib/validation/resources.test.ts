import { describe, expect, it } from 'vitest';
import { serviceProblems } from '../../../constructs/service/index.ts';
import type { KnativeServiceProps } from '../../../constructs/service/service-props.ts';
import { validateService } from '../../../lib/validation/index.ts';

const said = (props: object, serving?: object) =>
  serviceProblems({ name: 'web', image: 'app:1', ...props } as KnativeServiceProps, serving).map(
    ({ where, allowed }) => `${where}: ${allowed}`,
  );
const wheres = (props: object, serving?: object) => said(props, serving).map((line) => line.split(': ')[0]);

describe('the resources of a container', () => {
  it('are those that Kubernetes knows, and devices by name and domain', () => {
    const requests = { cpu: '1', memory: '64Mi', 'ephemeral-storage': '1Gi' };
    const held = { 'nvidia.com/gpu': '1', 'hugepages-2Mi': '64Mi' };
    expect(said({ resources: { requests: { ...requests, ...held }, limits: held } })).toEqual([]);
    expect(said({ resources: { limits: held } })).toEqual([]);
    expect(said({ resources: { requests: { cpu: '1', memry: '64Mi' } } })).toEqual([
      expect.stringMatching(/^resources\.requests\.memry: .*did you mean memory\?$/),
    ]);
    const wrong = {
      storage: '1Gi',
      gpu: '1',
      'hugepages-': '1Mi',
      'Nvidia com/gpu': '1',
      'requests.a.b/c': '1',
    };
    expect(wheres({ initContainers: [{ name: 'b', image: 'app:1', resources: { limits: wrong } }] })).toEqual(
      Object.keys(wrong).map((name) => `initContainers[0].resources.limits.${name}`),
    );
  });

  it('are limited to what is requested where nobody may use more', () => {
    const gpu = (amount: string) => ({ 'nvidia.com/gpu': amount });
    expect(said({ resources: { requests: gpu('1') } })).toEqual([
      'resources.limits.nvidia.com/gpu: 1, as requested: nobody may use more of it',
    ]);
    expect(wheres({ resources: { requests: gpu('1'), limits: gpu('2') } })).toEqual([
      'resources.requests.nvidia.com/gpu',
    ]);
  });
});

describe("scaling by Kubernetes' autoscaler", () => {
  const byCpu = { scaling: { class: 'hpa', metric: 'cpu', target: 80 } };
  const cpu = { resources: { requests: { cpu: '100m' } } };

  it('by CPU needs a request in every container, the colour’s own among them', () => {
    expect(wheres(byCpu)).toEqual(['resources.requests.cpu']);
    // CPU is what the class measures where nothing else is said.
    expect(wheres({ scaling: { class: 'hpa' } })).toEqual(['resources.requests.cpu']);
    expect(wheres({ ...byCpu, resources: { requests: { memory: '1Gi' } } })).toEqual([
      'resources.requests.cpu',
    ]);
    for (const resources of [cpu.resources, { limits: { cpu: '1' } }])
      expect(said({ ...byCpu, resources })).toEqual([]);
    for (const key of ['revision-cpu-request', 'revision-cpu-limit'])
      expect(said(byCpu, { defaults: { [key]: '100m' } })).toEqual([]);
    const containers = [
      { name: 'a', image: 'app:1', port: 8080, ...cpu },
      { name: 'b', image: 'app:1' },
    ];
    expect(wheres({ ...byCpu, image: undefined, containers })).toEqual([
      'containers[1].resources.requests.cpu',
    ]);
  });

  it('by the class of the colour, too', () => {
    const autoscaler = { 'pod-autoscaler-class': 'hpa.autoscaling.knative.dev' };
    const service = {
      metadata: { name: 'a' },
      spec: { template: { spec: { containers: [{ image: 'app:1' }] } } },
    };
    expect(validateService(service, { autoscaler }).map(({ code }) => code)).toEqual(['resources.scaling']);
    expect(validateService(service)).toEqual([]);
  });

  it('by memory or a metric needs a target, and no request: they are amounts', () => {
    for (const metric of ['memory', 'queue_length']) {
      expect(said({ scaling: { class: 'hpa', metric, target: 80 } })).toEqual([]);
      expect(wheres({ ...cpu, scaling: { class: 'hpa', metric } })).toEqual(['scaling.target']);
    }
  });
});
