import { Yaml } from 'cdk8s';

/**
 * The file's name. Of the three that kustomize knows, the one that `kubectl apply -f` of the folder does not take for a
 * manifest.
 */
export const kustomizationFile = 'Kustomization';

/** A kustomization of files or folders, which keeps their order: kustomize would else sort by kind. */
export const kustomization = (resources: readonly string[]): string =>
  Yaml.stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    sortOptions: { order: 'fifo' },
    resources: [...resources],
  });
