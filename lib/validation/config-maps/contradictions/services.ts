import { checkRequests, type ServingSurroundings, type Settings } from './settings.ts';

/** `config-defaults` against itself, and against the activator: what would refuse or cut every service's requests. */
export function checkServiceDefaults(defaults: Settings, around: ServingSurroundings): void {
  const { number, bool, refuse } = defaults;
  const grace = around.activatorGracePeriod;
  if (grace !== undefined && number('max-revision-timeout-seconds') > grace)
    refuse(
      'max-revision-timeout-seconds',
      `at most ${grace}, the seconds that the activator has to finish requests; raise activator.terminationGracePeriod with it`,
    );
  if (number('revision-timeout-seconds') < 1)
    refuse('revision-timeout-seconds', '1 or more seconds: no request could be answered');
  for (const key of ['revision-response-start-timeout-seconds', 'revision-idle-timeout-seconds'])
    if (number(key) < 0) refuse(key, '0 or more seconds: every service would be refused');
  if (!bool('allow-container-concurrency-zero') && number('container-concurrency') === 0)
    refuse(
      defaults.said('container-concurrency') ? 'container-concurrency' : 'allow-container-concurrency-zero',
      'true, or a container-concurrency of 1 or more: every service that does not say one would be refused',
    );
  checkRequests(defaults, 'revision');
}

/** `config-features`: flags that do nothing without another. */
export function checkFeatures(features: Settings): void {
  for (const [flag, needed] of [
    ['kubernetes.podspec-persistent-volume-write', 'kubernetes.podspec-persistent-volume-claim'],
    ['multi-container-probing', 'multi-container'],
  ] as const)
    if (features.word(flag) === 'enabled' && features.word(needed) !== 'enabled')
      features.refuse(flag, `disabled, or ${needed} enabled too: it does nothing without it`);
}
