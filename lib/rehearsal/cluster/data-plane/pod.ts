import { probeHttp } from '../../probe-http.ts';
import type { PodSpec, RunningPod } from '../data-plane.ts';
import { startQueueProxy } from './queue-proxy.ts';
import type { DataPlaneTimings } from './timings.ts';
import { sleep } from './wait.ts';
import { type FaultState, startApp } from './worker-app.ts';

export interface ManagedPod extends RunningPod {
  /** SIGKILL. */
  destroy(): Promise<void>;
}

/** How often a starting container is probed. */
const probeEveryMs = 50;

export function startPod(
  spec: PodSpec,
  timings: DataPlaneTimings,
  fault: Readonly<FaultState>,
  onGone: () => void,
): ManagedPod {
  const killed = new AbortController();
  const app = startApp(spec, fault);
  let appReady = false;
  const proxy = startQueueProxy({
    spec,
    appPort: () => app.server.port,
    isAppReady: () => appReady,
    connectTimeoutMs: timings.connectTimeoutMs,
  });
  let stopping: Promise<void> | undefined;

  const becomeReady = async (): Promise<void> => {
    await Promise.all([app.server.listening, proxy.server.listening]);
    while ((await probeHttp(app.server.address, '/', 1000, 'kube-probe/1.34')) !== 200) {
      await sleep(probeEveryMs, killed.signal);
      if (killed.signal.aborted || stopping !== undefined) return new Promise(() => undefined);
    }
    appReady = true;
  };
  const ready = becomeReady();
  ready.catch(() => undefined);

  const destroy = async (): Promise<void> => {
    killed.abort();
    await Promise.all([proxy.destroy(), app.server.destroy()]);
    onGone();
  };
  const stop = async (graceMs: number): Promise<void> => {
    const kill = setTimeout(() => void destroy(), graceMs);
    await proxy.drain(timings.quietPeriodMs, killed.signal);
    await app.stop(killed.signal);
    clearTimeout(kill);
    await destroy();
  };

  return {
    get address() {
      return proxy.server.address;
    },
    ready,
    scrape: () => proxy.direct.report(performance.now()),
    stop(graceMs) {
      stopping ??= stop(graceMs);
      return stopping;
    },
    destroy,
  };
}
