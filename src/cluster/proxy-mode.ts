import type { ClusterObjects } from '../kubernetes/index.ts'
import { UnsupportedError } from '../packet/errors.ts'

/**
 * Whoever asks for kube-proxy's rules must not get those of a mode that it does not run in.
 *
 * @throws UnsupportedError for ipvs, nftables, kernelspace, and what no kube-proxy knows
 */
export function requireIptablesMode({ kubeProxy }: Pick<ClusterObjects, 'kubeProxy'>): void {
  const mode = kubeProxy?.mode ?? 'iptables'
  if (mode === 'iptables') return
  throw new UnsupportedError(`kube-proxy’s mode ${mode}`, {
    where: { field: 'KubeProxyConfiguration mode' },
    hint: 'its rules are those of mode iptables',
  })
}
