import type { PlannedSingleton } from './plan.ts';

/** `CronJob shop/report` */
export const singletonText = ({
  kind,
  namespace,
  name,
}: Pick<PlannedSingleton, 'kind' | 'namespace' | 'name'>): string => `${kind} ${namespace}/${name}`;
