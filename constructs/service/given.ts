type Given<T> = { [P in keyof T]?: Exclude<T[P], undefined> };

/** The fields that were given: manifests say nothing of the others. */
export const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
