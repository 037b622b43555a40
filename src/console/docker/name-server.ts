import type { Ipv4 } from '../../packet/address.ts'
import { type Container, endpointsOn, type Sandbox, shortId } from './model.ts'

interface NameServer {
  readonly addressOf: (name: string) => Ipv4 | undefined
  readonly nameOf: (address: Ipv4) => string | undefined
}

/**
 * What the resolver at 127.0.0.11 knows (`ResolveName`, `ResolveIP`: daemon/libnetwork/sandbox.go): the containers of the user's networks that this one is
 * connected to, by name, by alias, by the beginning of their id and by host name, each of them also with the network's name behind a dot. It is
 * looked up; no packet is sent. Of several addresses the first is taken, where the real one takes them in turn by chance. The default network has no names.
 */
export function nameServer(sandbox: Sandbox, containers: () => readonly Container[]): NameServer {
  const known = (): { readonly network: string; readonly names: readonly string[]; readonly address: Ipv4 }[] =>
    sandbox.endpoints
      .map(({ attachment }) => attachment.network)
      .filter(({ name }) => name !== 'bridge')
      .flatMap((network) =>
        endpointsOn(network, containers())
          // the eldest first
          .reverse()
          .map(({ container, endpoint }) => ({
            network: network.name,
            names: namesOf(container, endpoint.attachment.aliases),
            address: endpoint.address,
          })),
      )
  return {
    addressOf: (name) => {
      const wanted = name.toLowerCase().replace(/\.$/, '')
      const all = known()
      return all.find(({ network, names }) =>
        names.some((each) => {
          const lower = each.toLowerCase()
          return lower === wanted || `${lower}.${network}`.toLowerCase() === wanted
        }),
      )?.address
    },
    nameOf: (address) => {
      const found = known().find((each) => each.address === address)
      return found === undefined ? undefined : `${found.names[0]}.${found.network}`
    },
  }
}

/** `buildEndpointDNSNames` (daemon/container_operations.go). */
export function namesOf({ id, name, hostname }: Container, aliases: readonly string[]): string[] {
  return [...new Set([name, ...aliases, shortId(id), ...(hostname === undefined ? [] : [hostname])])]
}
