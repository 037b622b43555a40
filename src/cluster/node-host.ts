import { Bridge } from '../bridge/index.ts'
import { type KubeProxyConfigurationInput, type ProxyHost, type ProxyRules, proxySysctls } from '../kubeproxy/index.ts'
import type { Tables } from '../netfilter/command/tables.ts'
import { NetworkNamespace } from '../netns/namespace.ts'
import { configureFlannel, flannelDeviceName, flannelMtu } from '../overlay/flannel.ts'
import { flannelRules } from '../overlay/flannel-rules.ts'
import { addressAt, IPV4_LOOPBACK, type Ipv4 } from '../packet/address.ts'
import type { Simulation } from '../sim/simulation.ts'
import { installSockets, type SocketLayer } from '../sockets/index.ts'
import { dockerRules } from './docker.ts'
import type { Fabric } from './fabric.ts'
import { kubeletRules } from './kubelet.ts'
import { nodeTables } from './node-tables.ts'
import type { ClusterOptions } from './options.ts'
import { type ClusterPlan, type NodePlan, randomMac } from './plan.ts'
import { withBroadcast } from './with-broadcast.ts'

/** A node: its namespace, and the bridge for its pods. */
export interface NodeHost {
  /** Its Node object is the one that `ClusterNetwork.update` was told last. */
  plan: NodePlan
  /** What its kube-proxy writes in a full sync. */
  proxy: ProxyRules
  readonly netns: NetworkNamespace
  readonly bridge: Bridge
  readonly sockets: SocketLayer
  /** MTU that its pods get, octets. */
  readonly podMtu: number
}

/** What kube-proxy finds on a node: the Node object, and the addresses of the devices that `wireNode` makes. */
export function proxyHost(cluster: ClusterPlan, { node, address, moreAddresses, lease }: NodePlan): ProxyHost {
  const onEth0 = [address, ...(lease.publicIp === address ? [] : [lease.publicIp]), ...moreAddresses]
  const ofPods: Ipv4[] = [addressAt(lease.subnet.address, 1)]
  if (flannelDeviceName(cluster.flannel.backend) !== null) ofPods.push(lease.subnet.address)
  return { node, interfaceAddresses: [IPV4_LOOPBACK, ...onEth0, ...ofPods] }
}

/** The rules of all programs on a node, in the order in which they come up. */
export function rulesOfNode(cluster: ClusterPlan, node: NodePlan, proxy: ProxyRules): Tables {
  const { flannel } = cluster
  return nodeTables({
    // flannel gives Docker its subnet and masquerades itself (--ip-masq=false in the options that mk-docker-opts.sh writes)
    docker:
      cluster.bridge === 'docker0'
        ? dockerRules({
            name: 'docker0',
            subnet: node.lease.subnet,
            ipMasq: !flannel.ipMasq,
            directAccess: 'nat-unprotected',
          })
        : undefined,
    kubelet: kubeletRules(),
    kubeProxy: proxy.operations(),
    flannel: flannelRules({ network: flannel.network, subnet: node.lease.subnet, ipMasq: flannel.ipMasq }),
  })
}

/** Wires a node: eth0 on the underlay, the pods' bridge, flannel, and the rules. */
export function wireNode(
  sim: Simulation,
  fabric: Fabric,
  cluster: ClusterPlan,
  node: NodePlan,
  proxy: ProxyRules,
  configuration: KubeProxyConfigurationInput,
  options: ClusterOptions,
): NodeHost {
  const netns = new NetworkNamespace(sim, node.name)
  netns.sysctl.set('ipv4.ip_forward', 1)
  netns.sysctl.set('bridge.bridge-nf-call-iptables', (options.bridgeNfCallIptables ?? true) ? 1 : 0)
  const external = fabric.plug(netns, node.address)
  // flanneld was told another address of the host than kubelet (--public-ip)
  if (node.lease.publicIp !== node.address)
    netns.addAddress(external, withBroadcast({ address: node.lease.publicIp, length: cluster.underlay.length }))
  for (const address of node.moreAddresses)
    if (address !== node.lease.publicIp) netns.addAddress(external, { address, length: 32 })

  const podMtu = flannelMtu(cluster.flannel.backend, external)
  const bridge = new Bridge(netns, cluster.bridge, randomMac(sim.random('mac')))
  netns.attach(bridge)
  netns.setMtu(bridge, podMtu)
  const { address, length } = node.lease.subnet
  netns.addAddress(bridge, withBroadcast({ address: addressAt(address, 1), length }))
  netns.setUp(bridge, true)

  configureFlannel(netns, external, cluster.flannel, node.lease, cluster.leases)
  for (const [path, value] of proxySysctls({ localhostNodePorts: proxy.parts.routeLocalnet }, configuration))
    netns.sysctl.set(path, value)
  netns.netfilter.setTables(rulesOfNode(cluster, node, proxy).values(), { trusted: true })
  return { plan: node, proxy, netns, bridge, sockets: installSockets(netns, {}), podMtu }
}
