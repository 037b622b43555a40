import type { KubeProxyConfigurationInput } from './input.ts'
import type { ProxySettings } from './settings.ts'

const SECOND = 1_000_000_000
const HOUR = 3_600 * SECOND

/** Processors of every node: they decide only how many connections conntrack may hold. */
const PROCESSORS = 4

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
  const { conntrack } = configuration
  const sysctls = new Map<string, number>()
  const setTimeout = (path: string, nanoseconds: number): void => {
    // zero leaves what the system has
    if (nanoseconds > 0) sysctls.set(path, Math.trunc(nanoseconds / SECOND))
  }
  setTimeout('netfilter.nf_conntrack_tcp_timeout_established', conntrack?.tcpEstablishedTimeout ?? 24 * HOUR)
  setTimeout('netfilter.nf_conntrack_tcp_timeout_close_wait', conntrack?.tcpCloseWaitTimeout ?? HOUR)
  setTimeout('netfilter.nf_conntrack_udp_timeout', conntrack?.udpTimeout ?? 0)
  setTimeout('netfilter.nf_conntrack_udp_timeout_stream', conntrack?.udpStreamTimeout ?? 0)
  const perCore = conntrack?.maxPerCore ?? 32_768
  if (perCore > 0) sysctls.set('netfilter.nf_conntrack_max', Math.max(PROCESSORS * perCore, conntrack?.min ?? 131_072))
  if (conntrack?.tcpBeLiberal === true) sysctls.set('netfilter.nf_conntrack_tcp_be_liberal', 1)
  if (settings.localhostNodePorts) sysctls.set('ipv4.conf.all.route_localnet', 1)
  return sysctls
}
