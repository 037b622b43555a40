import type { KubeProxyConfigurationInput } from './input.ts'
import type { ProxySettings } from './settings.ts'

/**
 * The sysctls below net. that kube-proxy sets when it starts, by their path with dots
 * (cmd/kube-proxy/app/server_linux.go `setupConntrack`, `NewProxier`; the defaults are those of
 * pkg/proxy/apis/config/v1alpha1/defaults.go). It leaves br_netfilter and ip_forward alone: those are for kubeadm's
 * checks and the CNI plugin.
 */
export function proxySysctls(
  settings: Pick<ProxySettings, 'localhostNodePorts'>,
  configuration: KubeProxyConfigurationInput = {},
): ReadonlyMap<string, number> {
  const sysctls = new Map<string, number>([
    // seconds: a day, an hour
    ['netfilter.nf_conntrack_tcp_timeout_established', 86_400],
    ['netfilter.nf_conntrack_tcp_timeout_close_wait', 3_600],
    // the smallest that it sets, up to four processors: 32 Ki for each
    ['netfilter.nf_conntrack_max', 131_072],
  ])
  if (configuration.conntrack?.tcpBeLiberal === true) sysctls.set('netfilter.nf_conntrack_tcp_be_liberal', 1)
  if (settings.localhostNodePorts) sysctls.set('ipv4.conf.all.route_localnet', 1)
  return sysctls
}
