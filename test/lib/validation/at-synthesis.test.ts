import { describe, expect, it } from 'vitest';
import { validateService } from '../../../lib/validation/index.ts';

const image = 'ghcr.io/team/app:1.0';
const features = {
  'kubernetes.podspec-init-containers': 'enabled',
  'kubernetes.podspec-volumes-emptydir': 'enabled',
};

const fields = (spec: object, config: Parameters<typeof validateService>[1] = { features }) =>
  validateService({ metadata: { name: 'a' }, spec: { template: { spec } } }, config).map(
    ({ field, code }) => `${field.replace('spec.template.spec.', '')} ${code}`,
  );

describe('a service with init containers', () => {
  const volumes = [{ name: 'work', emptyDir: {} }];
  const volumeMounts = [{ name: 'work', mountPath: '/work' }];

  it('is told of each container by its own list, however alike the mistakes are', () => {
    expect(fields({ containers: [{ image }], initContainers: [{ image, name: 'b' }] })).toEqual([]);
    expect(
      fields({
        containers: [{ image: '', env: [{ name: 'K_SERVICE' }] }],
        initContainers: [{ image: '', name: 'b', env: [{ name: 'K_SERVICE' }] }],
      }),
    ).toEqual([
      'containers[0].env[0].name env.reserved',
      'containers[0].image container.image',
      'initContainers[0].env[0].name env.reserved',
      'initContainers[0].image container.image',
    ]);
  });

  it('may be the only one that mounts a volume, and may not be named like another', () => {
    const init = { image, name: 'b', volumeMounts };
    expect(fields({ volumes, containers: [{ image }], initContainers: [init] })).toEqual([]);
    expect(fields({ volumes, containers: [{ image }], initContainers: [{ image, name: 'b' }] })).toEqual([
      'volumes[0].name volume.unmounted',
    ]);
    expect(fields({ containers: [{ image, name: 'b' }], initContainers: [{ image, name: 'b' }] })).toEqual([
      'initContainers[0].name container.name',
    ]);
  });
});

describe('a feature that is off', () => {
  it('is told at the field that needs it, also where the webhook names none', () => {
    const off = { features: {} };
    expect(fields({ containers: [{ image }], initContainers: [{ image, name: 'b' }] }, off)).toEqual([
      'initContainers feature.off',
    ]);
    const claim = { name: 'v', persistentVolumeClaim: { claimName: 'c' } };
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const reading = { features: { 'kubernetes.podspec-persistent-volume-claim': 'enabled' } };
    expect(fields({ volumes: [claim], containers: [{ image, volumeMounts }] }, reading)).toEqual([
      'volumes[0].persistentVolumeClaim.readOnly feature.off',
    ]);
  });
});
