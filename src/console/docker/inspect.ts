import { addressAt, formatIpv4, formatPrefix } from '../../packet/address.ts'
import { formatMac } from '../../packet/mac.ts'
import type { Container, DockerNetwork } from './model.ts'
import { isRunning } from './model.ts'

// `docker inspect` and `docker network inspect`, as far as they are about networks. Times and what an image is are left out: nobody knows.

/** Four blanks, as docker prints. */
export function asJson(objects: readonly unknown[]): string {
  return `${JSON.stringify(objects, null, 4)}\n`
}

export function inspectNetwork(network: DockerNetwork, containers: readonly Container[]): unknown {
  const { name, id, kind } = network
  const common = { Name: name, Id: id, Scope: 'local', Driver: kind, EnableIPv4: true, EnableIPv6: false }
  if (network.kind !== 'bridge')
    return { ...common, IPAM: { Driver: 'default', Options: null, Config: null }, Internal: false }
  const { rules, subnet } = network
  const users = containers.filter(({ sandbox }) => sandbox?.endpoint?.network === network)
  return {
    ...common,
    IPAM: {
      Driver: 'default',
      Options: {},
      Config: [{ Subnet: formatPrefix(subnet), Gateway: formatIpv4(addressAt(subnet.address, 1)) }],
    },
    Internal: rules.internal,
    Containers: Object.fromEntries(
      users.map((user) => {
        const { address, mac } = endOf(user)!
        return [
          user.id,
          { Name: user.name, MacAddress: mac, IPv4Address: `${address}/${subnet.length}`, IPv6Address: '' },
        ]
      }),
    ),
    Options: {
      'com.docker.network.bridge.enable_icc': String(rules.icc),
      'com.docker.network.bridge.enable_ip_masquerade': String(rules.masquerade),
      'com.docker.network.bridge.name': rules.bridge,
    },
  }
}

function endOf({ sandbox }: Container): { readonly address: string; readonly mac: string } | undefined {
  const endpoint = sandbox?.endpoint
  if (endpoint == null) return undefined
  return { address: formatIpv4(endpoint.address), mac: formatMac(endpoint.port.peer!.mac) }
}

export function inspectContainer(container: Container): unknown {
  const { id, name, image, command, mode, sandbox, exitCode } = container
  const endpoint = sandbox?.endpoint ?? null
  const end = endOf(container)
  const ports: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const { port, protocol, hostAddress, hostPort } of endpoint?.bindings ?? []) {
    ports[`${port}/${protocol}`] ??= []
    ports[`${port}/${protocol}`]!.push({ HostIp: formatIpv4(hostAddress), HostPort: String(hostPort) })
  }
  const gateway = endpoint === null ? '' : formatIpv4(addressAt(endpoint.network.subnet.address, 1))
  const settings =
    endpoint === null || end === undefined
      ? undefined
      : {
          MacAddress: end.mac,
          NetworkID: endpoint.network.id,
          Gateway: gateway,
          IPAddress: end.address,
          IPPrefixLen: endpoint.network.subnet.length,
        }
  return {
    Id: id,
    Args: command.slice(1),
    Path: command[0] ?? '',
    State: {
      Status: isRunning(container) ? 'running' : container.startedAt === null ? 'created' : 'exited',
      ExitCode: exitCode,
    },
    Name: `/${name}`,
    Config: {
      Image: image,
      Hostname: container.hostname ?? id.slice(0, 12),
      Cmd: command.length === 0 ? null : command,
    },
    HostConfig: { NetworkMode: mode.kind === 'container' ? `container:${mode.container.id}` : mode.network.name },
    NetworkSettings: {
      Ports: ports,
      Networks: mode.kind === 'container' ? {} : { [mode.network.name]: settings ?? {} },
    },
  }
}
