/**
 * An entrance on one machine: what an NLB of layer 4 does for one colour, on loopback. What belongs here: its listeners,
 * the targets behind them with their health, and the flows between. Who the targets are is told by whoever starts it.
 */
export { type Entrance, type EntranceProps, type ManagedEntrance, startEntrance } from './entrance.ts';
export type { CheckSetting, EntranceTarget, HealthCheck, TargetState, Targets } from './targets.ts';
