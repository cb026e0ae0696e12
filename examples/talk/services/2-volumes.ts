import type { KnativeServiceProps } from 'zeroshift/constructs/service';

/**
 * "Secrets and ConfigMaps are all the volumes there are": now a claim is read or written, a folder lives as long as the
 * pod, a driver mounts what is elsewhere, and several sources make one folder.
 */
export const catalog: KnativeServiceProps = {
  name: 'catalog',
  namespace: 'talk',
  image: 'ghcr.io/zeroshift-examples/talk-catalog:1.0',
  mounts: {
    '/data': 'pictures',
    '/uploads': 'uploads',
    '/tmp': 'scratch',
    '/secrets': 'vault',
    '/etc/catalog': 'settings',
  },
  volumes: {
    // The claims are a matter of the cluster: `ReadOnlyMany` and `ReadWriteMany`, for there may be many pods.
    pictures: { persistentVolumeClaim: 'pictures' },
    uploads: { persistentVolumeClaim: 'uploads', readOnly: false },
    scratch: { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    vault: {
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        attributes: { secretProviderClass: 'catalog' },
      },
    },
    settings: {
      projected: [
        { configMap: 'catalog' },
        { secret: 'catalog', items: { 'api-key': 'api.key' } },
        { serviceAccountToken: { path: 'token', audience: 'prices', expiration: '1h' } },
        { downwardApi: { labels: 'metadata.labels' } },
      ],
    },
  },
};
