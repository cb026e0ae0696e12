import type { KubeObject } from '../../clusters/cluster-port.ts';

export interface ObjectAddress {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Who owns whom, by uid. */
export class Ownership {
  readonly #addresses = new Map<string, ObjectAddress>();
  readonly #children = new Map<string, Set<string>>();

  put(resource: string, object: KubeObject, old: KubeObject | undefined): void {
    const { uid, namespace, name } = object.metadata;
    if (uid === undefined) return;
    this.#addresses.set(uid, { resource, namespace, name });
    if (old !== undefined && old.metadata.ownerReferences === object.metadata.ownerReferences) return;
    if (old !== undefined) this.#unlink(old);
    for (const owner of object.metadata.ownerReferences ?? []) {
      const children = this.#children.get(owner.uid) ?? new Set();
      this.#children.set(owner.uid, children.add(uid));
    }
  }

  remove(object: KubeObject): void {
    if (object.metadata.uid === undefined) return;
    this.#addresses.delete(object.metadata.uid);
    this.#unlink(object);
  }

  exists(uid: string): boolean {
    return this.#addresses.has(uid);
  }

  locate(uid: string): ObjectAddress | undefined {
    return this.#addresses.get(uid);
  }

  childrenOf(uid: string | undefined): ObjectAddress[] {
    const children = uid === undefined ? undefined : this.#children.get(uid);
    if (children === undefined) return [];
    return [...children].flatMap((child) => this.#addresses.get(child) ?? []);
  }

  #unlink(object: KubeObject): void {
    for (const owner of object.metadata.ownerReferences ?? []) {
      const children = this.#children.get(owner.uid);
      children?.delete(object.metadata.uid ?? '');
      if (children?.size === 0) this.#children.delete(owner.uid);
    }
  }
}
