import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { completeService } from '../../../lib/validation/index.ts';

const service = (spec: object, name?: string): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { template: { ...(name === undefined ? {} : { metadata: { name } }), spec } },
});
const specOf = (object: KubeObject) => object.spec.template.spec;

describe('a Service whose template names its revision', () => {
  it('is written as the webhook would leave its containers, and nothing else of it', () => {
    const made = completeService(
      service(
        {
          containers: [
            {
              image: 'a',
              ports: [{ containerPort: 80 }],
              resources: { requests: { cpu: '1' } },
              volumeMounts: [
                { name: 'config', mountPath: '/c' },
                { name: 'scratch', mountPath: '/s' },
              ],
            },
            { image: 'b', readinessProbe: { periodSeconds: 5, grpc: { port: 1 } } },
          ],
          initContainers: [{ image: 'c' }],
          volumes: [
            { name: 'config', configMap: { name: 'x' } },
            { name: 'scratch', emptyDir: {} },
          ],
        },
        'cart-v1',
      ),
      {
        defaults: { 'revision-cpu-request': '250m', 'revision-memory-limit': '64Mi' },
        features: { 'secure-pod-defaults': 'Enabled' },
      },
    );
    const secure = {
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      runAsNonRoot: true,
    };
    const low = { ...secure, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } };
    const ordinary = { ...secure, capabilities: { drop: ['ALL'] } };
    expect(specOf(made)).toEqual({
      containers: [
        {
          name: 'user-container-0',
          image: 'a',
          ports: [{ containerPort: 80 }],
          resources: { requests: { cpu: '1' }, limits: { memory: '64Mi' } },
          readinessProbe: { tcpSocket: { port: 0 }, successThreshold: 1 },
          securityContext: low,
          volumeMounts: [
            { name: 'config', mountPath: '/c', readOnly: true },
            { name: 'scratch', mountPath: '/s' },
          ],
        },
        {
          name: 'user-container-1',
          image: 'b',
          readinessProbe: {
            periodSeconds: 5,
            grpc: { port: 1, service: '' },
            successThreshold: 1,
            failureThreshold: 3,
            timeoutSeconds: 1,
          },
          resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi' } },
          securityContext: ordinary,
        },
      ],
      initContainers: [{ name: 'init-container', image: 'c', securityContext: ordinary }],
      volumes: [
        { name: 'config', configMap: { name: 'x' } },
        { name: 'scratch', emptyDir: {} },
      ],
    });
  });

  it('is left as it is without a name, and once it is complete', () => {
    const plain = service({ containers: [{ image: 'a' }] });
    expect(completeService(plain, {})).toBe(plain);
    const once = completeService(service({ containers: [{ image: 'a' }] }, 'cart-v1'), {});
    expect(completeService(once, {})).toEqual(once);
    expect(specOf(once).containers).toEqual([
      {
        name: 'user-container',
        image: 'a',
        readinessProbe: { tcpSocket: { port: 0 }, successThreshold: 1 },
      },
    ]);
  });
});
