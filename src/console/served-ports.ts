import type { ClusterNetwork } from '../cluster/index.ts'
import type { ServedPort, ServedPorts } from '../commands/index.ts'
import type { NetworkNamespace } from '../netns/index.ts'
import { formatIpv4 } from '../packet/address.ts'

const NOTE =
  'the server that stands in for this pod answers on every port; listed are those that the containers and the endpoints of Services name'

/**
 * What is said to listen in a namespace whose stand-in answers on every port: what the containers declare, and what endpoints with its addresses name.
 * That others answer, too, is told the first time.
 */
export function servedPorts(networkNow: () => ClusterNetwork): (netns: NetworkNamespace) => ServedPorts {
  const told = new WeakSet<NetworkNamespace>()
  return (netns) => {
    const network = networkNow()
    const addresses = new Set(
      [...netns.devices()].flatMap((device) => device.addresses.map(({ local }) => formatIpv4(local))),
    )
    const ofContainers = [...network.pods.values()]
      .filter((pod) => pod.netns === netns)
      .flatMap(({ pod: { spec } }) => [...spec.containers, ...spec.sidecars])
      .flatMap((container) => container.ports.map(({ containerPort, protocol }) => ({ port: containerPort, protocol })))
    const ofEndpoints = network.objects.endpointSlices
      .filter(({ endpoints }) => endpoints.some((endpoint) => addresses.has(endpoint.addresses[0] ?? '')))
      .flatMap(({ ports }) => ports.flatMap(({ port, protocol }) => (port === undefined ? [] : [{ port, protocol }])))
    const served = new Map<string, ServedPort>()
    for (const { port, protocol } of [...ofContainers, ...ofEndpoints]) {
      if (protocol !== 'SCTP') served.set(`${protocol} ${port}`, { protocol: protocol === 'TCP' ? 'tcp' : 'udp', port })
    }
    const note = told.has(netns) ? null : NOTE
    told.add(netns)
    return { ports: [...served.values()], note }
  }
}
