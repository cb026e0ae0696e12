import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whole processes over the same manifests, in milliseconds. */
export interface ValidationFigures {
  /** The median. */
  readonly milliseconds: number;
  readonly services: number;
  readonly runs: number;
}

const service = (index: number): string => `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: service-${index}
  namespace: shop
  labels:
    team: cart
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/min-scale: '1'
        autoscaling.knative.dev/max-scale: '10'
    spec:
      containers:
        - image: ghcr.io/team/app:1.0
          ports:
            - containerPort: 8080
          env:
            - name: MODE
              value: fast
            - name: TOKEN
              valueFrom:
                secretKeyRef:
                  name: cart
                  key: token
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
          readinessProbe:
            httpGet:
              path: /ready
      timeoutSeconds: 60
  traffic:
    - latestRevision: true
      percent: 100
`;

/** Starts `zeroshift validate` on one file of services. @throws Error when a service is refused */
export function measureValidation(command: string, services = 1000, runs = 7): ValidationFigures {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
  try {
    const file = join(folder, 'services.yaml');
    writeFileSync(file, Array.from({ length: services }, (_, index) => service(index)).join('---\n'));
    const times = Array.from({ length: runs + 1 }, () => {
      const began = performance.now();
      const { status } = spawnSync(process.execPath, [command, 'validate', '-f', file, '--json'], {
        stdio: 'ignore',
      });
      if (status !== 0) throw new Error(`validate ended with ${status}`);
      return performance.now() - began;
    });
    // The first only warms the file cache.
    const sorted = times.slice(1).sort((a, b) => a - b);
    return { milliseconds: sorted[runs >> 1] ?? 0, services, runs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
