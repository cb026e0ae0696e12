import type { ServingSurroundings, Settings } from './settings.ts';

/** `config-autoscaler` against itself, and against what is installed. */
export function checkScaling(autoscaler: Settings, around: ServingSurroundings): void {
  const { number, bool, said, refuse } = autoscaler;
  const most = number('max-scale');
  if (most > 0 && number('initial-scale') > most)
    refuse(said('initial-scale') ? 'initial-scale' : 'max-scale', scaleRule(autoscaler, most));
  if (!bool('enable-scale-to-zero')) {
    if (number('initial-scale') === 0)
      refuse('initial-scale', '1 or more: enable-scale-to-zero is false, so every service keeps a pod');
    for (const key of ['scale-to-zero-grace-period', 'scale-to-zero-pod-retention-period'])
      if (said(key)) refuse(key, 'nothing: enable-scale-to-zero is false, so it is ignored');
  }
  if (
    autoscaler.text('pod-autoscaler-class').trim() === 'hpa.autoscaling.knative.dev' &&
    around.hpaAutoscaler === false
  )
    refuse('pod-autoscaler-class', 'another class, or an installed hpaAutoscaler: nothing scales without it');
}

const scaleRule = (autoscaler: Settings, most: number): string =>
  autoscaler.said('initial-scale')
    ? `at most max-scale, ${most}`
    : `at least initial-scale, ${autoscaler.text('initial-scale')}`;
