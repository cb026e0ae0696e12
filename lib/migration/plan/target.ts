import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { Discovered, ServedResource } from '../../clusters/definition-port.ts';
import { type GroupKind, groupKindOf, keyText, type ObjectKey } from '../inventory/names.ts';

/** What is to be known of the target before a plan can be made. It holds no value of a Secret. */
export interface TargetState {
  /** Name (`keyText`) → the object as it is, read in the version that the source has it in. */
  readonly objects: Pick<ReadonlyMap<string, KubeObject>, 'get' | 'has'>;
  /** Names of those that hold all that is wanted of them, and of which `objects` has no more than that. @default - none */
  readonly same?: ReadonlySet<string>;
  /** Name → why it could not be read. */
  readonly unread: ReadonlyMap<string, string>;
  readonly discovered: Discovered;
  /** Config map of Knative's → what is in it. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Name of a Secret that both have → its keys whose values differ. */
  readonly differingKeys: ReadonlyMap<string, readonly string[]>;
}

export interface TargetRelease {
  /** Such as `1.23.0`. */
  readonly knative: string;
  /** The feature flags that it knows. */
  readonly features: readonly string[];
}

/** A target as the plan asks it. */
export class Target {
  readonly state: TargetState;
  readonly #kinds = new Map<GroupKind, ServedResource[]>();

  constructor(state: TargetState) {
    this.state = state;
    for (const resource of state.discovered.resources) {
      const kind = groupKindOf(resource);
      this.#kinds.set(kind, [...(this.#kinds.get(kind) ?? []), resource]);
    }
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.state.objects.get(keyText(key));
  }

  has(key: ObjectKey): boolean {
    return this.get(key) !== undefined;
  }

  /** Whether it is known to hold all that is wanted of it. */
  holds(key: ObjectKey): boolean {
    return this.state.same?.has(keyText(key)) === true;
  }

  /** In all versions. */
  servedAs(kind: GroupKind): readonly ServedResource[] {
    return this.#kinds.get(kind) ?? [];
  }

  setting(map: string, key: string): string | undefined {
    const data = this.state.settings.get(map);
    return data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
  }
}
